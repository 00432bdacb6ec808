"""What a device is and has: plain values, as an inventory finds them and as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from collectors.snmp.gufo import Value
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.profiles.sensors import Sensor
from collectors.snmp.routing import Peer
from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a device is; what it doesn't tell is empty."""

    name: str = ""
    """sysName (RFC 3418)."""
    description: str = ""
    """sysDescr."""
    object_id: str = ""
    """sysObjectID, numeric without a leading dot."""
    location: str = ""
    """sysLocation."""
    contact: str = ""
    """sysContact."""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    version: str = ""
    """Of its software."""


@dataclass(frozen=True, slots=True)
class Module:
    """One row of entPhysicalTable (ENTITY-MIB, RFC 6933)."""

    index: int
    name: str
    """entPhysicalName."""
    description: str
    kind: str
    """entPhysicalClass by the MIB's word: `chassis`, `module`, `powerSupply`, `fan`, `port` …"""
    parent: int
    """entPhysicalContainedIn: the index of what it sits in; 0 for the outermost."""
    model: str = ""
    serial: str = ""
    hardware: str = ""
    """Revision of its hardware."""
    firmware: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom a device hears on one of its interfaces."""

    protocol: str
    """`lldp` (IEEE 802.1AB) or `cdp`."""
    local_interface: str
    """The name of the interface that hears it, as in `PolledInterface.name`; for a port that is no interface, the name
    that LLDP gives it."""
    system: str
    """lldpRemSysName, cdpCacheDeviceId."""
    chassis: str
    """lldpRemChassisId; a MAC as `aa:bb:cc:dd:ee:ff`."""
    port: str
    """lldpRemPortId, cdpCacheDevicePort; a MAC as above."""
    port_description: str
    """lldpRemPortDesc: often the interface's name where `port` is a MAC or a number."""
    address: str
    """Its management address; empty where it tells none."""
    platform: str
    """lldpRemSysDesc, cdpCachePlatform."""


@dataclass(frozen=True, slots=True)
class NamedInterface:
    """An interface that is not polled, with the name it would be polled by."""

    name: str
    raw: RawInterface


@dataclass(frozen=True, slots=True)
class PolledInterface:
    """An interface that is polled: under which name, and which of its objects exist."""

    name: str
    raw: RawInterface
    wide: bool
    """It has 64-bit octet counters."""
    columns: frozenset[str]
    """Those of COUNTERS that it has."""
    stamp: tuple[str, Value]
    """An instance and its value, byte for byte, that tell this interface from others: ifName, else ifDescr. The plan
    checks it at each poll where the agent has no ifTableLastChange. An empty OID where there is neither."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one device is and has."""

    identity: Identity = field(default_factory=Identity)
    interfaces: tuple[PolledInterface, ...] = ()
    """Those that are polled."""
    modules: tuple[Module, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    peers: tuple[Peer, ...] = ()
    """BGP and OSPF neighbours, those among them that were there and are gone."""
    sensors: tuple[Sensor, ...] = ()
    last_change: int | None = None
    """ifTableLastChange when the walk began; None where the agent has none."""
    found: int = 0
    """Interfaces seen, polled or not."""
    missing: frozenset[str] = frozenset()
    """Declared interfaces that the agent does not have."""
    profile: str = ""
    """The device family whose sensors were looked for."""
    others: tuple[NamedInterface, ...] = ()
    """Interfaces that are not polled."""
    stamps: Mapping[str, int] = field(default_factory=dict)
    """The tables' last-change objects as they read before the tables were walked, by OID. A table whose stamp still
    reads the same need not be walked again."""
    at: Instant = 0
    """When it was taken; 0 where nobody keeps time."""
    walked_at: Instant = 0
    """When all tables were last walked, whatever their stamps said."""

    def distrusted(self) -> "Inventory":
        """The same without its stamps: for an agent that restarted, whose tables must all be walked anew."""
        return replace(self, stamps={})
