"""What is usual at an hour: the median of past weeks, and how far they lie around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

_SIGMA: Final = 1.4826
"""A normal distribution's standard deviation is so many times its median absolute deviation."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The median, and the usual spread around it as a standard deviation."""

    middle: float
    spread: float

    def bound(self, deviations: float, floor: float) -> float:
        """How far from the middle a value may lie."""
        return max(floor, deviations * self.spread)


def usual_of(past: Sequence[float | None]) -> Usual | None:
    """The usual value of past weeks; None unless at least half of them, and two, have one."""
    known = [value for value in past if value is not None]
    if len(known) < 2 or 2 * len(known) < len(past):
        return None
    middle = median(known)
    return Usual(middle, _SIGMA * median(abs(value - middle) for value in known))
