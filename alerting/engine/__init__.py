"""The engine: the shell around the pure judge. It reads the mailbox, commits, publishes, and restores after a start."""
