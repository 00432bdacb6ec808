"""The rows that a monthly report consists of: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from foundation.clock import Instant
from reports.availability import Ledger, Outage
from reports.shares import Share


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Record:
    """How one object, or a group, fared."""

    ledger: Ledger
    outages: int
    """Outages, flashes not among them."""
    flashes: int
    """Breaks shorter than a minute."""
    longest: int
    """The longest outage's lost time, in milliseconds; 0 without any."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many of a group's objects reach their target (节点达标率)."""

    objects: int
    judged: int
    """Objects for which service was due and observed at all."""
    met: int

    @property
    def share(self) -> Share:
        """节点达标率: those at target, of those judged."""
        return Share(self.met, self.judged)


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency."""

    id: str
    name: Name
    prefecture: Name
    county: Name
    department: str
    record: Record
    met: bool | None
    """Whether the target is reached; None when nothing was observed."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The agencies that stand in a division (属地), as one."""

    code: str
    name: Name
    prefecture: Name
    """The prefecture a county lies in; the row's own name otherwise."""
    record: Record
    attainment: Attainment
    previous: Ledger
    """The same agencies' ledger over the month before; empty for counties."""
    days: Sequence[Ledger]
    """One ledger a day of the window; empty for counties."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """The connection of one prefecture or county: of its routers, in service while any of them is."""

    code: str
    name: Name
    prefecture: Name
    devices: Sequence[str]
    record: Record
    met: bool | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One line between two devices, by its own timeline."""

    id: str
    name: Name
    prefecture: Name
    carrier: str
    """Empty when it is the network's own."""
    record: Record
    degraded: int
    """Milliseconds in service with an alert on one of its ports."""
    met: bool | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One division's centre, by its own timeline."""

    code: str
    name: Name
    prefecture: Name
    record: Record
    degraded: int
    """Milliseconds in service with part of its routers or uplinks lost."""
    met: bool | None


@dataclass(frozen=True, slots=True)
class PrivateNetworkRow:
    """One private network: its member agencies as one, and its own timeline."""

    id: str
    name: Name
    record: Record
    """The members' records as one: Σ service ÷ Σ due."""
    attainment: Attainment
    whole: Ledger
    """The network's own: lost only while no member at all was served."""
    degraded: int
    """Milliseconds in which some of its members were lost, but not all."""


class TierKey(StrEnum):
    """The four tiers that have a target."""

    CORE = "core"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class TierRow:
    """All objects of a tier as one."""

    key: TierKey
    target: Decimal
    record: Record
    attainment: Attainment


class Party(StrEnum):
    """In whose charge the root of an outage lies."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    AGENCY = "agency"
    CARRIER = "carrier"
    OPEN = "open"
    """Not known: nothing names a root, or it is no longer in the topology."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """The agencies' outage time whose root lies with one party."""

    party: Party
    lost: int
    """Milliseconds, summed over agencies."""
    events: int


@dataclass(frozen=True, slots=True)
class OutageRow:
    """One outage of one agency."""

    agency: str
    name: Name
    prefecture: Name
    county: Name
    outage: Outage
    cause: Name
    party: Party


@dataclass(frozen=True, slots=True)
class EventRow:
    """All that went out for one root at one time: one line of the longest and of the most frequent."""

    root: str
    """The id of the device or link."""
    name: Name
    prefecture: Name
    party: Party
    start: Instant
    end: Instant
    agencies: int
    """How many lost service."""
    lost: int
    """Milliseconds, summed over agencies."""
    begun_before: bool
    """It lasted already at the window's first moment."""
    recovered: bool
    flash: bool
    """Whole, and shorter than a minute."""

    @property
    def length(self) -> int:
        """Milliseconds from the first loss to the last."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class FrequentRow:
    """A root that failed more than once."""

    root: str
    name: Name
    prefecture: Name
    party: Party
    events: int
    flashes: int
    """How many of the events were shorter than a minute."""
    lost: int


class Standing(StrEnum):
    """Where an incident stood at the window's end."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RECOVERED = "recovered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident ticket, as it stood at the window's end."""

    number: str
    title: Name
    fault_class: int
    """1 to 4: 一级 to 四级."""
    standing: Standing
    carried_over: bool
    """It began before the window."""
    prefecture: Name
    prefecture_code: str
    """Empty for the province's own."""
    started_at: Instant
    discovered_at: Instant
    acknowledged_at: Instant | None
    """The first acknowledgement."""
    recovered_at: Instant | None
    closed_at: Instant | None
    agencies: int
    """The most that were cut off at one time."""


@dataclass(frozen=True, slots=True)
class IncidentFigures:
    """Counts and mean times of the month's incidents. Means are None where nothing can be averaged."""

    by_class: Mapping[int, int]
    carried_over: int
    """How many of them began before the window."""
    unrecovered: int
    """How many lasted at the window's end."""
    by_prefecture: Mapping[str, Mapping[int, int]]
    """Prefecture code (empty: the province's own) to fault class to count."""
    mean_to_acknowledge: int | None
    """MTTA: milliseconds from discovery to the first acknowledgement."""
    mean_to_restore: int | None
    """MTTR: milliseconds from the start to recovery."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One maintenance window."""

    number: int
    target: Name
    started_at: Instant
    ended_at: Instant | None
    """None for one without an end that still lasted."""
    reason: str
    author: str
    approver: str
    announced_at: Instant | None
    announced_in_advance: bool
    agencies: int
    """Agencies that were cut off under it."""
    agency_time: int
    """For how long in sum, in milliseconds."""
