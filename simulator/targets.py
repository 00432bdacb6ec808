"""What a fault's target names in the network."""

from dataclasses import dataclass

from foundation.problems import did_you_mean
from simulator.faults import (
    AnyFault,
    CountyPowerCut,
    Errors,
    FanFailed,
    FibreCut,
    InterfaceDown,
    LinkDown,
    PowerFailed,
    RoutingDown,
    TrafficSurge,
)
from simulator.sessions import line_addresses, protocol_on
from topology.model import Role, Tier
from topology.network import Network


class TargetError(ValueError):
    """The target is not in the network: one sentence, with what may have been meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a fault strikes; only what its kind strikes is filled."""

    devices: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    port: tuple[str, str] | None = None
    """Device and interface name."""


def resolve(fault: AnyFault, network: Network) -> Target:
    """Find a fault's target.

    Raises TargetError when the network has no such device, link, interface or county.
    """
    written = fault.target.strip()
    if isinstance(fault, LinkDown | TrafficSurge):
        return Target(links=(_link(written, network),))
    if isinstance(fault, FibreCut):
        return Target(links=_cable(written, network))
    if isinstance(fault, InterfaceDown | Errors):
        return Target(port=_port(written, network))
    if isinstance(fault, RoutingDown):
        return _session(written, fault, network)
    if isinstance(fault, FanFailed | PowerFailed):
        return Target(devices=(_with_units(written, network),))
    if isinstance(fault, CountyPowerCut):
        return Target(devices=_devices_of_county(written, network))
    return Target(devices=(_device(written, network),))


def _device(written: str, network: Network) -> str:
    if written in network.devices:
        return written
    raise TargetError(_sentence(f'there is no device "{written}".', did_you_mean(written, network.devices)))


def _link(written: str, network: Network) -> str:
    if written in network.links:
        return written
    raise TargetError(_sentence(f'there is no link "{written}".', did_you_mean(written, network.links)))


def _cable(written: str, network: Network) -> tuple[str, ...]:
    if written in network.links:
        return (written,)
    ends = written.split()
    if len(ends) != 2:
        hint = did_you_mean(written, network.links)
        raise TargetError(
            _sentence(f'there is no link "{written}".', hint or "Write a link's id, or the ids of both devices.")
        )
    one, other = (_device(end, network) for end in ends)
    links = tuple(step.link for step in network.neighbours(one) if step.device == other)
    if not links:
        raise TargetError(f'no link ties "{one}" to "{other}".')
    return links


def _port(written: str, network: Network) -> tuple[str, str]:
    device, slash, interface = written.partition("/")
    if not slash:
        raise TargetError(f"\"{written}\" is no interface. Write the device's id, a slash and the interface's name.")
    device = _device(device, network)
    if network.link_at(device, interface) is not None:
        return device, interface
    known = [
        link.upper_interface if link.upper == device else link.lower_interface
        for link in (*network.uplinks(device), *network.downlinks(device))
    ]
    hint = did_you_mean(interface, known) or (f"It has {', '.join(known[:4])}." if known else "")
    raise TargetError(_sentence(f'no link of "{device}" ends at an interface "{interface}".', hint))


def _session(written: str, fault: RoutingDown, network: Network) -> Target:
    """The device with the lines over which it and the neighbour speak."""
    device, slash, neighbour = written.partition("/")
    if not slash:
        raise TargetError(
            f"\"{written}\" is no neighbour. Write the device's id, a slash and the neighbour's id or address."
        )
    device = _device(device, network)
    addresses = line_addresses(network)
    found: dict[str, str] = {}
    known: list[str] = []
    for link in (*network.uplinks(device), *network.downlinks(device)):
        protocol = protocol_on(network, link)
        far, address = (
            (link.lower, addresses[link.id].lower) if link.upper == device else (link.upper, addresses[link.id].upper)
        )
        if protocol:
            known += [far, address]
        if protocol and neighbour in (far, address):
            found[link.id] = protocol
    if not found:
        hint = did_you_mean(neighbour, known) or (f"It has {', '.join(known[::2][:4])}." if known else "It has none.")
        raise TargetError(_sentence(f'"{device}" has no routing neighbour "{neighbour}".', hint))
    if fault.by == "admin" and "ospf" in found.values():
        raise TargetError(f'"{neighbour}" is an OSPF neighbour of "{device}": only BGP neighbours can be shut down.')
    return Target(devices=(device,), links=tuple(found))


def _with_units(written: str, network: Network) -> str:
    device = _device(written, network)
    if network.devices[device].role is Role.ACCESS:
        raise TargetError(f'"{device}" is an access router: it has neither fans nor power supplies of its own.')
    return device


def _devices_of_county(written: str, network: Network) -> tuple[str, ...]:
    division = network.divisions.get(written)
    counties = {code: found for code, found in network.divisions.items() if found.tier is Tier.COUNTY}
    if division is None:
        named = [code for code, found in counties.items() if found.name == written]
        if len(named) == 1:
            division = counties[named[0]]
    if division is None or division.tier is not Tier.COUNTY:
        hint = did_you_mean(written, [*counties, *(found.name for found in counties.values())])
        raise TargetError(_sentence(f'there is no county "{written}".', hint))
    devices = tuple(device.id for device in network.devices.values() if device.county == division.code)
    if not devices:
        raise TargetError(f'the county "{written}" has no devices.')
    return devices


def _sentence(message: str, hint: str) -> str:
    return f"{message} {hint}".rstrip()
