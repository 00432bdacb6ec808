"""Opening an incident, and giving it another leading alert."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from alerting.changes import AlertChange
from alerting.incidents.context import RunbookFinder
from alerting.incidents.joining import is_outage, rank
from alerting.incidents.naming import name_of, with_impact
from alerting.incidents.states import IncidentState
from alerting.incidents.tables import Incident, IncidentStep
from foundation.calendar import day_of
from foundation.clock import Instant
from topology.network import Network


def open_incident(session: Session, network: Network, runbooks: RunbookFinder, change: AlertChange) -> Incident:
    """A new incident, led by an alert, with its number, its names and its frozen runbook steps."""
    day, sequence, number = _number(session, change.at)
    incident = Incident(
        number=number,
        day=day,
        sequence=sequence,
        fault_class=4,
        state=IncidentState.OPEN.value,
        started_at=change.started_at,
        discovered_at=change.at,
    )
    _lead(network, incident, change)
    session.add(incident)
    session.flush()
    _bind_runbook(session, runbooks, incident, change)
    return incident


def lead_with(
    session: Session, network: Network, runbooks: RunbookFinder, incident: Incident, change: AlertChange
) -> None:
    """Let a graver alert lead the incident: it gives the names and the runbook from now on. Ticked steps stay.

    The incident keeps the worst severity it had: an outage leads a threshold alert whatever their severities.
    """
    before = incident.severity
    _lead(network, incident, change)
    incident.severity = max(before, incident.severity, key=rank)
    _bind_runbook(session, runbooks, incident, change)


def retitle(network: Network, incident: Incident, change: AlertChange) -> bool:
    """Keep the title of an incident that an alert leads as the alert says it now; whether it changed.

    Nobody is called about it: messages that leave later carry the new one.
    """
    own = (incident.rule, incident.object_kind, incident.object_id)
    if own != (change.rule, change.object_kind.value, change.object_id):
        return False
    if incident.outage and change.cut_off is None:
        return False  # it flaps, and does not hold at the moment
    name = name_of(network, change)
    title, title_en = with_impact(name.title, name.title_en, incident.most_agencies)
    if (incident.title, incident.title_en) == (title, title_en):
        return False
    incident.title, incident.title_en = title, title_en
    incident.place, incident.word, incident.prefecture = name.place, name.word, name.prefecture
    return True


def _number(session: Session, at: Instant) -> tuple[str, int, str]:
    day = day_of(at)
    text = day.isoformat()
    last = session.scalar(select(func.max(Incident.sequence)).where(Incident.day == text)) or 0
    return text, last + 1, f"YN{day:%m%d}-{last + 1:04d}"


def _lead(network: Network, incident: Incident, change: AlertChange) -> None:
    name = name_of(network, change)
    incident.title, incident.title_en = name.title, name.title_en
    incident.place, incident.word, incident.prefecture = name.place, name.word, name.prefecture
    incident.rule, incident.severity, incident.outage = change.rule, change.severity.value, is_outage(change)
    incident.object_kind, incident.object_id = change.object_kind.value, change.object_id
    incident.device, incident.division = change.device, change.division


def _bind_runbook(session: Session, runbooks: RunbookFinder, incident: Incident, change: AlertChange) -> None:
    runbook = runbooks.match(change.labels)
    if runbook is None or runbook.id == incident.runbook:
        return
    incident.runbook, incident.runbook_title = runbook.id, runbook.title
    session.execute(delete(IncidentStep).where(IncidentStep.incident == incident.id, IncidentStep.done_at.is_(None)))
    kept = session.scalar(select(func.max(IncidentStep.number)).where(IncidentStep.incident == incident.id)) or 0
    session.add_all(
        IncidentStep(incident=incident.id, number=kept + step.number, text=step.text) for step in runbook.steps
    )
    session.flush()
