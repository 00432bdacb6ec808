"""Storms: so many milder alerts at once in one place that each told by itself would hide what matters. Pure."""
