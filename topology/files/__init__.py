"""From the two files that people edit to a checked inventory: what a row may hold, and every way to be wrong."""
