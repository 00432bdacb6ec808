"""Facts as devices would tell them of a network: who hears whom on which port."""

from collections.abc import Iterable
from dataclasses import replace

from collectors.facts import Facts
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory, NamedInterface, Neighbour, PolledInterface
from topology.network import Network

T0 = 1_795_000_000_000

Wire = tuple[str, str, str, str]
"""A device, its interface, the device and interface across."""


def wires(network: Network) -> set[Wire]:
    """The network's links as they are declared."""
    return {(link.upper, link.upper_interface, link.lower, link.lower_interface) for link in network.links.values()}


def facts(network: Network, lines: Iterable[Wire], mute: Iterable[str] = ()) -> dict[str, Facts]:
    """Facts of all devices; those at both ends of a wire hear each other, but who is `mute` speaks no LLDP."""
    lines, mute = list(lines), set(mute)
    ports: dict[str, dict[str, None]] = {device: {} for device in network.devices}
    heard: dict[str, list[Neighbour]] = {device: [] for device in network.devices}
    for link in network.links.values():
        ports[link.upper][link.upper_interface] = ports[link.lower][link.lower_interface] = None
    for one, its_port, other, other_port in lines:
        for near, near_port, far, far_port in ((one, its_port, other, other_port), (other, other_port, one, its_port)):
            if near in ports:
                ports[near][near_port] = None
                if near not in mute and far not in mute:
                    heard[near].append(Neighbour("lldp", near_port, far, "", far_port, "", "", ""))
    return {device: known(device, list(names), heard[device]) for device, names in ports.items()}


def known(device: str, names: list[str], heard: Iterable[Neighbour], *, system: str | None = None) -> Facts:
    """Facts of one device."""
    number = sum(device.encode())
    raws = [
        RawInterface(index, name, name, "", 6, 10**9, 1, 1, f"02:00:00:00:{number % 256:02x}:{index:02x}")
        for index, name in enumerate(names, start=1)
    ]
    inventory = Inventory(
        identity=Identity(name=device if system is None else system),
        interfaces=tuple(PolledInterface(raw.if_name, raw, True, frozenset(), ("", None)) for raw in raws),
        neighbours=tuple(heard),
        others=(NamedInterface("lo0", RawInterface(99, "lo0", "lo0", "", 24, 0, 1, 1)),),
        at=T0,
    )
    return Facts(device, inventory, None, None)


def with_inventory(kept: Facts, **changes: object) -> Facts:
    """The same facts with another inventory."""
    assert kept.inventory is not None
    return replace(kept, inventory=replace(kept.inventory, **changes))  # type: ignore[arg-type]
