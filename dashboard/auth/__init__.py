"""Logging in and out: pages, sessions, and who may do what."""
