"""Calling people until one acknowledges.

The plan is frozen into the database when it starts and polled from there: no timer to lose. Who is on duty is asked
when a step fires. Each step leaves its outbox rows, timeline entry and audit entry in one transaction. A step fires
only while the incident is open and at least one of its alerts still fires by itself; meanwhile it waits.
"""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from alerting.incidents.context import Duties
from alerting.incidents.journal import EntryKind, journal
from alerting.incidents.states import IncidentState
from alerting.incidents.tables import EscalationStep, Incident, IncidentAlert
from alerting.incidents.telling import duty_of, tell
from alerting.notify.outbox import MessageKind
from alerting.oncall.duty import ROLE_NAMES, Person
from alerting.oncall.plan import Call, centres_above, plan
from foundation.clock import Instant
from foundation.messages import IncidentChange, Message

_AT_ONCE = 200
"""Steps fired in one transaction; what is left is due again at the next look."""


def start(session: Session, duties: Duties, incident: Incident, now: Instant) -> None:
    """Freeze a new plan for the incident's class and division, and fire its first step at once."""
    stop(session, incident)
    incident.round += 1
    settings = duties.settings.fault_classes.of(incident.fault_class)
    centres = centres_above(duties.network, incident.division)
    steps = [
        EscalationStep(
            incident=incident.id,
            round=incident.round,
            number=step.number,
            due_at=now + step.after,
            calls=" ".join(str(call) for call in step.calls),
            state="waiting",
        )
        for step in plan(centres, settings.limits.escalate_after, call_leader=settings.call_leader)
    ]
    session.add_all(steps)
    session.flush()
    for step in steps:
        if step.due_at <= now:
            _fire(session, duties, incident, step, now)


def stop(session: Session, incident: Incident) -> None:
    """Stop what has not fired: the incident was taken, recovered or closed."""
    session.execute(
        update(EscalationStep)
        .where(EscalationStep.incident == incident.id, EscalationStep.state == "waiting")
        .values(state="stopped")
    )


def resume(session: Session, incident: Incident) -> None:
    """Go on with the plan that a recovery stopped, as if it had not been: nobody was told of it."""
    session.execute(
        update(EscalationStep)
        .where(
            EscalationStep.incident == incident.id,
            EscalationStep.round == incident.round,
            EscalationStep.state == "stopped",
        )
        .values(state="waiting")
    )


def escalate(session: Session, duties: Duties, now: Instant) -> list[Message]:
    """Fire every step that is due, in the caller's transaction. Returns the messages to publish after its commit."""
    firing = exists().where(IncidentAlert.incident == Incident.id, IncidentAlert.state == "firing")
    due = session.execute(
        select(EscalationStep, Incident)
        .join(Incident, Incident.id == EscalationStep.incident)
        .where(
            EscalationStep.state == "waiting",
            EscalationStep.due_at <= now,
            Incident.state == IncidentState.OPEN.value,
            firing,
        )
        .order_by(EscalationStep.due_at, EscalationStep.incident, EscalationStep.number)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for step, incident in due:
        _fire(session, duties, incident, step, now)
    return [IncidentChange(incident, now) for incident in dict.fromkeys(incident.id for _, incident in due)]


def _fire(session: Session, duties: Duties, incident: Incident, step: EscalationStep, now: Instant) -> None:
    step.state, step.fired_at = "fired", now
    called: dict[str, tuple[Person, str]] = {}
    vacant = []
    for call in (Call.parse(text) for text in step.calls.split()):
        division = duties.network.divisions.get(call.centre)
        centre = division.name if division is not None else call.centre
        duty = duty_of(duties, call.centre, now)
        if duty is None:
            vacant.append(centre)
            continue
        person = duty.holder(call.role)
        # Someone in several roles is called once, in the first of them.
        called.setdefault(person.id, (person, f"{person.name}({centre}{ROLE_NAMES[call.role]})"))
    kind = MessageKind.OPENING if step.number == 0 else MessageKind.ESCALATION
    people = [person for person, _ in called.values()]
    tell(session, duties, incident, kind, people, now, step=step.number, key=f"{step.round}.{step.number}")
    names = "、".join(name for _, name in called.values()) or "无人"
    text = f"通知 {names}" if step.number == 0 else f"无人确认,升级第 {step.number} 步:通知 {names}"
    names_en = ", ".join(person.name for person in people) or "nobody"
    text_en = f"Called {names_en}" if step.number == 0 else f"Not acknowledged; step {step.number} called {names_en}"
    if vacant:
        text += f";值班表中找不到:{'、'.join(vacant)}"
        text_en += f"; the roster names nobody for {', '.join(vacant)}"
    journal(
        session,
        incident,
        EntryKind.CALLED,
        text,
        text_en,
        at=now,
        after={"round": step.round, "step": step.number, "people": [person.id for person in people]},
    )
