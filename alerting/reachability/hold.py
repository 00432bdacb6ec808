"""Holding a device that misses until its doors have spoken.

The alarm waits for evidence, never for ever: once the hold expires, what is known decides.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from foundation.clock import Instant
from topology.network import Neighbour


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a device's verdict waits."""

    since: Instant
    """When it began."""
    fresh_from: Instant
    """Looks that began from here on are evidence. It lies after the first miss by the time in which a line's ends
    notice its loss, or, where a path came back, after the time in which the device may return."""
    until: Instant
    recheck: bool = False
    """True when a path came back: the device itself must be looked at once more, too, before it is blamed."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The latest looks that matter to a hold."""

    full: Mapping[str, Instant]
    """When each device last answered with its interfaces, or answered pings only."""
    missed: Mapping[str, Instant]
    """The latest confirmed miss of each missing device."""


def is_settled(
    device: str,
    hold: Hold,
    doors: tuple[Neighbour, ...],
    looks: Looks,
    cut: Set[str] | Mapping[str, Instant],
    now: Instant,
) -> bool:
    """Whether the evidence on a held device is in, or its time is over.

    It is in when a door gave fresh evidence and the link to it is not cut (the device is down), or when every door has
    given it or misses itself (whatever the decision is, it is well founded). A clock that was set back ends every hold.
    """
    if now >= hold.until or now < hold.since:
        return True
    if hold.recheck and looks.missed.get(device, -1) < hold.fresh_from:
        return False
    waiting = False
    for step in doors:
        fresh = looks.full.get(step.device, -1) >= hold.fresh_from and step.device not in looks.missed
        if fresh and step.link not in cut:
            return True
        waiting = waiting or not (fresh or step.device in looks.missed)
    return not waiting
