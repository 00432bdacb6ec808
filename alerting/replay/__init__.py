"""Judging the past: stored metrics through the same judge as the present, with other rules, writing nothing."""
