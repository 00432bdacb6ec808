"""Routing in the simulated province: the addresses of its lines, and which protocol runs over each.

The core speaks BGP with the prefectures' routers, each of them in a private autonomous system of its own; below it OSPF
runs between aggregation and county routers. Access routers have a default route and no neighbours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from topology.model import Link, Role
from topology.network import Network

_FIRST: Final = int(IPv4Address("100.64.0.0"))
"""Lines are numbered out of the shared address space (RFC 6598): /30 each, .1 the upper end and .2 the lower."""
_MOST: Final = 1 << 20
PREFIX: Final = 30

_FIRST_AS: Final = 64_512
"""Private use (RFC 6996): the core's, and those after it one a prefecture."""

_ROUTED: Final = frozenset({Role.CORE, Role.AGGREGATION, Role.COUNTY})


@dataclass(frozen=True, slots=True)
class LineAddresses:
    """The addresses of a line's two ends."""

    upper: str
    lower: str


def line_addresses(network: Network) -> Mapping[str, LineAddresses]:
    """Of every link, by its id."""
    return {
        link: LineAddresses(str(IPv4Address(first + 1)), str(IPv4Address(first + 2)))
        for number, link in enumerate(network.links)
        for first in (_FIRST + 4 * (number % _MOST),)
    }


def protocol_on(network: Network, link: Link) -> str:
    """`bgp`, `ospf`, or nothing."""
    roles = {network.devices[link.upper].role, network.devices[link.lower].role}
    if not roles <= _ROUTED:
        return ""
    return "bgp" if Role.CORE in roles else "ospf"


def autonomous_systems(network: Network) -> Mapping[str, int]:
    """The autonomous system of every division."""
    prefectures = sorted({network.prefecture_of(code) or "" for code in network.divisions} - {""})
    numbers = {code: _FIRST_AS + number for number, code in enumerate(prefectures, start=1)}
    return {code: numbers.get(network.prefecture_of(code) or "", _FIRST_AS) for code in network.divisions}
