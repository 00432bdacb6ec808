"""Backups: one file that holds an installation's records and configuration at one moment, and the way back."""
