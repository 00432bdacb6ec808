"""An agent that was found."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heard:
    """Whom it hears on one of its ports (LLDP, CDP)."""

    interface: str
    speed_bps: int
    """Of that port; 0 where it tells none."""
    system: str
    port: str
    """What the far end calls its port: a name, a MAC, a number."""
    port_description: str
    """Often the port's name where `port` is none, and often what people call the line."""
    address: str


@dataclass(frozen=True, slots=True)
class Found:
    """What answers at one address."""

    address: str
    """Where it was asked."""
    credentials: str
    """The name of the login it took; empty where it refused them all."""
    version: str
    """Of SNMP: 1, 2c, 3."""
    refusal: str = ""
    """Why it refused, where it did: it is there all the same."""
    name: str = ""
    """sysName."""
    description: str = ""
    """sysDescr."""
    object_id: str = ""
    location: str = ""
    vendor: str = ""
    family: str = ""
    """The profile's title."""
    profile: str = ""
    model: str = ""
    serial: str = ""
    software: str = ""
    uptime_s: float | None = None
    interfaces: tuple[str, ...] = ()
    """The names of its interfaces that carry a line; the others are left out."""
    heard: tuple[Heard, ...] = ()
    addresses: tuple[str, ...] = field(default=())
    """All IPv4 addresses of its own that it tells."""
    complete: bool = True
    """False when it stopped answering while it was asked what it is."""
