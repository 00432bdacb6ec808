"""One clock for the whole house.

Every instant in Yunwei is an `Instant`: an `int` of milliseconds since the Unix epoch, UTC. Whole numbers make
interval sums exact, go unchanged into every database, InfluxDB line and browser, and carry no time zone to get wrong.
Calendars (months, duty shifts) are read from an instant by `foundation.calendar`.

No other module asks the machine for the time: a `Clock` is passed in, so tests step it instead of sleeping.
"""

import time
from typing import Final, Protocol

Instant = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> Instant:
        """The present instant: what is stored, shown and compared."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards: for timeouts and durations inside one process."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Instant:
        """The wall clock, in whole milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """The monotonic clock, in seconds."""
        return time.monotonic()


class SteppedClock:
    """A clock that moves only when told: for tests, replays and drills."""

    def __init__(self, start: Instant) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> Instant:
        """The instant it was last stepped to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds stepped since it was made."""
        return self._monotonic

    def advance(self, milliseconds: int) -> Instant:
        """Step both clocks forward and return the new instant."""
        if milliseconds < 0:
            raise ValueError("a clock is never stepped back")
        self._now += milliseconds
        self._monotonic += milliseconds / SECOND
        return self._now
