"""The province's working day as a rate curve, and the exact integral of it.

Counters must be a pure function of time: read twice at one instant they are equal, and they never fall. So traffic is
not stepped forward; it is the integral of a curve that repeats each week: straight lines between hourly knots, in
Asia/Shanghai time, which has no summer time and is UTC+8 all year.

"Work" is that integral in seconds at full load: an hour at half load is 1,800 s of work. Wobbles are added in work's
own time, `work + Σ a/ω · sin(ω · work + φ)`, so that they grow and shrink with the load and the sum still never falls
(Σ a < 1).
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sin, tau
from random import Random
from typing import Final

from foundation.clock import DAY, HOUR, Instant

EPOCH: Final[Instant] = 1_704_038_400_000
"""Monday 2024-01-01 00:00 in Asia/Shanghai: where work is zero."""

_WEEK: Final = 7 * DAY

# Load at each full hour, 1 being the busiest moment of the week: offices open at 8:30, rest at noon, close at 17:30.
_WORKDAY: Final = (
    0.12, 0.10, 0.09, 0.08, 0.08, 0.09, 0.14, 0.26, 0.62, 0.94, 1.00, 0.92,
    0.55, 0.48, 0.78, 0.95, 0.93, 0.74, 0.40, 0.30, 0.26, 0.22, 0.18, 0.15,
)  # fmt: skip
_WEEKEND: Final = (
    0.12, 0.10, 0.09, 0.08, 0.08, 0.08, 0.10, 0.13, 0.18, 0.22, 0.24, 0.23,
    0.20, 0.19, 0.21, 0.22, 0.21, 0.20, 0.18, 0.17, 0.16, 0.15, 0.14, 0.13,
)  # fmt: skip
_KNOTS: Final = (*_WORKDAY * 5, *_WEEKEND * 2, _WORKDAY[0])


def _sums() -> tuple[float, ...]:
    total, sums = 0.0, [0.0]
    for left, right in pairwise(_KNOTS):
        total += (left + right) / 2 * 3600
        sums.append(total)
    return tuple(sums)


_SUMS: Final = _sums()


def load(now: Instant) -> float:
    """The load at an instant, between 0 and 1."""
    hour, rest = divmod((now - EPOCH) % _WEEK, HOUR)
    left = _KNOTS[hour]
    return left + (_KNOTS[hour + 1] - left) * (rest / HOUR)


def work(now: Instant) -> float:
    """The integral of the load since `EPOCH`, in seconds at full load."""
    weeks, rest = divmod(now - EPOCH, _WEEK)
    hour, part = divmod(rest, HOUR)
    left = _KNOTS[hour]
    seconds = part / 1000
    slope = (_KNOTS[hour + 1] - left) / 3600
    return weeks * _SUMS[-1] + _SUMS[hour] + seconds * (left + slope * seconds / 2)


class Moment:
    """One instant with what many readings of it need."""

    __slots__ = ("load", "now", "work")

    def __init__(self, now: Instant) -> None:
        self.now = now
        self.work = work(now)
        self.load = load(now)


@dataclass(frozen=True, slots=True)
class Wobble:
    """Slow and quick deviations from the curve that belong to one flow or one sensor."""

    slow: float
    """Angular speed, per second of work."""
    slow_phase: float
    quick: float
    quick_phase: float

    @classmethod
    def of(cls, random: Random) -> "Wobble":
        """Periods of 20–60 min and 2–6 min of work, with phases of their own."""
        return cls(
            tau / random.uniform(1200, 3600),
            random.uniform(0, tau),
            tau / random.uniform(120, 360),
            random.uniform(0, tau),
        )

    def integral(self, work: float) -> float:
        """Work with the wobbles in it: never falls, and rises between 0.75 and 1.25 times as fast as `work`."""
        slow, quick = self.slow, self.quick
        return (
            work
            + _SLOW_SHARE / slow * sin(slow * work + self.slow_phase)
            + _QUICK_SHARE / quick * sin(quick * work + self.quick_phase)
        )

    def sway(self, seconds: float) -> float:
        """A value between -1 and 1 that sways in plain time: for temperatures and processors."""
        return (
            _SLOW_SHARE * sin(self.slow * seconds + self.slow_phase)
            + _QUICK_SHARE * sin(self.quick * seconds + self.quick_phase)
        ) / (_SLOW_SHARE + _QUICK_SHARE)


_SLOW_SHARE: Final = 0.15
_QUICK_SHARE: Final = 0.10
