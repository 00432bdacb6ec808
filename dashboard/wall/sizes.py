"""Sizes by angle, not by pixel (ISO 9241-3): how large writing must be to be read from the farthest seat."""

from math import radians, tan

UNITS = 1080
"""The wall is drawn in units of which 1080 are the picture's height."""

GLYPH_SHARE = 0.92
"""Part of the font size that a Chinese character fills."""


def units_per_arcminute(distance_m: float, picture_height_mm: float) -> float:
    """The font size, in units, of a character that is seen under one arc-minute.

    5 m from a 55-inch panel (685 mm) it is 2.5: 20 arc-minutes are 50 units.
    """
    return distance_m * 1000 * tan(radians(1 / 60)) * UNITS / picture_height_mm / GLYPH_SHARE
