"""From what answered to what it is in the network: one device for its many addresses, known or new, its likely role.
Pure."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from collectors.discovery.agent import Found
from topology.files.findings import IDENTITY_FORM
from topology.model import Role
from topology.network import Network

UPTIME_SLACK: Final = 120.0
"""Seconds within which two addresses of one device tell its uptime: a sweep takes a while between them."""
FEW_NEIGHBOURS: Final = 1
"""An access router hears its uplink, or nobody."""
MANY_NEIGHBOURS: Final = 40
"""A county's router hears its agencies; above this it rather gathers counties."""
SEVERAL_ROUTERS: Final = 4
"""A county's router has two ways up and perhaps one to its side."""
FEW_PORTS: Final = 12
MANY_PORTS: Final = 64
NEAREST: Final = 16
"""Leading bits that an address must share with a known device's to be taken for its neighbour."""
UNKNOWN_DIVISION: Final = "000000"

_RANK: Final = {Role.ACCESS: 0, Role.COUNTY: 1, Role.AGGREGATION: 2, Role.CORE: 3}


@dataclass(frozen=True, slots=True)
class Classified:
    """One device."""

    found: Found
    id: str
    """Its id in the topology, or one made from its name that nobody else has."""
    known: bool
    """It is in the topology already."""
    role: Role
    """For a new device a guess."""
    division: str
    """For a new device that of the nearest known one; UNKNOWN_DIVISION where there is none."""
    also_at: tuple[str, ...] = ()
    """Other addresses of the sweep at which it answered."""

    @property
    def rank(self) -> int:
        """How near to the core its role is."""
        return _RANK[self.role]


def classify(
    found: Sequence[Found],
    network: Network | None = None,
    *,
    division: str = "",
    polled_at: Callable[[str], str] = lambda address: address,
) -> list[Classified]:
    """The devices behind the agents, by address. `division` is that of new ones, where it is given.

    `polled_at` tells where a device of the topology is polled, where that is not at its own address.
    """
    places = {} if network is None else {polled_at(device.address): device.id for device in network.devices.values()}
    taken = set() if network is None else set(network.devices)
    near = sorted((int(IPv4Address(address)), device) for address, device in places.items())
    devices: list[Classified] = []
    groups = _devices(found, places)
    for group, role in zip(groups, guess_roles([group[0] for group in groups]), strict=True):
        first, rest = group[0], tuple(one.address for one in group[1:])
        known = next((places[one.address] for one in group if one.address in places), None)
        if known is not None and network is not None:
            device = network.devices[known]
            devices.append(Classified(first, known, True, device.role, device.division, rest))
            continue
        name = identity_of(first, taken)
        taken.add(name)
        place = division or _division_near(first.address, near, network)
        devices.append(Classified(first, name, False, role, place, rest))
    return sorted(devices, key=lambda one: int(IPv4Address(one.found.address)))


def guess_roles(found: Sequence[Found]) -> list[Role]:
    """What each is probably for, in their order.

    An access router hears its uplink alone; a county's router hears its agencies and a few routers; an aggregation
    router hears several routers; a core router hears several, most of which are aggregation routers. Where a device
    hears nobody, its number of ports must do.
    """
    calls = {call: place for place, one in enumerate(found) for call in _calls(one)}
    roles = [_guess_alone(one) for one in found]
    beside: list[set[int]] = []
    for place, one in enumerate(found):
        heard = {calls.get(other.system, calls.get(other.address, place)) for other in one.heard} - {place}
        beside.append({other for other in heard if roles[other] is not Role.ACCESS})
    for place, others in enumerate(beside):
        if roles[place] is not Role.ACCESS and len(others) >= SEVERAL_ROUTERS:
            roles[place] = Role.AGGREGATION
    gathering = [sum(roles[other] is Role.AGGREGATION for other in others) for others in beside]
    return [
        Role.CORE if len(others) >= SEVERAL_ROUTERS and count * 2 > len(others) else role
        for role, others, count in zip(roles, beside, gathering, strict=True)
    ]


def _calls(one: Found) -> set[str]:
    return {call for call in (one.name, one.address, *one.addresses) if call}


def _guess_alone(found: Found) -> Role:
    heard = len({one.system or one.address for one in found.heard})
    if heard:
        return Role.ACCESS if heard <= FEW_NEIGHBOURS else Role.COUNTY if heard <= MANY_NEIGHBOURS else Role.AGGREGATION
    ports = len(found.interfaces)
    return Role.ACCESS if ports <= FEW_PORTS else Role.COUNTY if ports <= MANY_PORTS else Role.AGGREGATION


def identity_of(found: Found, taken: set[str]) -> str:
    """An id for the topology: its name without its domain, in the letters that an id may have; never one taken."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", found.name.split(".")[0]).strip("._-")[:56]
    if not re.fullmatch(IDENTITY_FORM, stem):
        stem = "router-" + found.address.replace(".", "-")
    name, number = stem, 2
    while name in taken:
        name = f"{stem}-{number}"
        number += 1
    return name


def _devices(found: Sequence[Found], places: dict[str, str]) -> list[list[Found]]:
    """The agents that are one device, the address to keep first: that of the topology, else the lowest.

    One device answers at each of its addresses with the same name and uptime, and tells them all.
    """
    groups: list[list[Found]] = []
    times = Counter((one.name, one.object_id) for one in found)
    for one in sorted(found, key=lambda one: (one.address not in places, int(IPv4Address(one.address)))):
        group = None
        if one.name and times[one.name, one.object_id] > 1:
            group = next((group for group in groups if _same(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _same(one: Found, other: Found) -> bool:
    if (one.name, one.object_id, one.description) != (other.name, other.object_id, other.description):
        return False
    if one.uptime_s is None or other.uptime_s is None or abs(one.uptime_s - other.uptime_s) > UPTIME_SLACK:
        return False
    return other.address in one.addresses or one.address in other.addresses


def _division_near(address: str, near: Sequence[tuple[int, str]], network: Network | None) -> str:
    if network is None:
        return UNKNOWN_DIVISION
    value = int(IPv4Address(address))
    # Of several in one network the router whose network it is, not an agency that stands there.
    shared, _, device = max(
        (
            (32 - (value ^ place).bit_length(), network.devices[device].role is not Role.ACCESS, device)
            for place, device in near
        ),
        default=(0, False, ""),
    )
    return network.devices[device].division if shared >= NEAREST else UNKNOWN_DIVISION
