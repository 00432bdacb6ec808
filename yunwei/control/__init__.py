"""A running platform's ear for commands: a Unix socket in its data directory that only its own user can open."""
