"""How far back pages look, and what they may wait for."""
