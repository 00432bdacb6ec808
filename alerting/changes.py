"""What judging hands to acting: changes of alerts, inside the transaction that records them.

An alert is machine-owned: a condition on an object. Judging opens, updates and clears alerts; `Responder` turns their
changes into incidents, which people own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy.orm import Session

from foundation.clock import Instant
from foundation.messages import Message
from topology.network import CutOff

RELEASED_FROM: Final = "released_from"
"""The detail of a RAISED change that names what held the alert until now: `maintenance:12`, `device:530627-R1` …"""

LEANS_ON: Final = "leans_on"
"""The detail of a composite alert that names what it leans on, one `kind:id` a line."""


class Severity(StrEnum):
    """Alarm severity 告警级别 (X.733): of a condition on an object. Not to be mixed with an incident's fault class."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"


class ObjectKind(StrEnum):
    """What an alert is about."""

    DEVICE = "device"
    LINK = "link"
    INTERFACE = "interface"
    NEIGHBOUR = "neighbour"
    """A routing neighbour of a device: `device/bgp/10.0.0.1`."""
    SENSOR = "sensor"
    """One of a device's own sensors: `device/fan/Fan 1`."""
    AREA = "area"
    """A county whose sites failed together, `530627`, or a carrier's lines in a prefecture, `530600/电信`."""
    CENTRE = "centre"
    """What one operations centre answers for, by its division's code: a storm of alerts is about it."""
    PLATFORM = "platform"
    """A part of the platform itself: `collector`, `disk` …"""


class ChangeKind(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    UPDATED = "updated"
    """Its severity, value or impact changed while it fires."""
    RESTATED = "restated"
    """Its words changed, and nothing else: written and shown; nobody needs to act."""
    SUPPRESSED = "suppressed"
    """It still holds, but something else explains it: see `suppressed_by`."""
    SIGHT = "sight"
    """What would tell whether it holds is not known any more, or known again: nobody needs to act."""
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class AlertChange:
    """One change of one alert."""

    kind: ChangeKind
    alert: int
    """The alert's row id."""
    rule: str
    """The rule's id: `device-down`, `link-down`, `routing-down` …"""
    object_kind: ObjectKind
    object_id: str
    """A device's or link's id, `device/interface`, `device/protocol/neighbour`, `device/kind/entity`, an area's, a
    centre's, or the name of a part of the platform."""
    device: str
    """The device concerned; for a link, its upper end; for an area, the device that most of its sites hang on.
    Empty for the platform itself, and for a centre."""
    division: str
    """The division whose centre answers for it."""
    severity: Severity
    started_at: Instant
    """When the condition began to hold: for an outage the first miss."""
    at: Instant
    """When it was judged."""
    summary: str
    """One sentence in Chinese: what is wrong with what."""
    summary_en: str
    labels: Mapping[str, str]
    """What runbooks and scopes match on: rule, object_kind, role, tier, severity, division, metric."""
    value: float | None = None
    limit: float | None = None
    cut_off: CutOff | None = None
    """For outages: who can't be reached because of it, as known now."""
    suppressed_by: str = ""
    """What explains it: `maintenance:12`, `device:530627-R1`, `link:…`, `neighbour:…`, `area:530627`, `inhibition:…` or
    `storm:alert-storm/530627`; empty when nothing does."""
    details: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    """What the alert becomes (`alerting.alerts.states.AlertState`); empty when the kind says it, or nothing changes."""
    flaps: int = 0
    """How often it came and went, as far as that is remembered."""
    told_after: int = 0
    """For a clearing: how long its telling waits, since it may come back (ms)."""


class Responder(Protocol):
    """Who acts on changes of alerts (implemented by `alerting.incidents`)."""

    def respond(self, session: Session, changes: Sequence[AlertChange], now: Instant) -> list[Message]:
        """Open, update and recover incidents, with outbox rows and audit entries, in the caller's transaction.

        Returns the messages to publish once it is committed.
        """
        ...
