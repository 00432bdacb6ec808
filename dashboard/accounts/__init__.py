"""Accounts of the people who use the console: their table, their passwords, their locks."""
