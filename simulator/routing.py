"""Which way the agencies' traffic goes: shortest live paths from the cores, shared among equal ones.

A primary line costs 1 and a backup line 8, so backups carry nothing until no primary path is left, and what they then
carry is seen on them.
"""

import heapq
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from topology.model import LinkRole
from topology.network import Network

_COST: Final = {LinkRole.PRIMARY: 1, LinkRole.BACKUP: 8}


@dataclass(frozen=True, slots=True)
class Demand:
    """What an agency's router takes and sends at the busiest moment, in bits per second."""

    down: float
    up: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a link carries at the busiest moment, in bits per second."""

    down: float
    """From its upper to its lower end."""
    up: float


def loads(
    network: Network,
    demands: Mapping[str, Demand],
    dead_devices: Set[str] = frozenset(),
    dead_links: Set[str] = frozenset(),
) -> dict[str, Load]:
    """The load of every link that carries something."""
    distance = _distances(network, dead_devices, dead_links)
    down: dict[str, float] = {}
    up: dict[str, float] = {}
    taken = {device: demand.down for device, demand in demands.items() if device in distance}
    sent = {device: demand.up for device, demand in demands.items() if device in distance}
    # Farthest first: when a device's turn comes, everything behind it has been added to it.
    for device in sorted(distance, key=distance.__getitem__, reverse=True):
        if distance[device] == 0 or device not in taken:
            continue
        ways = [
            (step.link, step.device)
            for step in network.neighbours(device)
            if step.link not in dead_links
            and step.device in distance
            and distance[step.device] + _COST[network.links[step.link].role] == distance[device]
        ]
        takes, sends = taken[device] / len(ways), sent[device] / len(ways)
        for link, towards in ways:
            forward, backward = (down, up) if network.links[link].lower == device else (up, down)
            forward[link] = forward.get(link, 0.0) + takes
            backward[link] = backward.get(link, 0.0) + sends
            taken[towards] = taken.get(towards, 0.0) + takes
            sent[towards] = sent.get(towards, 0.0) + sends
    return {link: Load(down.get(link, 0.0), up.get(link, 0.0)) for link in down.keys() | up.keys()}


def _distances(network: Network, dead_devices: Set[str], dead_links: Set[str]) -> dict[str, int]:
    distance: dict[str, int] = {}
    waiting = [(0, root) for root in sorted(network.roots) if root not in dead_devices]
    while waiting:
        cost, device = heapq.heappop(waiting)
        if device in distance:
            continue
        distance[device] = cost
        for step in network.neighbours(device):
            if step.device not in distance and step.device not in dead_devices and step.link not in dead_links:
                heapq.heappush(waiting, (cost + _COST[network.links[step.link].role], step.device))
    return distance
