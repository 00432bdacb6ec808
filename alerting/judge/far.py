"""Who a routing neighbour is, by its address. Pure.

A neighbour's address tells its device where it is that device's management address, or where it lies in the subnet of
an interface on which a link is declared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface

from topology.network import Network

Subnet = tuple[IPv4Network | IPv6Network, str]
"""A subnet, and the interface that stands in it."""


@dataclass(frozen=True, slots=True)
class Far:
    """The other end of a routing session."""

    device: str
    links: tuple[str, ...]
    """The links between the two that it may run over."""


def managed_by(network: Network) -> Mapping[str, str]:
    """Devices by their management address."""
    return {device.address: device.id for device in network.devices.values()}


def subnets_of(addresses: Mapping[str, Collection[str]]) -> tuple[Subnet, ...]:
    """The subnets of a device's interfaces, from their addresses with prefix length: `10.1.2.3/30`."""
    subnets: list[Subnet] = []
    for interface, texts in addresses.items():
        for text in texts:
            try:
                subnets.append((ip_interface(text).network, interface))
            except ValueError:
                continue  # what a device calls an address may be anything
    return tuple(subnets)


def far_of(
    network: Network, device: str, neighbour: str, subnets: Sequence[Subnet], managed: Mapping[str, str]
) -> Far | None:
    """The other end of a device's session with a neighbour; None where the addresses don't tell.

    `subnets` are the device's own; `managed` is `managed_by(network)`.
    """
    vrf, _, text = neighbour.rpartition("/")
    try:
        # A line without addresses is told by its ifIndex behind the neighbour's own address: `10.0.0.1 if7`.
        address = ip_address(text.partition(" ")[0].partition("%")[0])
    except ValueError:
        return None
    link = _link_towards(network, device, address, subnets)
    if link is not None:
        found = network.links[link]
        return Far(found.lower if found.upper == device else found.upper, (link,))
    # An address inside a private network may be anybody's.
    other = managed.get(str(address)) if not vrf else None
    if other is None or other == device:
        return None
    return Far(other, tuple(step.link for step in network.neighbours(device) if step.device == other))


def _link_towards(
    network: Network, device: str, address: IPv4Address | IPv6Address, subnets: Sequence[Subnet]
) -> str | None:
    """The link on the one interface in whose subnet an address lies, the narrowest subnet winning."""
    fits = [(net.prefixlen, name) for net, name in subnets if address in net]
    narrowest = max((length for length, _ in fits), default=-1)
    names = {name for length, name in fits if length == narrowest}
    if len(names) != 1:
        return None
    (name,) = names
    # A sub-interface shares its port's line.
    link = network.link_at(device, name) or network.link_at(device, name.rpartition(".")[0])
    return None if link is None else link.id
