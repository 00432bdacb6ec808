"""Who a neighbour is, and which of its ports it speaks of. Pure."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_interface
from typing import Final

from collectors.neighbours.ifnames import canonical
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Inventory, Neighbour
from topology.network import Network

_MAC: Final = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4}", re.IGNORECASE)

NO_HOSTS: Final = ("127.", "0.", "::1", "fe80:")
"""Beginnings of addresses that many devices have."""


class Devices:
    """The topology's devices, by everything that a neighbour may tell of itself."""

    def __init__(self, network: Network, inventories: Mapping[str, Inventory]) -> None:
        names: list[tuple[str, str]] = []
        macs: list[tuple[str, str]] = []
        addresses: list[tuple[str, str]] = []
        for device in network.devices.values():
            names += [(device.id.lower(), device.id), (device.name.lower(), device.id)]
            addresses.append((device.address, device.id))
            if (inventory := inventories.get(device.id)) is None:
                continue
            if told := inventory.identity.name.lower():
                names += [(told, device.id), (_host(told), device.id)]
            for raw in _interfaces(inventory):
                macs.append((raw.mac, device.id))
                addresses += [(str(ip_interface(text).ip), device.id) for text in raw.addresses]
        self._by_name = _unique(names)
        self._by_mac = _unique(macs)
        self._by_address = _unique(pair for pair in addresses if not pair[0].startswith(NO_HOSTS))

    def find(self, neighbour: Neighbour) -> str | None:
        """The id of the device that a neighbour is; None for one that the topology does not know.

        Its name is believed first, since people gave it; then its management address, then its chassis. What more than
        one device has tells nothing.
        """
        told = neighbour.system.lower()
        if found := self._by_name.get(told) or self._by_name.get(_host(told)):
            return found
        if found := self._by_address.get(neighbour.address) or self._by_address.get(neighbour.chassis):
            return found
        return self._by_mac.get(mac_form(neighbour.chassis))


class Interfaces:
    """The interfaces of each device, by every spelling and by MAC."""

    def __init__(self, network: Network, inventories: Mapping[str, Inventory]) -> None:
        declared: dict[str, list[str]] = {device: [] for device in network.devices}
        for link in network.links.values():
            declared[link.upper].append(link.upper_interface)
            declared[link.lower].append(link.lower_interface)
        self._known: dict[str, dict[str, str]] = {}
        for device, names in declared.items():
            calls = [(canonical(name), name) for name in names]
            if (inventory := inventories.get(device)) is not None:
                calls += _calls(inventory, frozenset(names))
            self._known[device] = _first(calls)

    def named(self, device: str, text: str) -> str:
        """The name by which the topology, else the device, knows an interface; a text that fits none is itself."""
        return self._known.get(device, {}).get(canonical(text), text)

    def told(self, device: str, neighbour: Neighbour) -> str:
        """The interface that a neighbour, which is this device, says it speaks on; empty where that can't be known."""
        known = self._known.get(device, {})
        for text in (neighbour.port, neighbour.port_description):
            if text and (found := known.get(canonical(text)) or known.get(mac_form(text)) or known.get(f"#{text}")):
                return found
        # A description is what people write; an identifier that is no MAC and no number is a name.
        port = neighbour.port
        return "" if not port or port.isdigit() or _MAC.fullmatch(port) else port


def mac_form(text: str) -> str:
    """A MAC as `aa:bb:cc:dd:ee:ff`, however it is written; another text is itself."""
    if _MAC.fullmatch(text) is None:
        return text
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def _calls(inventory: Inventory, declared: frozenset[str]) -> list[tuple[str, str]]:
    """What the interfaces of a device may be called, and the name that each is known by."""
    found: list[tuple[str, str]] = []
    macs: list[tuple[str, str]] = []
    spelled = {canonical(name): name for name in declared}
    for name, raw in _named(inventory):
        # The topology's spelling where it declares the interface.
        known = next((spelled[one] for one in map(canonical, (name, raw.if_name, raw.descr)) if one in spelled), name)
        found += [(canonical(text), known) for text in (name, raw.if_name, raw.descr) if text]
        macs.append((raw.mac, known))
        found.append((f"#{raw.index}", known))
    aliases = [(canonical(raw.alias), name) for name, raw in _named(inventory) if raw.alias]
    return found + list(_unique(macs).items()) + list(_unique(aliases).items())


def _named(inventory: Inventory) -> Iterable[tuple[str, RawInterface]]:
    yield from ((one.name, one.raw) for one in inventory.interfaces)
    yield from ((one.name, one.raw) for one in inventory.others)


def _interfaces(inventory: Inventory) -> Iterable[RawInterface]:
    return (raw for _, raw in _named(inventory))


def _host(name: str) -> str:
    """A name without its domain; an address stays whole."""
    host = name.partition(".")[0]
    return name if host.isdigit() else host


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands for exactly one thing."""
    found: dict[str, set[str]] = {}
    for call, thing in pairs:
        if call:
            found.setdefault(call, set()).add(thing)
    return {call: next(iter(things)) for call, things in found.items() if len(things) == 1}


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for call, thing in pairs:
        found.setdefault(call, thing)
    return found
