"""What waits on disk while the metric store is away."""
