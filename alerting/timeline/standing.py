"""What a rule of the timeline finds: a state, since when, why, and by what evidence."""

from typing import NamedTuple

from foundation.clock import Instant
from foundation.messages import State


class Standing(NamedTuple):
    """An object's state as its rule finds it now."""

    state: State
    at: Instant
    """Since when, as far as the evidence tells; the timeline never reaches behind what it has closed."""
    cause: str = ""
    """The device or link at the root."""
    evidence: str = ""
    """What was observed: the device that told, the alert, the member that made the difference."""


LOST_FIRST = (State.DOWN, State.UNREACHABLE, State.MAINTENANCE)
"""Of several that are lost, whose cause names the whole's."""


def without_service(*, unknown: bool, maintenance: bool, down: bool) -> State:
    """The state of a whole of which nothing is known to serve.

    UNKNOWN if part of it is unknown (it may serve), else MAINTENANCE if part of it is under planned work, else DOWN if
    part of it failed itself, else UNREACHABLE: all of it is cut off by a failure nearer the centre.
    """
    if unknown:
        return State.UNKNOWN
    if maintenance:
        return State.MAINTENANCE
    return State.DOWN if down else State.UNREACHABLE
