"""The fault class (故障等级) of an incident, as a pure function of its impact and the province's table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from alerting.incidents.settings import FaultCriteria, FaultTable
from topology.model import Role, Tier
from topology.network import Network

NAMES: Final = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
NAMES_EN: Final = {1: "class 1", 2: "class 2", 3: "class 3", 4: "class 4"}
COLOURS: Final = {1: "红", 2: "橙", 3: "黄", 4: "蓝"}


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an outage reaches: all that the table asks about."""

    core_devices: int = 0
    prefectures: int = 0
    counties: int = 0
    agencies: int = 0
    whole_private_networks: int = 0
    redundancy_lost: bool = False
    collector_lost: bool = False
    platform_trouble: bool = False


def fault_class(extent: Extent, table: FaultTable) -> int:
    """1 to 4: the first class of which one criterion holds, 4 when none does."""
    for number in (1, 2, 3):
        if _holds(table.of(number).criteria, extent):
            return number
    return 4


def _holds(criteria: FaultCriteria, extent: Extent) -> bool:
    limits = (
        (criteria.core_devices, extent.core_devices),
        (criteria.prefectures, extent.prefectures),
        (criteria.counties, extent.counties),
        (criteria.agencies, extent.agencies),
        (criteria.whole_private_networks, extent.whole_private_networks),
    )
    if any(limit is not None and count >= limit for limit, count in limits):
        return True
    return (
        (criteria.redundancy_lost and extent.redundancy_lost)
        or (criteria.collector_lost and extent.collector_lost)
        or (criteria.platform_trouble and extent.platform_trouble)
    )


def extent_of(
    network: Network,
    *,
    down_devices: Iterable[str] = (),
    down_links: Iterable[str] = (),
    agencies: Iterable[str] = (),
    counties: Iterable[str] = (),
) -> Extent:
    """The extent of an outage, from the failed objects and those cut off by them.

    A prefecture counts when every county router in it is cut off; a private network when every member is.
    """
    lost_agencies, lost_counties = frozenset(agencies), frozenset(counties)
    roles = [network.devices[device].role for device in down_devices if device in network.devices]
    links = [network.links[link] for link in down_links if link in network.links]
    core_line = any(network.devices[link.upper].role is Role.CORE for link in links)
    return Extent(
        core_devices=roles.count(Role.CORE),
        prefectures=_whole_prefectures(network, lost_counties),
        counties=len(lost_counties),
        agencies=len(lost_agencies),
        whole_private_networks=sum(
            1 for found in network.private_networks.values() if found.members and found.members <= lost_agencies
        ),
        redundancy_lost=core_line or Role.CORE in roles or Role.AGGREGATION in roles,
    )


def _whole_prefectures(network: Network, lost: frozenset[str]) -> int:
    if not lost:
        return 0
    counties: dict[str, set[str]] = {}
    for division in network.divisions.values():
        if division.tier is Tier.COUNTY and division.parent is not None:
            counties.setdefault(division.parent, set()).add(division.code)
    return sum(1 for members in counties.values() if members <= lost)
