"""The alerts: machine-owned conditions on objects, their states, their rows and how they are read."""
