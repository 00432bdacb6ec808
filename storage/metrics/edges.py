"""Finds the oldest and the newest row of a store that answers cheaply only whether a day has any.

Looking for them among all rows would read years of them. So months are looked through, then the days of one of them,
then the hours of one of those; only of an hour are rows read.
"""

from collections.abc import Callable, Iterator
from typing import Final

from foundation.clock import DAY, HOUR, Instant

MONTH: Final = 30 * DAY

Has = Callable[[Instant, Instant], bool]
"""Whether there may be rows in [start, end), which are whole days; a yes may be wrong, a no is not."""
Read = Callable[[Instant, Instant], Instant | None]
"""The moment of the oldest, or newest, row of [start, end); None when there is none."""


def edge(has: Has, read: Read, start: Instant, end: Instant, *, newest: bool) -> Instant | None:
    """The moment of the oldest row of [start, end), or the newest; None when there is none."""
    start, end = start // DAY * DAY, -(-end // DAY) * DAY
    for month in _parts(start, end, MONTH, newest=newest):
        if not has(*month):
            continue
        for day in _parts(*month, DAY, newest=newest):
            if not has(*day):
                continue
            for hour in _parts(*day, HOUR, newest=newest):
                found = read(*hour)
                if found is not None:
                    return found
    return None


def _parts(start: Instant, end: Instant, length: int, *, newest: bool) -> Iterator[tuple[Instant, Instant]]:
    """[start, end) in parts, in the order in which they are looked through."""
    starts = range(start, end, length)
    return ((begin, min(begin + length, end)) for begin in (reversed(starts) if newest else starts))
