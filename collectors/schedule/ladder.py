"""How often a device that is down is looked at again: fast first, since most outages are short, then slower."""

from typing import Final

from foundation.clock import HOUR, MINUTE, SECOND

LADDER: Final[tuple[tuple[int, int], ...]] = (
    (5 * MINUTE, 10 * SECOND),
    (1 * HOUR, 30 * SECOND),
    (12 * HOUR, 5 * MINUTE),
)
"""Until this long after the outage began, look this often."""

SLOWEST: Final = 15 * MINUTE
"""Beyond the ladder's end."""


def recheck_delay(down_for: int) -> int:
    """Milliseconds until the next look at a device that has been down for so many."""
    for until, delay in LADDER:
        if down_for < until:
            return delay
    return SLOWEST
