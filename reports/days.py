"""A window's local days, and segments shared out among them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from foundation import calendar
from foundation.clock import Instant
from foundation.messages import State
from reports.availability import Ledger
from reports.segments import Segment


class Days:
    """The local days that a window [start, end) touches; the first and last may be parts of days."""

    def __init__(self, start: Instant, end: Instant) -> None:
        self.dates: list[date] = []
        self._bounds: list[Instant] = [start]
        day = calendar.day_of(start)
        while self._bounds[-1] < end:
            self.dates.append(day)
            self._bounds.append(min(end, calendar.day_bounds(day)[1]))
            day += timedelta(days=1)

    def empty(self) -> list[dict[State, int]]:
        """A tally of zeros for each day."""
        return [dict.fromkeys(State, 0) for _ in self.dates]

    def tally(self, covering: Iterable[Segment], tallies: Sequence[dict[State, int]]) -> None:
        """Add segments of the window to the days they fall in, each millisecond once."""
        bounds = self._bounds
        for segment in covering:
            state, start, end = segment.state, segment.start, segment.end
            day = bisect_right(bounds, start) - 1
            while start < end:
                until = min(end, bounds[day + 1])
                tallies[day][state] += until - start
                start = until
                day += 1


def ledger_of_tally(tally: dict[State, int]) -> Ledger:
    """A day's tally as a ledger."""
    return Ledger(
        tally[State.UP], tally[State.DOWN], tally[State.UNREACHABLE], tally[State.MAINTENANCE], tally[State.UNKNOWN]
    )
