"""The messages that the rooms exchange over the bus.

They are plain slotted dataclasses: cheap to make by the thousand, with no behaviour and no way back to their maker.
What observes writes them (`collectors`), what judges and stores reads them (`alerting`, `storage`, `dashboard`), and
neither side imports the other.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from foundation.clock import Instant


class Reach(StrEnum):
    """What one look at a device found."""

    ANSWERED = "answered"
    """Its SNMP agent answered."""
    SILENT = "silent"
    """The agent did not answer, though the device itself answers pings."""
    REJECTED = "rejected"
    """The agent is there and refuses every credential that we have for it: nothing can be read, but it is not down."""
    MISSED = "missed"
    """Nothing answered, through all the quick re-checks."""


class IfStatus(IntEnum):
    """ifAdminStatus and ifOperStatus (IF-MIB, RFC 2863)."""

    UP = 1
    DOWN = 2
    TESTING = 3
    UNKNOWN = 4
    DORMANT = 5
    NOT_PRESENT = 6
    LOWER_LAYER_DOWN = 7


class CounterVerdict(StrEnum):
    """Why an interface's rates are, or are not, values."""

    NORMAL = "normal"
    FIRST = "first"
    """There is no earlier sample to compare with."""
    WRAP = "wrap"
    """A counter passed its end; the rate is still right."""
    RESET = "reset"
    """The agent restarted, or a counter fell: no rate."""
    DISCONTINUITY = "discontinuity"
    """ifCounterDiscontinuityTime moved: the agent itself says that the counters can't be compared. No rate."""
    CORRUPT = "corrupt"
    """The rate would exceed what the interface can carry: no rate."""


@dataclass(slots=True)
class InterfaceReading:
    """One interface at one moment. Rates are per second of the agent's own clock; None means no value."""

    name: str
    """The interface's identity: ifName, else ifDescr, else ifAlias. Never its ifIndex."""
    admin: int
    """ifAdminStatus, see `IfStatus`."""
    oper: int
    """ifOperStatus, see `IfStatus`."""
    verdict: CounterVerdict = CounterVerdict.FIRST
    in_bps: float | None = None
    out_bps: float | None = None
    in_util: float | None = None
    """Percent of the interface's speed."""
    out_util: float | None = None
    in_errors: float | None = None
    """Packets a second."""
    out_errors: float | None = None
    in_discards: float | None = None
    out_discards: float | None = None


class HealthStatus(StrEnum):
    """How a reading is to be taken."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    """The sensor is there and tells nothing that can be used."""


class LimitSource(StrEnum):
    """Where the limit came from that a reading's status was judged by."""

    NONE = "none"
    """There is no limit: the status says only whether there is a value. Rules may judge the value."""
    DEVICE = "device"
    """The device's own threshold, or its own verdict in a state object."""
    PROFILE = "profile"
    """What the vendor documents for the device family."""


@dataclass(slots=True)
class HealthReading:
    """One sensor at one moment."""

    entity: str
    """Which part of the device: `cpu1`, `memory`, `chassis` …"""
    kind: str
    """What is measured: `cpu`, `memory`, `temperature`, `fan`, `power` …"""
    value: float | None
    """None where the sensor tells none; for a state, the device's own number for it."""
    unit: str
    """`%`, `°C` …; empty for a state."""
    status: HealthStatus = HealthStatus.OK
    limit: float | None = None
    """The limit that the status was judged by."""
    limit_source: LimitSource = LimitSource.NONE
    word: str = ""
    """For a state, the MIB's own word for it: `normal`, `absent` …"""


@dataclass(slots=True)
class RoutingReading:
    """One BGP or OSPF neighbour at one moment."""

    protocol: str
    """`bgp` or `ospf`."""
    neighbour: str
    """Its address, with the VRF before it where it has one: `10.0.0.1`, `gov-video/10.0.0.1`."""
    state: str
    """The MIB's own word: `established`, `full` …; `gone` where a neighbour that was there is not listed any more."""
    up: bool
    enabled: bool = True
    """False where an operator shut the neighbour down on the device."""
    since_s: float | None = None
    """Seconds since it is in this state, where the device tells."""
    remote_as: int | None = None
    """BGP: the neighbour's autonomous system."""


@dataclass(slots=True)
class Observation:
    """One device, one moment: what a finished look at it found. A half-finished look is never published."""

    device: str
    at: Instant
    """The *start* of the request (for a miss: of the last re-check)."""
    reach: Reach
    missed_since: Instant | None = None
    """For SILENT, REJECTED and MISSED: the start of the first request of the series that went unanswered."""
    rtt_ms: float | None = None
    uptime_s: float | None = None
    """sysUpTime of the agent, in seconds."""
    restarted: bool = False
    """The agent's clock says that it restarted since the last look; a wrap after 497 days is no restart."""
    interfaces: tuple[InterfaceReading, ...] = ()
    """Empty when only reachability was looked at."""
    health: tuple[HealthReading, ...] = ()
    complete: bool = False
    """True when the interface and health layers were polled too."""
    poll_ms: float = 0.0
    """How long the look took."""
    timeouts: int = 0
    """Requests of this look that went unanswered."""
    routing: tuple[RoutingReading, ...] = ()
    """BGP and OSPF neighbours; empty when only reachability was looked at."""


