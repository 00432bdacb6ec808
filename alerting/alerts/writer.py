"""Alert effects into rows, inside the caller's transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertEffect, AlertKey, AlertTouch
from alerting.alerts.states import AlertState, Event, step
from alerting.alerts.suppression import reason_of
from alerting.alerts.tables import OPEN, UNACKNOWLEDGED, AlertRow
from alerting.changes import AlertChange, ChangeKind
from foundation.clock import Instant


def write_effects(session: Session, effects: Sequence[AlertEffect]) -> list[AlertChange]:
    """Write effects in order; the changes that acting is to answer, with their rows' ids.

    An effect on an alert that is no longer open (a person deleted it from the records) changes nothing and is left out.
    """
    changes: list[AlertChange] = []
    for effect in effects:
        row = _write(session, effect)
        if row is not None:
            changes.append(_change(effect, row))
    return changes


def write_touches(session: Session, touches: Iterable[AlertTouch]) -> None:
    """Write when alerts were last seen, in one statement for all."""
    rows = [
        {
            "kind": touch.key.object_kind.value,
            "object": touch.key.object_id,
            "of_rule": touch.key.rule,
            "seen": touch.last_seen,
            "times": touch.times,
        }
        for touch in touches
    ]
    if rows:
        table = AlertRow.__table__
        statement = (
            update(AlertRow)
            .where(
                table.c.object_kind == bindparam("kind"),
                table.c.object_id == bindparam("object"),
                table.c.rule == bindparam("of_rule"),
                table.c.cleared_at.is_(None),
            )
            .values(last_seen=bindparam("seen"), count=table.c.count + bindparam("times"))
        )
        session.connection().execute(statement, rows)


def _write(session: Session, effect: AlertEffect) -> int | None:
    if effect.kind in (ChangeKind.RAISED, ChangeKind.SUPPRESSED):
        return _upsert(session, effect)
    values: dict[str, Any] = {} if effect.kind is ChangeKind.SIGHT else _said(effect)
    if effect.kind is ChangeKind.CLEARED:
        # The summary of a clearing may say why it is over.
        values = {"cleared_at": effect.at, "summary": effect.summary, "summary_en": effect.summary_en}
    if effect.becomes is not None:
        values["state"] = effect.becomes.value
    statement = update(AlertRow).where(*_open(effect.key)).values(**values).returning(AlertRow.id)
    return session.execute(statement, execution_options={"synchronize_session": False}).scalar_one_or_none()


def _upsert(session: Session, effect: AlertEffect) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fired_at = effect.at if effect.kind is ChangeKind.RAISED else None
    reason = reason_of(effect.suppressed_by)
    said = {
        **_said(effect),
        "state": (effect.becomes or AlertState.FIRING).value,
        "suppressed_by": effect.suppressed_by,
        "suppressed_reason": "" if reason is None else reason.value,
        "last_seen": effect.at,
    }
    if fired_at is not None:
        _supersede(session, effect.key)
    statement = insert(AlertRow).values(
        rule=effect.key.rule,
        object_kind=effect.key.object_kind.value,
        object_id=effect.key.object_id,
        device=effect.device,
        division=effect.division,
        started_at=effect.started_at,
        raised_at=fired_at,
        cleared_at=None,
        count=1,
        **said,
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["object_kind", "object_id", "rule"],
        index_where=text(OPEN),
        set_={
            **said,
            "started_at": effect.started_at,
            "raised_at": func.coalesce(AlertRow.raised_at, fired_at),
            "count": AlertRow.count + 1,
        },
    ).returning(AlertRow.id)
    return int(session.execute(upsert).scalar_one())


def _supersede(session: Session, key: AlertKey) -> None:
    """An alert raised anew: its earlier occurrences wait for nobody's acknowledgement any more."""
    after, _ = step(AlertState.CLEARED_UNACKNOWLEDGED, Event.RECURRED)
    earlier = update(AlertRow).where(*_same(key), text(UNACKNOWLEDGED)).values(state=after.value)
    session.execute(earlier, execution_options={"synchronize_session": False})


def acknowledge_alerts(session: Session, alerts: Collection[int]) -> None:
    """A person acknowledged the incident of these alerts, or it was closed: those that are over are done with."""
    after, _ = step(AlertState.CLEARED_UNACKNOWLEDGED, Event.ACKNOWLEDGED)
    over = update(AlertRow).where(AlertRow.id.in_(alerts), text(UNACKNOWLEDGED)).values(state=after.value)
    session.execute(over, execution_options={"synchronize_session": False})


def write_late_clears(session: Session, clears: Mapping[AlertKey, Instant]) -> None:
    """Ends that were told of what is not open: each is noted at the row that ended last, if there ever was one."""
    for key, at in clears.items():
        last = select(AlertRow.id).where(*_same(key), AlertRow.device == key.object_id.partition("/")[0])
        latest = last.order_by(AlertRow.cleared_at.desc(), AlertRow.id.desc()).limit(1)
        row = session.get(AlertRow, session.scalar(latest) or 0)
        if row is not None and row.cleared_at is not None and at >= row.cleared_at:
            state, _ = step(AlertState(row.state), Event.LATE_CLEAR)
            row.state, row.late_clear_at = state.value, at


def _said(effect: AlertEffect) -> dict[str, Any]:
    penalty = effect.penalty
    flapping = (
        {} if penalty is None else {
            "flap_penalty": penalty.value, "flapped_at": penalty.at, "flaps": penalty.flaps,
        }
    )  # fmt: skip
    return {
        **flapping,
        "severity": effect.severity.value,
        "value": effect.value,
        "threshold": effect.limit,
        "summary": effect.summary,
        "summary_en": effect.summary_en,
        "labels": json.dumps(dict(effect.labels), ensure_ascii=False, sort_keys=True),
        "lost": None if effect.cut_off is None else json.dumps(sorted(effect.cut_off.devices)),
    }


def _same(key: AlertKey) -> tuple[ColumnElement[bool], ...]:
    return (
        AlertRow.object_kind == key.object_kind.value,
        AlertRow.object_id == key.object_id,
        AlertRow.rule == key.rule,
    )


def _open(key: AlertKey) -> tuple[ColumnElement[bool], ...]:
    return (*_same(key), AlertRow.cleared_at.is_(None))


def _change(effect: AlertEffect, row: int) -> AlertChange:
    return AlertChange(
        kind=effect.kind,
        alert=row,
        rule=effect.key.rule,
        object_kind=effect.key.object_kind,
        object_id=effect.key.object_id,
        device=effect.device,
        division=effect.division,
        severity=effect.severity,
        started_at=effect.started_at,
        at=effect.at,
        summary=effect.summary,
        summary_en=effect.summary_en,
        labels=effect.labels,
        value=effect.value,
        limit=effect.limit,
        cut_off=effect.cut_off,
        suppressed_by=effect.suppressed_by,
        details=effect.details,
        state="" if effect.state is None else effect.state.value,
        flaps=0 if effect.penalty is None else effect.penalty.flaps,
        told_after=effect.told_after,
    )
