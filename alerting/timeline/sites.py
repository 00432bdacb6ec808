"""Which routers and uplinks stand for each site (a division's centre)."""

from collections.abc import Mapping
from dataclasses import dataclass

from topology.model import Role
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Site:
    """One division's centre."""

    division: str
    routers: tuple[str, ...]
    uplinks: tuple[str, ...]
    """The links from its routers to those of another site."""


def sites(network: Network) -> Mapping[str, Site]:
    """Every division that has routers of its own, by its code in the order of the divisions. Access routers are their
    agencies', whatever the division."""
    routers: dict[str, list[str]] = {}
    for device in network.devices.values():
        if device.role in (Role.CORE, Role.AGGREGATION):
            routers.setdefault(device.division, []).append(device.id)
        elif device.role is Role.COUNTY and device.county is not None:
            routers.setdefault(device.county, []).append(device.id)
    return {
        code: Site(
            code,
            tuple(own),
            tuple(link.id for router in own for link in network.uplinks(router) if link.upper not in own),
        )
        for code in network.divisions
        if (own := routers.get(code))
    }
