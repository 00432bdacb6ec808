"""What an agent's clock tells: restarts, and the interval between two answers.

sysUpTime (RFC 3418) counts hundredths of a second in 32 bits, so it begins again every 497 days. Only the time that
passed here tells that wrap from a restart: after a wrap the agent's clock has moved as far as ours, circularly; after a
restart it shows at most the time that passed.
"""

from enum import Enum
from typing import Final

WRAP: Final = 2**32

SLACK: Final = 5.0
"""Seconds by which the two clocks may always differ: answers travel, agents cache."""

DRIFT: Final = 0.05
"""How fast an agent's clock may run wrong, as a part of the time passed."""


class Clockwork(Enum):
    """What happened to an agent's clock between two answers."""

    STEADY = "steady"
    """It moved with ours, a wrap included."""
    RESTARTED = "restarted"
    JUMPED = "jumped"
    """It moved otherwise, though the agent did not restart: another one took over, or its clock stood still. Counters
    can't be compared across this."""


def compare(before: int, after: int, elapsed: float) -> Clockwork:
    """What happened between two sysUpTime values that were read `elapsed` seconds apart."""
    moved = (after - before) % WRAP / 100
    allowed = SLACK + DRIFT * elapsed
    if -allowed <= moved - elapsed <= allowed:
        return Clockwork.STEADY
    if after == before:
        return Clockwork.JUMPED
    if after / 100 <= elapsed + allowed or after < before:
        return Clockwork.RESTARTED
    return Clockwork.JUMPED


def seconds_between(before: int, after: int) -> float:
    """The interval on the agent's own clock."""
    return (after - before) % WRAP / 100
