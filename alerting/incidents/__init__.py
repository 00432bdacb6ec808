"""Incidents: one ticket for each root cause, opened and recovered by the platform, handled and closed by people."""
