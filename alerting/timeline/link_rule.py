"""How a link's state follows from what its two ports say and from the devices at its ends. Pure.

DOWN is the line's own fault, UNREACHABLE that of a device: a line whose device died carries nothing, and its carrier
is not to blame. Where a port and a device tell of one failure, the one that failed first explains the other.
"""

from typing import Final, NamedTuple

from alerting.timeline.standing import Standing
from foundation.clock import SECOND, Instant
from foundation.messages import State

SAME_FAILURE: Final = 75 * SECOND
"""A port's word may come this much before its neighbour's death is known, and still tell of that death."""


class End(NamedTuple):
    """The device at one end of a link."""

    device: str
    state: State
    """Without maintenance; UP, DOWN, UNREACHABLE or UNKNOWN."""
    at: Instant
    """Since when."""
    cause: str
    speaks: bool
    """Whether its agent answers, so that its port's word is current."""

    @property
    def is_heard(self) -> bool:
        """Whether what its port says is known to be so now."""
        return self.speaks and self.state.is_served


class Ports(NamedTuple):
    """What the two ports say together."""

    down_since: Instant | None
    """Since when one says down, uncontradicted by the other."""
    said_by: str
    """The device that said so first."""
    is_up: bool
    """Both say up, or one does and the other had its time."""
    up_since: Instant
    """Since when they say so; without meaning while they don't."""
    alert: str = ""
    """The rule of an alert that fires on one of them: load, errors …"""
    alert_at: Instant = 0


def link_standing(link: str, upper: End, lower: End, ports: Ports) -> Standing:
    """The link's state without maintenance.

    - A device at an end is down, and no port told of the line's own loss well before: UNREACHABLE by that device.
    - A port says down, and the device that says so is known, or was when it was cut off: DOWN.
    - A device at an end is cut off: UNREACHABLE by what cuts it off; DOWN if that is this very line.
    - An end is unknown, or no port is heard to say up: UNKNOWN. Never green without a word.
    - An alert fires on a port: DEGRADED. Else UP.
    """
    ends = (upper, lower)
    dead = min((end for end in ends if end.state is State.DOWN), key=_since, default=None)
    teller = next((end for end in ends if end.device == ports.said_by), None)
    told = ports.down_since
    if told is not None and (teller is None or teller.state is State.UNKNOWN or not teller.speaks):
        told = None
    if dead is not None and (told is None or told > dead.at - SAME_FAILURE):
        return Standing(State.UNREACHABLE, dead.at, dead.device, dead.device)
    if told is not None:
        return Standing(State.DOWN, told, link, ports.said_by)
    cut_off = next((end for end in ends if end.state is State.UNREACHABLE), None)
    if cut_off is not None:
        state = State.DOWN if cut_off.cause == link else State.UNREACHABLE
        return Standing(state, cut_off.at, cut_off.cause, cut_off.device)
    unknown = max((end for end in ends if end.state is State.UNKNOWN), key=_since, default=None)
    if unknown is not None:
        return Standing(State.UNKNOWN, unknown.at, "", unknown.device)
    if not ports.is_up or not any(end.is_heard for end in ends):
        return Standing(State.UNKNOWN, max(end.at for end in ends), "", "no word of its ports")
    at = max(ports.up_since, *(end.at for end in ends))
    if ports.alert:
        return Standing(State.DEGRADED, max(at, ports.alert_at), link, ports.alert)
    return Standing(State.UP, at, "", "ports up")


def _since(end: End) -> Instant:
    return end.at
