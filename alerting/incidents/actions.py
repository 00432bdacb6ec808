"""What people do with incidents.

Each action works in the caller's transaction, leaves a timeline and an audit entry, and returns the messages to publish
once that transaction is committed. A refusal is an OperatorError with one sentence.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.audit.log import take_turns
from alerting.incidents import escalation
from alerting.incidents.journal import EntryKind, journal
from alerting.incidents.members import acknowledge_members
from alerting.incidents.states import IncidentEvent, IncidentState, after
from alerting.incidents.tables import Incident, IncidentAlert, IncidentStep
from alerting.notify.taken import mark_taken
from foundation.clock import Instant
from foundation.messages import IncidentChange
from foundation.problems import OperatorError

_LONGEST: Final = 2_000
"""Characters of a note or a reason."""


def acknowledge(session: Session, incident: int, actor: str, now: Instant, *, source: str) -> list[IncidentChange]:
    """A person takes the incident: it stops climbing. On a recovered one it records who saw to it."""
    found = _get(session, incident)
    if found.acknowledged_at is not None and found.state == IncidentState.RECOVERED.value:
        raise OperatorError(f"事件 {found.number} 已由{found.acknowledged_by}确认,不需要再次确认。")
    state = found.state
    found.state = after(IncidentState(state), IncidentEvent.ACKNOWLEDGE, found.number).value
    found.acknowledged_at, found.acknowledged_by = now, actor
    if found.first_acknowledged_at is None:
        found.first_acknowledged_at = now
    if found.assigned_to is None:
        found.assigned_to = actor
    escalation.stop(session, found)
    acknowledge_members(session, found.id)
    mark_taken(session, found.id, actor)
    journal(
        session, found, EntryKind.ACKNOWLEDGED, f"{actor} 已确认", f"Acknowledged by {actor}", at=now, actor=actor,
        source=source, before={"state": state}, after={"state": found.state},
    )  # fmt: skip
    return [IncidentChange(found.id, now)]


def assign(
    session: Session, incident: int, person: str, actor: str, now: Instant, *, source: str
) -> list[IncidentChange]:
    """Give the incident into a person's hands. It does not acknowledge for them."""
    found = _get(session, incident)
    person = _written(person, "请填写处理人。")
    found.state = after(IncidentState(found.state), IncidentEvent.ASSIGN, found.number).value
    before, found.assigned_to = found.assigned_to, person
    journal(
        session, found, EntryKind.ASSIGNED, f"指派给 {person}", f"Assigned to {person}", at=now, actor=actor,
        source=source, before={"assigned_to": before}, after={"assigned_to": person},
    )  # fmt: skip
    return [IncidentChange(found.id, now)]


def add_note(
    session: Session, incident: int, text: str, actor: str, now: Instant, *, source: str
) -> list[IncidentChange]:
    """Write into the timeline; on a closed incident too."""
    found = _get(session, incident)
    text = _written(text, "请填写备注内容。")
    after(IncidentState(found.state), IncidentEvent.NOTE, found.number)
    journal(session, found, EntryKind.NOTE, text, text, at=now, actor=actor, source=source)
    return [IncidentChange(found.id, now)]


def tick_step(
    session: Session, incident: int, step: int, done: bool, actor: str, now: Instant, *, source: str
) -> list[IncidentChange]:
    """Tick a step of the runbook, or take the tick back. Doing it twice changes nothing."""
    found = _get(session, incident)
    after(IncidentState(found.state), IncidentEvent.TICK, found.number)
    row = session.get(IncidentStep, (incident, step))
    if row is None:
        raise OperatorError(f"事件 {found.number} 的处置手册没有第 {step} 步,请刷新页面。")
    if (row.done_at is not None) == done:
        return []
    row.done_at, row.done_by = (now, actor) if done else (None, None)
    first_line = row.text.splitlines()[0]
    text = f"{'完成' if done else '撤销'}第 {step} 步:{first_line}"
    text_en = f"Step {step} {'done' if done else 'taken back'}: {first_line}"
    journal(
        session, found, EntryKind.STEP, text, text_en, at=now, actor=actor, source=source,
        before={"done": not done}, after={"step": step, "done": done},
    )  # fmt: skip
    return [IncidentChange(found.id, now)]


def close(
    session: Session, incident: int, reason: str, actor: str, now: Instant, *, source: str
) -> list[IncidentChange]:
    """Close the incident for good, with a reason. Refused while one of its alerts still fires."""
    found = _get(session, incident)
    reason = _written(reason, "请填写关闭原因。")
    state = found.state
    following = after(IncidentState(state), IncidentEvent.CLOSE, found.number)
    firing = session.scalars(
        select(IncidentAlert.alert).where(IncidentAlert.incident == incident, IncidentAlert.state == "firing")
    ).all()
    if firing:
        raise OperatorError(
            f"事件 {found.number} 还有 {len(firing)} 条告警没有消除,不能关闭:请等待恢复;计划内停用的,请先登记检修窗口。"
        )
    found.state = following.value
    found.closed_at, found.closed_by, found.close_reason = now, actor, reason
    escalation.stop(session, found)
    acknowledge_members(session, found.id)
    journal(
        session, found, EntryKind.CLOSED, f"{actor} 关闭:{reason}", f"Closed by {actor}: {reason}", at=now,
        actor=actor, source=source, before={"state": state}, after={"state": found.state, "reason": reason},
    )  # fmt: skip
    return [IncidentChange(found.id, now)]


def _get(session: Session, incident: int) -> Incident:
    take_turns(session)
    found = session.scalar(select(Incident).where(Incident.id == incident).with_for_update())
    if found is None:
        raise OperatorError(f"没有编号为 {incident} 的事件,请从事件列表重新打开。")
    return found


def _written(text: str, refusal: str) -> str:
    text = text.strip()
    if not text:
        raise OperatorError(refusal)
    if len(text) > _LONGEST:
        raise OperatorError(f"内容太长({len(text)} 字),请控制在 {_LONGEST} 字以内。")
    return text
