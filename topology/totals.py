"""How much of everything a network holds: what `yunwei check` prints."""

from collections import Counter

from topology.model import LinkRole, Role, Tier
from topology.network import Network


def totals(network: Network) -> dict[str, int]:
    """Counts by name, in the order in which they are printed."""
    tiers = Counter(division.tier for division in network.divisions.values())
    roles = Counter(device.role for device in network.devices.values())
    links = Counter(link.role for link in network.links.values())
    return {
        "provinces": tiers[Tier.PROVINCE],
        "prefectures": tiers[Tier.PREFECTURE],
        "counties": tiers[Tier.COUNTY],
        "centres": len({division.centre for division in network.divisions.values()}),
        "agencies": len(network.agencies),
        "devices": len(network.devices),
        "core_routers": roles[Role.CORE],
        "aggregation_routers": roles[Role.AGGREGATION],
        "county_routers": roles[Role.COUNTY],
        "access_routers": roles[Role.ACCESS],
        "links": len(network.links),
        "backup_links": links[LinkRole.BACKUP],
        "private_networks": len(network.private_networks),
    }
