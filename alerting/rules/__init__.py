"""What counts as wrong: YAML rules, checked on load, compiled for the hot path. No code in rules."""
