"""What one look at one host found: plain values."""

from dataclasses import dataclass
from enum import StrEnum

from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory
from foundation.clock import Instant
from foundation.messages import HealthReading, InterfaceReading, RoutingReading


class Shortfall(StrEnum):
    """Why a look is not complete."""

    NONE = ""
    SILENT = "silent"
    """The agent stopped answering on the way."""
    MOVED = "moved"
    """Its interfaces moved while they were read."""


@dataclass(frozen=True, slots=True)
class PolledPort:
    """One interface: who it is and its reading."""

    raw: RawInterface
    wide: bool
    """It has 64-bit counters."""
    reading: InterfaceReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """What the look took."""

    took_ms: float
    """All of it, a pause between two samples included."""
    rtt_ms: float
    """The first answer's round trip."""
    requests: int
    timeouts: int
    inventory_requests: int
    inventory_ms: float
    poll_requests: int
    """Of the last reading of the values alone: what the platform asks each minute."""
    poll_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTuning:
    """How the host takes being asked, and what that costs."""

    snmp_version: str
    request_values: int
    """Values in one request that it takes."""
    repetitions: int
    """Rows in one step of a walk that it takes."""
    timeout_s: float
    """The wait for an answer that its round trips suggest."""
    round_trip_ms: float | None
    requests_per_look: int
    values_per_look: int
    bytes_down_per_look: int
    """What one reading of all values puts on the line towards the host, headers included."""
    bytes_up_per_look: int


@dataclass(frozen=True, slots=True)
class HostPoll:
    """All that one look at a host found."""

    address: str
    """As it was given."""
    resolved: str
    port: int
    at: Instant
    """When the look began."""
    shortfall: Shortfall
    identity: Identity
    uptime_s: float | None
    inventory: Inventory
    interfaces: tuple[PolledPort, ...]
    health: tuple[HealthReading, ...]
    routing: tuple[RoutingReading, ...]
    timings: Timings
    tuning: HostTuning

    @property
    def complete(self) -> bool:
        """Whether everything was read that the host has."""
        return self.shortfall is Shortfall.NONE
