"""The parts of a device's portrait: plain values, nothing of any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.snmp.inventory import Identity
from foundation.clock import Instant
from foundation.messages import HealthReading, RoutingReading


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A part that can be replaced, as deep as it sits in others."""

    depth: int
    name: str
    kind: str
    """entPhysicalClass by the MIB's word."""
    description: str
    model: str
    serial: str
    hardware: str
    software: str
    """Of its firmware and its software."""


@dataclass(frozen=True, slots=True)
class HeardRow:
    """Whom it hears by LLDP or CDP on one of its interfaces."""

    protocol: str
    interface: str
    system: str
    port: str
    address: str
    platform: str
    device: str | None
    """The device of the topology that this is."""
    declared: bool
    """The topology has a link on the interface that leads there."""


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One routing neighbour, with its state as told last."""

    reading: RoutingReading
    device: str | None
    links: tuple[str, ...]

    @property
    def standing(self) -> str:
        """`up`, `down`, or `maintenance` where an operator shut it down: the wall's own shapes."""
        if self.reading.up:
            return "up"
        return "down" if self.reading.enabled else "maintenance"


@dataclass(frozen=True, slots=True)
class PortFacts:
    """What the inventory knows of an interface."""

    alias: str
    mac: str
    addresses: tuple[str, ...]
    speed: int
    """Bits a second; 0 where the device tells none."""
    polled: bool


@dataclass(frozen=True, slots=True)
class Portrait:
    """All of one device."""

    identity: Identity | None
    """None before its first inventory."""
    profile: str
    inventory_at: Instant | None
    modules: tuple[ModuleRow, ...] = ()
    heard: tuple[HeardRow, ...] = ()
    peers: tuple[PeerRow, ...] = ()
    health: tuple[HealthReading, ...] = ()
    looked_at: Instant | None = None
    """When peers and health were told; None before the first whole look since the platform started."""
    uptime_s: float | None = None
    interfaces: Mapping[str, PortFacts] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Interfaces that the topology declares and the device does not have."""
    tuning: Mapping[str, object] = field(default_factory=dict)
    tuning_at: Instant | None = None
