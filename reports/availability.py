"""The availability ledger: how long an object was in which state, and the figures that follow from it.

With U, D, R, M, X the milliseconds UP, DOWN (own fault), UNREACHABLE (upstream fault), MAINTENANCE (planned) and
UNKNOWN (not observed), U + D + R + M + X is exactly the window, and

    raw          原始可用率 = U ÷ (U + D + R + M)      nothing excluded: planned work counts as loss
    assessed     考核可用率 = U ÷ (U + D + R)          planned work is out of the due time
    own          责任可用率 = (U + R) ÷ (U + D + R)    only the object's own faults count
    completeness 监测完整率 = (U + D + R + M) ÷ window

Time without observation is neither up nor down: it is in no due time, and completeness tells how much of it there was.
Planned work is *intersected* with outages, moment by moment; its total is never subtracted from anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from foundation.clock import MINUTE, Instant
from foundation.messages import State
from reports.segments import OUTAGE, Segment, Stated, segments
from reports.shares import Share

FLASH: Final = MINUTE
"""A shorter break is a flash (闪断): counted apart from outages, though its time is lost time all the same."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Milliseconds in each state. Ledgers add up: over days to a month, over objects to a group."""

    up: int = 0
    down: int = 0
    unreachable: int = 0
    maintenance: int = 0
    unknown: int = 0

    def __add__(self, other: "Ledger") -> "Ledger":
        """State by state."""
        return Ledger(
            self.up + other.up,
            self.down + other.down,
            self.unreachable + other.unreachable,
            self.maintenance + other.maintenance,
            self.unknown + other.unknown,
        )

    @property
    def total(self) -> int:
        """The window, times the objects summed."""
        return self.observed + self.unknown

    @property
    def observed(self) -> int:
        """Time about which something is known."""
        return self.due + self.maintenance

    @property
    def due(self) -> int:
        """Time in which service was due: observed, and outside planned work."""
        return self.up + self.down + self.unreachable

    @property
    def lost(self) -> int:
        """Unplanned outage."""
        return self.down + self.unreachable

    @property
    def raw(self) -> Share:
        """原始可用率: nothing excluded."""
        return Share(self.up, self.observed)

    @property
    def assessed(self) -> Share:
        """考核可用率: planned work excluded."""
        return Share(self.up, self.due)

    @property
    def own(self) -> Share:
        """责任可用率: only the object's own faults count."""
        return Share(self.up + self.unreachable, self.due)

    @property
    def completeness(self) -> Share:
        """监测完整率: how much was observed."""
        return Share(self.observed, self.total)


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first lost moment to the last, until service was seen again.

    Only UP ends an outage: time unknown, or planned work, in its middle does not, for nothing says that service was
    back. Such time is no lost time either.
    """

    start: Instant
    end: Instant
    """The end of the last lost stretch within the window."""
    down: int
    """Milliseconds of own fault."""
    unreachable: int
    """Milliseconds of upstream fault."""
    cause: str
    """The device or link that took most of the lost time."""
    begun_before: bool
    """Lost already at the window's first moment."""
    recovered: bool
    """Service was seen again within the window."""

    @property
    def lost(self) -> int:
        """Milliseconds of unplanned outage."""
        return self.down + self.unreachable

    @property
    def is_flash(self) -> bool:
        """Whole, and shorter than a minute (闪断)."""
        return self.recovered and not self.begun_before and self.end - self.start < FLASH


def ledger(intervals: Iterable[Stated], start: Instant, end: Instant) -> Ledger:
    """One object's ledger over [start, end), from its intervals in any order.

    Raises ValueError when the window is reversed.
    """
    return ledger_of(segments(intervals, start, end))


def ledger_of(covering: Iterable[Segment]) -> Ledger:
    """The ledger of segments that cover a window."""
    times = dict.fromkeys(State, 0)
    for segment in covering:
        times[segment.state] += segment.end - segment.start
    return Ledger(
        times[State.UP],
        times[State.DOWN],
        times[State.UNREACHABLE],
        times[State.MAINTENANCE],
        times[State.UNKNOWN],
    )


def degraded(intervals: Iterable[Stated], start: Instant, end: Instant) -> int:
    """Milliseconds of [start, end) in which an object served and not all was well; the ledger has them as up."""
    return sum(
        max(0, min(end if one.end is None else one.end, end) - max(one.start, start))
        for one in intervals
        if one.state is State.DEGRADED
    )


def outages(intervals: Iterable[Stated], start: Instant, end: Instant) -> list[Outage]:
    """One object's outages and flashes within [start, end), in order."""
    return outages_of(segments(intervals, start, end))


def outages_of(covering: list[Segment]) -> list[Outage]:
    """The outages in segments that cover a window."""
    found: list[Outage] = []
    lost: list[Segment] = []
    for segment in covering:
        if segment.state in OUTAGE:
            lost.append(segment)
        elif segment.state is State.UP and lost:
            found.append(_outage(lost, covering[0].start, recovered=True))
            lost = []
    if lost:
        found.append(_outage(lost, covering[0].start, recovered=False))
    return found


def _outage(lost: list[Segment], window_start: Instant, *, recovered: bool) -> Outage:
    by_cause: dict[str, int] = {}
    for segment in lost:
        by_cause[segment.cause] = by_cause.get(segment.cause, 0) + segment.length
    return Outage(
        start=lost[0].start,
        end=lost[-1].end,
        down=sum(segment.length for segment in lost if segment.state is State.DOWN),
        unreachable=sum(segment.length for segment in lost if segment.state is State.UNREACHABLE),
        # The longest; of equals the first to come.
        cause=max(by_cause, key=lambda cause: by_cause[cause]),
        begun_before=lost[0].start == window_start,
        recovered=recovered,
    )
