"""A person takes one alert out of what gathers it, a storm or a common cause: it becomes a trouble of its own.

People's acts never change an alert's state: the wish is recorded here, with who had it, and judging follows it within
seconds. It then raises the alert like any other, so an incident opens that calls people from its first step. A wish
lasts as long as the alert: taken out, it is never gathered again, after a restart neither.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.alerts.suppression import AREA, STORM
from alerting.alerts.tables import AlertApart, AlertRow
from alerting.audit.log import record, take_turns
from alerting.changes import ObjectKind
from alerting.incidents.joining import incident_of_alert
from alerting.incidents.journal import EntryKind, journal
from foundation.clock import Instant
from foundation.messages import IncidentChange
from foundation.problems import OperatorError

GATHERING: Final = (STORM, AREA)
"""What gathers alerts: before the names of what suppresses them."""


class NoSuchAlertError(OperatorError):
    """There is no alert of this number."""


def take_out(session: Session, alert: int, actor: str, now: Instant, *, source: str) -> list[IncidentChange]:
    """Record the wish, in the timeline of the gathering incident and in the audit trail. Wished twice changes nothing.

    Refused, with one sentence, for an alert that is over, is told already, or is held for another reason.
    """
    take_turns(session)
    row = session.scalar(select(AlertRow).where(AlertRow.id == alert).with_for_update())
    if row is None:
        raise NoSuchAlertError(f"没有编号为 {alert} 的告警,请从事件页面重新打开。")
    if session.get(AlertApart, alert) is not None:
        return []
    refusal = _refusal(row)
    if refusal:
        raise OperatorError(refusal)
    session.add(AlertApart(alert=alert, at=now, actor=actor))
    gatherer = _gatherer(session, row.suppressed_by)
    incident = None if gatherer is None else incident_of_alert(session, gatherer)
    if incident is None:
        record(
            session, at=now, actor=actor, action="alert.taken-out", object=f"alert:{alert}", source=source,
            before={"held_by": row.suppressed_by}, after={"text": row.summary},
        )  # fmt: skip
        return []
    journal(
        session, incident, EntryKind.TAKEN_OUT, f"{actor} 将告警移出汇总,单独立案:{row.summary}",
        f"Taken out by {actor}, to be an incident of its own: {row.summary_en}", at=now, actor=actor, source=source,
        before={"held_by": row.suppressed_by}, after={"alert": alert},
    )  # fmt: skip
    return [IncidentChange(incident.id, now)]


def apart(session: Session) -> frozenset[AlertKey]:
    """The open alerts that somebody took out."""
    found = session.execute(
        select(AlertRow.object_kind, AlertRow.object_id, AlertRow.rule)
        .join(AlertApart, AlertApart.alert == AlertRow.id)
        .where(AlertRow.cleared_at.is_(None))
    )
    return frozenset(AlertKey(ObjectKind(kind), object_id, rule) for kind, object_id, rule in found)


def taken_out(session: Session, alerts: Collection[int]) -> dict[int, str]:
    """Of these alerts, those that somebody took out, with the name of who did."""
    if not alerts:
        return {}
    found = session.execute(select(AlertApart.alert, AlertApart.actor).where(AlertApart.alert.in_(alerts)))
    return {row.alert: row.actor for row in found}


def _refusal(row: AlertRow) -> str:
    """Why an alert can't be taken out; empty when it can."""
    if row.cleared_at is not None:
        return f"告警“{row.summary}”已经消除,不需要单独立案。"
    if row.state != AlertState.SUPPRESSED.value:
        return f"告警“{row.summary}”没有被汇总,已经单独告知,请查看它自己的事件。"
    if row.suppressed_by.startswith(GATHERING):
        return ""
    if row.suppressed_by.startswith("maintenance:"):
        return f"告警“{row.summary}”属于检修,不在汇总之中:需要立即告知的,请先结束检修窗口。"
    return f"告警“{row.summary}”由别的故障引起,不在汇总之中:请处理引起它的故障,恢复后它仍在,会单独告知。"


def _gatherer(session: Session, name: str) -> int | None:
    """The open alert of what gathers: `storm:alert-storm/530627` or `area:530627`."""
    _, _, rest = name.partition(":")
    if name.startswith(STORM):
        rule, _, centre = rest.partition("/")
        found = (AlertRow.object_kind == ObjectKind.CENTRE.value) & (AlertRow.rule == rule)
        found &= AlertRow.object_id == centre
    else:
        found = (AlertRow.object_kind == ObjectKind.AREA.value) & (AlertRow.object_id == rest)
    return session.scalar(select(AlertRow.id).where(found, AlertRow.cleared_at.is_(None)).order_by(AlertRow.id.desc()))
