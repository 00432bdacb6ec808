"""Tests of the cartogram."""
