"""Maintenance windows (割接): planned, reasoned, approved times in which an outage raises no alarm."""
