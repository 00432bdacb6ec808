"""What is kept: metrics (time series) and records (everything with a history and an owner)."""
