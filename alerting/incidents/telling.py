"""What an incident's rows say, as the plain facts from which messages are made; and writing those messages."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.alerts.tables import AlertRow
from alerting.incidents import impact
from alerting.incidents.classes import COLOURS, NAMES
from alerting.incidents.context import Duties
from alerting.incidents.journal import EntryKind
from alerting.incidents.tables import Incident, IncidentAlert, IncidentEntry, IncidentStep
from alerting.notify.outbox import MessageKind, Telling, enqueue, left, told, waiting, withdraw, withdraw_waiting
from alerting.notify.texts import Facts, texts
from alerting.oncall.duty import Duty, Person
from foundation.clock import Instant
from foundation.problems import OperatorError

_CALLS = (MessageKind.OPENING, MessageKind.ESCALATION, MessageKind.UPDATE)


def duty_of(duties: Duties, division: str, now: Instant) -> Duty | None:
    """Who answers for a division now; None when the roster names nobody (any more)."""
    try:
        return duties.roster.on_duty(division, now)
    except OperatorError:
        return None


def tell(
    session: Session,
    duties: Duties,
    incident: Incident,
    kind: MessageKind,
    people: Collection[Person],
    now: Instant,
    *,
    step: int = 0,
    key: str,
    news: str = "",
    wait: int = 0,
) -> list[Person]:
    """Write a message of a kind to people, to leave after `wait` milliseconds.

    Returns those for whom one was written.
    """
    if not people:
        return []
    telling = Telling(
        incident=incident.id,
        number=incident.number,
        fault_class=incident.fault_class,
        kind=kind,
        step=step,
        key=key,
        texts=texts(kind, facts_of(session, duties, incident, now), news=news),
    )
    return enqueue(session, telling, people, now, wait=wait)


def tell_recovery(
    session: Session, duties: Duties, incident: Incident, now: Instant, *, told_after: int = 0
) -> list[Person]:
    """Tell the recovery to those who were told of the trouble, and to nobody else.

    A call that has not left yet is withdrawn: instead of "it is down" and "it is up" its reader gets the one message
    that it was down and is up again. Those whom only an unsent escalation would have reached never hear of it.

    With `told_after` the message waits so long, since the trouble may come back: see `hush_recovery`. Calls that have
    not left go their way then: if it comes back, somebody must have been told.
    """
    people = {person.id: person for person in waiting(session, incident.id, (MessageKind.OPENING,))}
    people |= {person.id: person for person in told(session, incident.id)}
    if not told_after:
        withdraw(session, incident.id, _CALLS)
    key = f"{incident.round}.{incident.relapses}"
    return tell(session, duties, incident, MessageKind.RECOVERY, people.values(), now, key=key, wait=told_after)


def hush_recovery(session: Session, incident: Incident, now: Instant) -> bool:
    """The trouble is back: take its recovery notice back, if it has reached nobody yet. Whether it was so.

    Then for everybody the trouble has simply gone on, and nobody needs to be called again.
    """
    withdrawn = withdraw_waiting(session, incident.id, MessageKind.RECOVERY, now)
    return withdrawn > 0 and not left(session, incident.id, MessageKind.RECOVERY, incident.recovered_at or 0)


def flaps_of(session: Session, incident: int) -> tuple[int, Instant | None]:
    """How often what an incident is about came and went, and since when (None where that is not known).

    0 as long as that was never flapping.
    """
    told = select(IncidentEntry.id).where(
        IncidentEntry.incident == incident, IncidentEntry.kind == EntryKind.FLAPPING.value
    )
    if session.scalar(told.limit(1)) is None:
        return 0, None
    members = select(IncidentAlert.alert).where(IncidentAlert.incident == incident)
    most = select(AlertRow.flaps, AlertRow.flapping_since).where(AlertRow.id.in_(members))
    found = session.execute(most.order_by(AlertRow.flaps.desc(), AlertRow.id.desc()).limit(1)).first()
    return (0, None) if found is None else (found.flaps, found.flapping_since)


def facts_of(session: Session, duties: Duties, incident: Incident, now: Instant) -> Facts:
    """The facts of an incident as its rows stand now."""
    settings = duties.settings
    duty = duty_of(duties, incident.division, now)
    steps = session.scalars(
        select(IncidentStep.text).where(IncidentStep.incident == incident.id).order_by(IncidentStep.number)
    )
    flaps, flapping_since = flaps_of(session, incident.id)
    url = settings.console_url.rstrip("/")
    return Facts(
        signature=settings.signature,
        number=incident.number,
        title=incident.title,
        class_name=NAMES[incident.fault_class],
        colour=COLOURS[incident.fault_class],
        prefecture=incident.prefecture,
        place=incident.place,
        word=incident.word,
        started_at=incident.started_at,
        discovered_at=incident.discovered_at,
        agencies=incident.agencies,
        counties=incident.counties,
        most_agencies=incident.most_agencies,
        acknowledge_within=settings.fault_classes.of(incident.fault_class).limits.acknowledge,
        responsible="" if duty is None else duty.operator.name,
        acknowledged_by=incident.acknowledged_by or "",
        recovered_at=incident.recovered_at,
        impact=impact.names(session, incident, impact.AGENCY),
        networks=impact.names(session, incident, impact.PRIVATE_NETWORK),
        weakened=incident.degraded_agencies,
        weakened_counties=impact.names(session, incident, impact.DEGRADED + impact.COUNTY),
        runbook=incident.runbook_title,
        steps=tuple(steps),
        flaps=flaps,
        flapping_since=flapping_since,
        console_url=f"{url}/incidents/{incident.id}" if url else "",
    )
