"""The load of lines in a month: what was measured of the busiest, and what could not be told."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from foundation.clock import Instant
from reports.rows import Name
from reports.shares import Share


class Way(StrEnum):
    """A direction on a line."""

    DOWN = "down"
    """下行: towards the end away from the core."""
    UP = "up"
    """上行: towards the core."""


class Peak(StrEnum):
    """What stands for a line's busy hours."""

    P95 = "p95"
    """The 95th percentile of 5-minute means."""
    HIGHEST = "highest"
    """The highest single value: what is left once 5-minute values are past their retention."""


@dataclass(frozen=True, slots=True)
class LinkLoad:
    """The busier direction of one line."""

    link: str
    name: Name
    prefecture: Name
    carrier: str
    """Empty when it is the network's own."""
    speed_mbps: int
    """The line's declared capacity."""
    way: Way
    mean: int
    """Bits a second over the whole time measured."""
    peak: int
    """Bits a second."""
    measured: Share
    """Hours with any value, of the window's hours."""

    @property
    def mean_percent(self) -> float:
        """Of the capacity."""
        return self._percent(self.mean)

    @property
    def peak_percent(self) -> float:
        """Of the capacity."""
        return self._percent(self.peak)

    def is_above(self, limit: Decimal) -> bool:
        """Whether the peak is above so many percent of the capacity."""
        return self.peak > limit * self.speed_mbps * 10_000

    def _percent(self, rate: int) -> float:
        return rate / (self.speed_mbps * 10_000)


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """The lines with the highest peaks, the highest first, and sentences on what is missing."""

    rows: tuple[LinkLoad, ...] = ()
    peak: Peak = Peak.P95
    notes: tuple[Name, ...] = ()


Measure = Callable[[Instant, Instant], MonthLoad]
"""The load of [start, end); never fails for want of metrics, but says so in its notes."""