@dataclass(slots=True, frozen=True)
class PollRequest:
    """Look at these devices now, all layers: asked by who judges, answered by observations."""

    devices: frozenset[str]
    at: Instant


class State(StrEnum):
    """The state of an object on the timeline: the ledger's vocabulary."""

    UP = "up"
    DEGRADED = "degraded"
    """In service, and not all is well: an alert fires on a device or on a line's port, or part of a whole is lost."""
    DOWN = "down"
    UNREACHABLE = "unreachable"
    """Cut off by a failure nearer the centre (受上级影响)."""
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"
    """Not observed: never green and never down."""

    @property
    def is_served(self) -> bool:
        """Whether the object is in service, wholly or in part."""
        return self is State.UP or self is State.DEGRADED

    @property
    def is_lost(self) -> bool:
        """Whether it is known to be out of service, planned or not."""
        return self in (State.DOWN, State.UNREACHABLE, State.MAINTENANCE)


@dataclass(slots=True, frozen=True)
class StateChange:
    """An object entered a state; published after the change is committed.

    A device that only becomes, or ceases to be, degraded is told by `DegradedChange` instead.
    """

    kind: str
    """`device`, `agency`, `link`, `site` (by its division's code) or `private_network`."""
    id: str
    state: State
    at: Instant
    """When the state began (for an outage: the first miss)."""
    cause: str = ""
    """The device or link at the root, for an outage, and for what is degraded by one."""


@dataclass(slots=True, frozen=True)
class DegradedChange:
    """A device that is up has, or no longer has, an alert firing on it; published after the change is committed."""

    device: str
    degraded: bool
    at: Instant


@dataclass(slots=True, frozen=True)
class IncidentChange:
    """An incident was opened or changed, by a machine or a person; published after the change is committed."""

    incident: int
    at: Instant


@dataclass(slots=True, frozen=True)
class Gateway:
    """Whether one of the collector's own gateways answers: the first thing between it and the network."""

    answers: bool
    since: Instant
    """Since when it does, or does not: for a loss the start of the first ping that went unanswered."""
    at: Instant
    """The start of the latest ping that was answered."""


@dataclass(slots=True, frozen=True)
class CollectorBeat:
    """How the collector itself fares, every few seconds: silence means that it is dead."""

    at: Instant
    devices: int
    polls: int
    """Looks finished since it started."""
    late_ms: float
    """How far behind its schedule it is."""
    inflight: int
    extra: dict[str, float] = field(default_factory=dict)
    gateway: Gateway | None = None
    """None when no gateway is watched, or none has answered yet: then it tells nothing."""


class PlatformTrouble(StrEnum):
    """What can be wrong with the platform itself."""

    DISK_NEARLY_FULL = "disk-nearly-full"
    DISK_FULL = "disk-full"
    METRICS_WAITING = "metrics-waiting"
    """The metric store is away, or refuses rows."""
    RECORDS_AWAY = "records-away"
    """Judgements can't be recorded: told once they can be."""
    CHANNEL_FAILING = "channel-failing"
    """Messages don't leave by mail or text message."""
    COLLECTOR_DEAD = "collector-dead"
    """The collector gives no sign of life."""
    BACKUP_FAILING = "backup-failing"
    """The last backup could not be made, or not be restored as a test."""


@dataclass(slots=True, frozen=True)
class PlatformCondition:
    """Whether something is wrong with a part of the platform: told at the start, and at each change."""

    trouble: PlatformTrouble
    part: str
    """`disk`, `metric store`, `records`, `email`, `sms`, `collector`, `backup` or `backup test`."""
    holds: bool
    at: Instant
    """Since when."""
    text: str = ""
    """What is wrong, in Chinese, with the remedy where there is one; empty when nothing is."""
    text_en: str = ""


class EventSource(StrEnum):
    """How an event came."""

    TRAP = "trap"
    SYSLOG = "syslog"
    PROBE = "probe"


@dataclass(slots=True, frozen=True)
class Event:
    """Something that a device told by itself, or that a probe saw: a moment, not a state."""

    device: str
    source: EventSource
    kind: str
    """The sender's own name for it: a notification's name (`linkDown`), a syslog mnemonic (`IFNET/4/LINK_STATE`)."""
    text: str
    """One line, as people read it."""
    at: Instant
    fields: dict[str, str] = field(default_factory=dict)
    """Its parts by name: `interface`, `neighbour` …"""


@dataclass(slots=True, frozen=True)
class Finding:
    """What a slow rule found out about one object from stored metrics."""

    rule: str
    """The rule's id."""
    object_kind: str
    """`device` or `interface`."""
    object_id: str
    """The device's id, or `device/interface`."""
    device: str
    holds: bool
    """Whether the rule's condition holds. What could not be told is not published: no data says nothing."""
    metric: str
    """What was measured."""
    value: float
    at: Instant
    """The end of the time that was looked at."""
    text: str = ""
    """A clause with the evidence, in Chinese; empty where the value says all."""
    text_en: str = ""


Message = (
    Observation
    | PollRequest
    | StateChange
    | DegradedChange
    | IncidentChange
    | CollectorBeat
    | Event
    | Finding
    | PlatformCondition
)
