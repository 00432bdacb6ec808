"""What scopes and overrides match on."""

from collections.abc import Collection, Mapping

from topology.model import Device
from topology.network import Network


def labels_of(network: Network, device: Device, interface: str = "") -> Mapping[str, Collection[str]]:
    """The labels of a device, or of one of its interfaces."""
    agency = network.agencies.get(device.agency or "")
    labels: dict[str, Collection[str]] = {
        "role": (device.role,),
        "tier": (device.tier,),
        "device": (device.id,),
        "department": () if agency is None else (agency.department,),
        "division": tuple(division.code for division in network.lineage(device.division)),
    }
    if interface:
        link = network.link_at(device.id, interface)
        labels |= {"interface": (interface,), "carrier": (link.carrier,) if link else ()}
    return labels
