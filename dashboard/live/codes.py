"""One character a cell: what a wall needs to know of an agency or a router."""

from enum import StrEnum

from foundation.messages import State


class Code(StrEnum):
    """A cell's state as it is drawn."""

    UP = "u"
    DEGRADED = "g"
    DOWN = "d"
    ACKNOWLEDGED = "a"
    """Down, and somebody has taken it on."""
    UNREACHABLE = "r"
    MAINTENANCE = "m"
    UNKNOWN = "n"


_PLAIN = {
    State.UP: Code.UP,
    State.DEGRADED: Code.DEGRADED,
    State.DOWN: Code.DOWN,
    State.UNREACHABLE: Code.UNREACHABLE,
    State.MAINTENANCE: Code.MAINTENANCE,
    State.UNKNOWN: Code.UNKNOWN,
}


def code_of(state: State, *, degraded: bool, acknowledged: bool) -> Code:
    """How a state is drawn. `degraded` counts only while it is up, `acknowledged` only while it is down."""
    if state is State.UP and degraded:
        return Code.DEGRADED
    if state is State.DOWN and acknowledged:
        return Code.ACKNOWLEDGED
    return _PLAIN[state]
