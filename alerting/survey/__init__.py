"""Slow rules: what stored metrics tell over hours and weeks. Nothing here runs on the way of an observation."""
