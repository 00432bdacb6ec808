"""Closing what recovered long ago and nobody closed: a rule that people approve in the settings, off by default."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.audit.log import SYSTEM
from alerting.incidents.journal import EntryKind, journal
from alerting.incidents.members import acknowledge_members
from alerting.incidents.settings import ActingSettings
from alerting.incidents.states import IncidentEvent, IncidentState, after
from alerting.incidents.tables import Incident
from foundation.calendar import duration
from foundation.clock import Instant
from foundation.messages import IncidentChange, Message

_AT_ONCE = 200


def close_expired(session: Session, settings: ActingSettings, now: Instant) -> list[Message]:
    """Close every incident that has been recovered for `close_recovered_after`; none when that is not set."""
    if settings.close_recovered_after is None:
        return []
    expired = session.scalars(
        select(Incident)
        .where(
            Incident.state == IncidentState.RECOVERED.value,
            Incident.recovered_at <= now - settings.close_recovered_after,
        )
        .order_by(Incident.recovered_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    rule = f"恢复后满 {duration(settings.close_recovered_after)},按已批准的规则关闭"
    rule_en = f"Closed by the approved rule, {duration(settings.close_recovered_after)} after its recovery"
    for incident in expired:
        incident.state = after(IncidentState(incident.state), IncidentEvent.EXPIRE, incident.number).value
        incident.closed_at, incident.closed_by, incident.close_reason = now, SYSTEM, rule
        acknowledge_members(session, incident.id)
        journal(
            session, incident, EntryKind.CLOSED, rule, rule_en, at=now, source="rule",
            before={"state": IncidentState.RECOVERED.value}, after={"state": incident.state},
        )  # fmt: skip
    session.flush()
    return [IncidentChange(incident.id, now) for incident in expired]
