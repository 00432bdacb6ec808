"""Which sensors are polled where a device has more than can be: a fair choice by kind. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from collectors.snmp.kinds import HealthKind

MOST_SENSORS: Final = 300
"""Polled of one device."""

LINES: Final = frozenset({"optical_rx", "optical_tx", "optical_bias"})
"""Kinds of which every interface has one; what the rest leaves is theirs, and never less than a quarter."""
LINES_SHARE: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """One sensor that might be polled."""

    kind: HealthKind
    busy: bool = True
    """False for the optics of an interface that is down and carries no declared link."""


def choose(wishes: Sequence[Wish], most: int) -> list[int]:
    """The positions of those that are polled, in order.

    Processors, memory, temperatures, fans and power supplies go before optics, and no kind takes another's place: each
    gets as many as all others have, until it has no more. Within a kind those of busy interfaces come first, then
    the device's order counts.
    """
    if len(wishes) <= most:
        return list(range(len(wishes)))
    vital = [place for place, wish in enumerate(wishes) if wish.kind not in LINES]
    lines = [place for place, wish in enumerate(wishes) if wish.kind in LINES]
    for_lines = min(len(lines), max(most // LINES_SHARE, most - len(vital)))
    chosen = _evenly(wishes, vital, most - for_lines) + _evenly(wishes, lines, for_lines)
    return sorted(chosen)


def _evenly(wishes: Sequence[Wish], places: list[int], room: int) -> list[int]:
    queues: dict[str, list[int]] = {}
    for place in places:
        queues.setdefault(wishes[place].kind, []).append(place)
    for queue in queues.values():
        queue.sort(key=lambda place: not wishes[place].busy)
    chosen: list[int] = []
    # The kinds with the fewest first: what they leave is shared by the others.
    for left, queue in zip(range(len(queues), 0, -1), sorted(queues.values(), key=len), strict=True):
        share = min(len(queue), -(-(room - len(chosen)) // left))
        chosen.extend(queue[:share])
    return chosen
