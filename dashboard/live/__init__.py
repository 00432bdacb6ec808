"""What the wall shows, held ready in memory: states, counts, the day's availability, and streams of their changes."""
