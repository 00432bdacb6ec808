"""Everything that judges and acts: rules, root cause, alerts, incidents, duty, escalation, notification."""
