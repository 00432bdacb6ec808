"""What polling may cost: the share of each line that it may use, and what a device's looks send through it."""
