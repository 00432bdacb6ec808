"""Drawing a device's portrait from what is kept of it and from the latest look. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from alerting.judge.far import far_of, managed_by, subnets_of
from collectors.facts import Facts
from collectors.neighbours.matching import Devices
from collectors.snmp.inventory import Inventory, Module
from dashboard.live.looks import Look
from dashboard.portrait.rows import HeardRow, ModuleRow, PeerRow, PortFacts, Portrait
from foundation.messages import HealthReading, HealthStatus
from topology.network import Network

_REPLACEABLE: Final = frozenset(
    {"chassis", "module", "powerSupply", "fan", "stack", "cpu", "storageDrive", "backplane"}
)
"""Classes of parts that are shown: ports, sensors and empty slots are told elsewhere, or nothing."""

MOST_MODULES: Final = 200

_GRAVITY: Final = {
    HealthStatus.CRITICAL: 0,
    HealthStatus.WARNING: 1,
    HealthStatus.UNKNOWN: 2,
    HealthStatus.OK: 2,
}


def draw(network: Network, device: str, facts: Facts | None, look: Look | None) -> Portrait:
    """All that is known of a device. Either source may be missing."""
    inventory = None if facts is None else facts.inventory
    ports = {} if inventory is None else _ports(inventory)
    return Portrait(
        identity=None if inventory is None else inventory.identity,
        profile="" if inventory is None else inventory.profile,
        inventory_at=None if inventory is None else inventory.at,
        modules=() if inventory is None else _modules(inventory.modules),
        heard=() if inventory is None else _heard(network, device, inventory),
        peers=() if look is None else _peers(network, device, ports, look),
        health=() if look is None else tuple(sorted(look.health, key=_order)),
        looked_at=None if look is None else look.at,
        uptime_s=None if look is None else look.uptime_s,
        interfaces=ports,
        missing=() if inventory is None else tuple(sorted(inventory.missing)),
        tuning={} if facts is None or facts.tuning is None else facts.tuning,
        tuning_at=None if facts is None else facts.tuning_at,
    )


def _ports(inventory: Inventory) -> dict[str, PortFacts]:
    polled = {one.name: (one.raw, True) for one in inventory.interfaces}
    others = {one.name: (one.raw, False) for one in inventory.others}
    return {
        name: PortFacts(raw.alias, raw.mac, raw.addresses, raw.speed, is_polled)
        for name, (raw, is_polled) in (others | polled).items()
    }


def _modules(modules: Sequence[Module]) -> tuple[ModuleRow, ...]:
    """Each part under the one that it sits in. A part whose parent is unknown, or itself, stands at the top."""
    by_index = {module.index: module for module in modules}
    under: dict[int, list[Module]] = {}
    for module in modules:
        parent = module.parent if module.parent in by_index and module.parent != module.index else 0
        under.setdefault(parent, []).append(module)
    rows: list[ModuleRow] = []
    seen: set[int] = set()
    waiting = [(module, 0) for module in _backwards(under.get(0, []))]
    while waiting and len(rows) < MOST_MODULES:
        module, depth = waiting.pop()
        if module.index in seen:
            continue
        seen.add(module.index)
        is_shown = module.kind in _REPLACEABLE
        if is_shown:
            rows.append(_module(module, depth))
        waiting += [(inner, depth + is_shown) for inner in _backwards(under.get(module.index, []))]
    return tuple(rows)


def _backwards(modules: Sequence[Module]) -> list[Module]:
    return sorted(modules, key=lambda one: -one.index)


def _module(module: Module, depth: int) -> ModuleRow:
    software = " / ".join(dict.fromkeys(text for text in (module.firmware, module.software) if text))
    return ModuleRow(
        depth,
        module.name or module.description,
        module.kind,
        module.description,
        module.model,
        module.serial,
        module.hardware,
        software,
    )


def _heard(network: Network, device: str, inventory: Inventory) -> tuple[HeardRow, ...]:
    known = Devices(network, {device: inventory})
    rows = []
    for one in inventory.neighbours:
        found = known.find(one)
        link = network.link_at(device, one.local_interface)
        ends = set() if link is None else {link.upper, link.lower}
        rows.append(
            HeardRow(
                one.protocol,
                one.local_interface,
                one.system or one.chassis,
                one.port_description if _is_mac(one.port) and one.port_description else one.port,
                one.address,
                one.platform,
                found if found != device else None,
                found is not None and found in ends,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.device is None, row.interface)))


def _is_mac(text: str) -> bool:
    return len(text) == 17 and text.count(":") == 5


def _peers(network: Network, device: str, ports: Mapping[str, PortFacts], look: Look) -> tuple[PeerRow, ...]:
    """In trouble first, then by protocol and address."""
    addresses: dict[str, Collection[str]] = {name: port.addresses for name, port in ports.items() if port.addresses}
    subnets, managed = subnets_of(addresses), managed_by(network)
    rows = []
    for reading in look.routing:
        far = far_of(network, device, reading.neighbour, subnets, managed)
        rows.append(PeerRow(reading, None if far is None else far.device, () if far is None else far.links))
    return tuple(sorted(rows, key=_by_trouble))


def _by_trouble(row: PeerRow) -> tuple[bool, bool, str, str]:
    reading = row.reading
    return reading.up, not reading.enabled, reading.protocol, reading.neighbour


def _order(reading: HealthReading) -> tuple[int, str, str]:
    """In trouble first, then by kind and part."""
    return _GRAVITY[reading.status], reading.kind, reading.entity
