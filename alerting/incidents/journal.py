"""Every change of an incident leaves two traces in its own transaction: a timeline entry and an audit entry."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from alerting.audit.log import SYSTEM, record
from alerting.incidents.tables import Incident, IncidentEntry
from foundation.clock import Instant

_NOTHING: Final[Mapping[str, Any]] = {}


class EntryKind(StrEnum):
    """What a timeline entry tells."""

    OPENED = "opened"
    JOINED = "joined"
    LEAD = "lead"
    """Another alert became the leading one."""
    IMPACT = "impact"
    CLASS = "class"
    SEVERITY = "severity"
    SUPPRESSED = "suppressed"
    TAKEN_OUT = "taken-out"
    """A person took an alert out of those that this one gathers."""
    CLEARED = "cleared"
    FLAPPING = "flapping"
    """An alert began, or ceased, to come and go."""
    RECOVERED = "recovered"
    REOPENED = "reopened"
    CALLED = "called"
    """A step of the escalation plan fired."""
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    NOTE = "note"
    STEP = "step"
    CLOSED = "closed"
    MESSAGE_SENT = "message-sent"
    MESSAGE_FAILED = "message-failed"


def journal(
    session: Session,
    incident: Incident,
    kind: EntryKind,
    text: str,
    text_en: str,
    *,
    at: Instant,
    actor: str = SYSTEM,
    source: str = "engine",
    before: Mapping[str, Any] = _NOTHING,
    after: Mapping[str, Any] = _NOTHING,
) -> None:
    """Write both traces. The incident must have its id, so flush a new one first."""
    session.add(
        IncidentEntry(
            incident=incident.id, at=at, kind=kind.value, actor=actor, source=source, text=text, text_en=text_en
        )
    )
    record(
        session,
        at=at,
        actor=actor,
        action=f"incident.{kind.value}",
        object=f"incident:{incident.id}",
        before=before,
        after={"text": text, **after},
        source=source,
    )
