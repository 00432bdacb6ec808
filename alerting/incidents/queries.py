"""Reading incidents."""

from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from alerting.audit.log import SYSTEM
from alerting.incidents.impact import DEGRADED
from alerting.incidents.journal import EntryKind
from alerting.incidents.states import IncidentState
from alerting.incidents.tables import (
    EscalationStep,
    Incident,
    IncidentEntry,
    IncidentImpact,
    IncidentStep,
)
from alerting.incidents.views import EscalationView, ImpactEntry, IncidentView, StepView, TimelineEntry
from alerting.notify.outbox import MessageState
from alerting.notify.queries import MessageView, messages_of
from alerting.oncall.plan import Call
from foundation.clock import Instant

_CHANNELS = {"sms": ("短信", "SMS"), "email": ("邮件", "e-mail")}
_FIELDS = tuple(field.name for field in fields(IncidentView))


def open_incidents(session: Session) -> list[IncidentView]:
    """All that nobody closed, the gravest first: open before acknowledged before recovered, then by class and age."""
    rows = session.scalars(select(Incident).where(Incident.state != IncidentState.CLOSED.value))
    order = list(IncidentState)
    views = [_view(row) for row in rows]
    return sorted(views, key=lambda view: (order.index(IncidentState(view.state)), view.fault_class, view.started_at))


def recent_incidents(session: Session, limit: int = 50, offset: int = 0) -> list[IncidentView]:
    """The newest first, whatever their state."""
    return _views(session, select(Incident).order_by(Incident.id.desc()).limit(limit).offset(offset))


def incidents_between(session: Session, start: Instant, end: Instant) -> list[IncidentView]:
    """Incidents that were not yet recovered at some moment of [start, end), the oldest first."""
    lasted = or_(Incident.recovered_at.is_(None), Incident.recovered_at > start)
    # One that was closed without ever recovering ended when it was closed.
    living = or_(Incident.closed_at.is_(None), Incident.closed_at > start)
    query = select(Incident).where(Incident.started_at < end, lasted, living)
    return _views(session, query.order_by(Incident.started_at, Incident.id))


def incidents_of_device(session: Session, device: str, limit: int = 20) -> list[IncidentView]:
    """A device's incidents, the newest first."""
    return _views(session, select(Incident).where(Incident.device == device).order_by(Incident.id.desc()).limit(limit))


def incident(session: Session, incident_id: int) -> IncidentView | None:
    """One incident by id."""
    row = session.get(Incident, incident_id)
    return None if row is None else _view(row)


def incident_by_number(session: Session, number: str) -> IncidentView | None:
    """The newest incident of a number such as YN1124-0012; numbers come again each year."""
    row = session.scalar(select(Incident).where(Incident.number == number).order_by(Incident.id.desc()).limit(1))
    return None if row is None else _view(row)


def timeline(session: Session, incident_id: int) -> list[TimelineEntry]:
    """All that happened, in order: the incident's own entries, and the fate of the messages about it."""
    rows = session.scalars(
        select(IncidentEntry).where(IncidentEntry.incident == incident_id).order_by(IncidentEntry.id)
    )
    entries = [TimelineEntry(row.at, row.kind, row.actor, row.source, row.text, row.text_en) for row in rows]
    entries += _message_entries(messages_of(session, incident_id))
    return sorted(entries, key=lambda entry: entry.at)


def impact(session: Session, incident_id: int) -> list[ImpactEntry]:
    """Who was or is cut off; counties first, then private networks, then agencies, each in the order of being cut off;
    after them, in the same way, who lost redundancy.

    Where several alerts of the incident cut off the same one, overlapping times are one entry. Who is cut off by one
    alert is not told as weakened by another.
    """
    rows = session.scalars(
        select(IncidentImpact)
        .where(IncidentImpact.incident == incident_id)
        .order_by(IncidentImpact.from_at, IncidentImpact.id)
    )
    merged: dict[tuple[str, str], list[ImpactEntry]] = {}
    for row in rows:
        entry = ImpactEntry(row.kind, row.object, row.name, row.name_en, row.from_at, row.until_at)
        known = merged.setdefault((row.kind, row.object), [])
        if known and (known[-1].until_at is None or entry.from_at <= known[-1].until_at):
            known[-1] = _joined(known[-1], entry)
        else:
            known.append(entry)
    kinds = ("county", "private_network", "agency")
    order = {kind: position for position, kind in enumerate((*kinds, *(DEGRADED + kind for kind in kinds)))}
    off = {(DEGRADED + kind, id_) for (kind, id_), known in merged.items() if known[-1].until_at is None}
    entries = [entry for key, known in merged.items() for entry in known if key not in off or entry.until_at]
    return sorted(entries, key=lambda entry: (order[entry.kind], entry.from_at))


def steps(session: Session, incident_id: int) -> list[StepView]:
    """The runbook's steps with their ticks."""
    rows = session.scalars(
        select(IncidentStep).where(IncidentStep.incident == incident_id).order_by(IncidentStep.number)
    )
    return [StepView(row.number, row.text, row.done_at, row.done_by) for row in rows]


def escalation(session: Session, incident_id: int) -> list[EscalationView]:
    """The current escalation plan; earlier plans are told by the timeline."""
    row = session.get(Incident, incident_id)
    if row is None:
        return []
    query = (
        select(EscalationStep)
        .where(EscalationStep.incident == incident_id, EscalationStep.round == row.round)
        .order_by(EscalationStep.number)
    )
    return [
        EscalationView(step.number, step.due_at, _calls(step.calls), step.state, step.fired_at)
        for step in session.scalars(query)
    ]


def _calls(text: str) -> tuple[tuple[str, str], ...]:
    calls = [Call.parse(part) for part in text.split()]
    return tuple((call.centre, call.role.value) for call in calls)


def _joined(first: ImpactEntry, second: ImpactEntry) -> ImpactEntry:
    ends = (first.until_at, second.until_at)
    until = None if None in ends else max(end for end in ends if end is not None)
    return ImpactEntry(first.kind, first.id, first.name, first.name_en, first.from_at, until)


def _message_entries(messages: Iterable[MessageView]) -> list[TimelineEntry]:
    entries = []
    for message in messages:
        channel, channel_en = _CHANNELS.get(message.channel, (message.channel, message.channel))
        if message.state == MessageState.SENT.value and message.sent_at is not None:
            text, text_en = f"{channel}已发给 {message.recipient}", f"{channel_en} sent to {message.recipient}"
            entries.append(
                TimelineEntry(message.sent_at, EntryKind.MESSAGE_SENT.value, SYSTEM, channel_en, text, text_en)
            )
        elif message.state == MessageState.DEAD.value:
            why = message.last_error or ""
            text = f"{channel}未能发给 {message.recipient}:{why}"
            text_en = f"{channel_en} to {message.recipient} failed for good: {why}"
            at = message.next_attempt_at
            entries.append(TimelineEntry(at, EntryKind.MESSAGE_FAILED.value, SYSTEM, channel_en, text, text_en))
    return entries


def _views(session: Session, query: Select[Incident]) -> list[IncidentView]:
    return [_view(row) for row in session.scalars(query)]


def _view(row: Incident) -> IncidentView:
    return IncidentView(**{name: getattr(row, name) for name in _FIELDS})
