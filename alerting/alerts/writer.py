"""Alert effects into rows, inside the caller's transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertEffect, AlertKey, AlertTouch
from alerting.alerts.states import AlertState
from alerting.alerts.tables import OPEN, AlertRow
from alerting.changes import AlertChange, ChangeKind


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
    values: dict[str, Any] = _said(effect)
    if effect.kind is ChangeKind.CLEARED:
        # The summary of a clearing may say why it is over.
        said = {"summary": effect.summary, "summary_en": effect.summary_en}
        values = {"state": AlertState.CLEARED.value, "cleared_at": effect.at, **said}
    statement = update(AlertRow).where(*_open(effect.key)).values(**values).returning(AlertRow.id)
    return session.execute(statement, execution_options={"synchronize_session": False}).scalar_one_or_none()


def _upsert(session: Session, effect: AlertEffect) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    state = AlertState.FIRING if effect.kind is ChangeKind.RAISED else AlertState.SUPPRESSED
    fired_at = effect.at if effect.kind is ChangeKind.RAISED else None
    said = {**_said(effect), "state": state.value, "suppressed_by": effect.suppressed_by, "last_seen": effect.at}
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


def _said(effect: AlertEffect) -> dict[str, Any]:
    return {
        "severity": effect.severity.value,
        "value": effect.value,
        "threshold": effect.limit,
        "summary": effect.summary,
        "summary_en": effect.summary_en,
        "labels": json.dumps(dict(effect.labels), ensure_ascii=False, sort_keys=True),
        "lost": None if effect.cut_off is None else json.dumps(sorted(effect.cut_off.devices)),
    }


def _open(key: AlertKey) -> tuple[ColumnElement[bool], ...]:
    return (
        AlertRow.object_kind == key.object_kind.value,
        AlertRow.object_id == key.object_id,
        AlertRow.rule == key.rule,
        AlertRow.cleared_at.is_(None),
    )


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
    )
