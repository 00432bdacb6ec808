"""Notification: an outbox of messages to people, and the worker that takes them to mail server and SMS gateway."""
