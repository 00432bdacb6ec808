"""A straight line through a metric's past, and when it will pass a limit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST_POINTS: Final = 5
LEAST_SHARE: Final = 0.6
"""The part of the steps that must have a value."""


@dataclass(frozen=True, slots=True)
class Trend:
    """y = level + slope · (x - x of the last step); `fit` is r², the share of the variation that the line explains."""

    slope: float
    level: float
    fit: float

    def steps_until(self, limit: float) -> float:
        """How many steps until the line reaches the limit: 0 when it has, infinity when it never will."""
        if self.level >= limit:
            return 0.0
        return (limit - self.level) / self.slope if self.slope > 0 else math.inf


def trend_of(values: Sequence[float | None]) -> Trend | None:
    """Least squares through equally spaced values, the newest last; None where too few of them are known."""
    points = [(position - len(values) + 1, value) for position, value in enumerate(values) if value is not None]
    count = len(points)
    if count < LEAST_POINTS or count < LEAST_SHARE * len(values):
        return None
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    across = sum((x - mean_x) * (y - mean_y) for x, y in points)
    wide = sum((x - mean_x) ** 2 for x, _ in points)
    high = sum((y - mean_y) ** 2 for _, y in points)
    slope = across / wide
    fit = 0.0 if high == 0 else across * across / (wide * high)
    return Trend(slope, mean_y - slope * mean_x, fit)
