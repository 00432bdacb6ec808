"""How a site's state follows from the routers that stand for it and from their uplinks. Pure.

A site is a division's centre: the province's core routers, a prefecture's aggregation routers, a county's router. Its
agencies' access routers are none of it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alerting.timeline.standing import LOST_FIRST, without_service
from foundation.messages import State


class Part(NamedTuple):
    """A router or an uplink: its state on the timeline, and why."""

    state: State
    cause: str = ""


def site_state(routers: Sequence[Part], uplinks: Iterable[Part]) -> State:
    """While a router serves, the site does: DEGRADED when another router or an uplink is lost, UNKNOWN when another
    router is unknown and nothing is known to be lost, else UP. Without a router that serves, see `without_service`.

    An uplink of which nothing is known says nothing: the router's answer came over some line.
    """
    states = {router.state for router in routers}
    if not any(state.is_served for state in states):
        return without_service(
            unknown=State.UNKNOWN in states or not states,
            maintenance=State.MAINTENANCE in states,
            down=State.DOWN in states,
        )
    if any(state.is_lost for state in states) or any(uplink.state.is_lost for uplink in uplinks):
        return State.DEGRADED
    return State.UNKNOWN if State.UNKNOWN in states else State.UP


def site_cause(parts: Iterable[Part], known: str) -> str:
    """The one cause that the site's timeline names: the known one as long as it is true; empty when nothing is lost."""
    lost = [part for part in parts if part.state.is_lost]
    if any(part.cause == known for part in lost):
        return known
    return min((LOST_FIRST.index(part.state), part.cause) for part in lost)[1] if lost else ""
