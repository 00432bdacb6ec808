"""Alert effects into rows, inside the caller's transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertEffect, AlertKey, AlertTouch
from alerting.alerts.states import AlertState, Event, step
from alerting.alerts.suppression import reason_of
from alerting.alerts.tables import OPEN, UNACKNOWLEDGED, AlertRow
from alerting.changes import RELEASED_FROM, AlertChange, ChangeKind
from foundation.clock import Instant

_TABLE: Final = cast(Table, AlertRow.__table__)
_SAID: Final = (
    "severity", "value", "threshold", "summary", "summary_en", "labels", "details", "lost", "state", "suppressed_by",
    "suppressed_reason", "last_seen", "started_at",
)  # fmt: skip
"""What an alert that is told once more says anew."""
_FLAPPING: Final = ("flap_penalty", "flapped_at", "flaps", "flapping_since")
_OF_KEY: Final = (
    _TABLE.c.object_kind == bindparam("of_kind"),
    _TABLE.c.object_id == bindparam("of_object"),
    _TABLE.c.rule == bindparam("of_rule"),
)


def _upsert_statement(dialect: Any, said: tuple[str, ...]) -> Any:
    """Insert an alert, or tell the open one anew; the row's id."""
    statement = dialect.insert(_TABLE)
    return statement.on_conflict_do_update(
        index_elements=["object_kind", "object_id", "rule"],
        index_where=text(OPEN),
        set_={
            **{name: statement.excluded[name] for name in said},
            "raised_at": func.coalesce(_TABLE.c.raised_at, statement.excluded.raised_at),
            "count": _TABLE.c.count + 1,
        },
    ).returning(_TABLE.c.id)


# Built once: building one costs several times as much as running it, and hundreds run in a bad minute.
_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}
_UPSERT: Final = {name: _upsert_statement(dialect, _SAID) for name, dialect in _DIALECTS.items()}
_UPSERT_FLAPPING: Final = {
    name: _upsert_statement(dialect, (*_SAID, *_FLAPPING)) for name, dialect in _DIALECTS.items()
}
_CHANGE: Final = update(_TABLE).where(*_OF_KEY, _TABLE.c.cleared_at.is_(None)).returning(_TABLE.c.id)
_SUPERSEDE: Final = update(_TABLE).where(*_OF_KEY, text(UNACKNOWLEDGED))
_TOUCH: Final = (
    update(_TABLE)
    .where(*_OF_KEY, _TABLE.c.cleared_at.is_(None))
    .values(last_seen=bindparam("last_seen"), count=_TABLE.c.count + bindparam("times"))
)


def write_effects(session: Session, effects: Sequence[AlertEffect]) -> list[AlertChange]:
    """Write effects in order; the changes that acting is to answer, with their rows' ids.

    An effect on an alert that is no longer open (a person deleted it from the records) changes nothing and is left out.
    """
    changes: list[AlertChange] = []
    if not effects:
        return changes
    connection = session.connection()
    for effect in effects:
        row = _write(connection, effect)
        if row is not None:
            changes.append(_change(effect, row))
    return changes


def write_touches(session: Session, touches: Iterable[AlertTouch]) -> None:
    """Write when alerts were last seen, in one statement for all."""
    rows = [{**_which(touch.key), "last_seen": touch.last_seen, "times": touch.times} for touch in touches]
    if rows:
        session.connection().execute(_TOUCH, rows)


def _write(connection: Connection, effect: AlertEffect) -> int | None:
    if effect.kind in (ChangeKind.RAISED, ChangeKind.SUPPRESSED):
        return _upsert(connection, effect)
    values: dict[str, Any] = {} if effect.kind is ChangeKind.SIGHT else _said(effect)
    if effect.kind is ChangeKind.CLEARED:
        # The summary of a clearing may say why it is over.
        values = {"cleared_at": effect.at, "summary": effect.summary, "summary_en": effect.summary_en}
    if effect.becomes is not None:
        values["state"] = effect.becomes.value
    return connection.execute(_CHANGE, {**_which(effect.key), **values}).scalar_one_or_none()


def _upsert(connection: Connection, effect: AlertEffect) -> int:
    fired_at = effect.at if effect.kind is ChangeKind.RAISED else None
    reason = reason_of(effect.suppressed_by)
    if fired_at is not None:
        # Its earlier occurrences wait for nobody's acknowledgement any more.
        after, _ = step(AlertState.CLEARED_UNACKNOWLEDGED, Event.RECURRED)
        connection.execute(_SUPERSEDE, {**_which(effect.key), "state": after.value})
    values = {
        "rule": effect.key.rule,
        "object_kind": effect.key.object_kind.value,
        "object_id": effect.key.object_id,
        "device": effect.device,
        "division": effect.division,
        "started_at": effect.started_at,
        "raised_at": fired_at,
        "cleared_at": None,
        "count": 1,
        **_said(effect),
        "state": (effect.becomes or AlertState.FIRING).value,
        "suppressed_by": effect.suppressed_by,
        "suppressed_reason": "" if reason is None else reason.value,
        "last_seen": effect.at,
    }
    statement = _UPSERT_FLAPPING if "flaps" in values else _UPSERT
    return int(connection.execute(statement[connection.dialect.name], values).scalar_one())


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
            "flapping_since": penalty.since,
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
        "details": json.dumps(_lasting(effect.details), ensure_ascii=False, sort_keys=True),
        "lost": None if effect.cut_off is None else json.dumps(sorted(effect.cut_off.devices)),
    }


def _which(key: AlertKey) -> dict[str, Any]:
    return {"of_kind": key.object_kind.value, "of_object": key.object_id, "of_rule": key.rule}


def _same(key: AlertKey) -> tuple[ColumnElement[bool], ...]:
    return (
        AlertRow.object_kind == key.object_kind.value,
        AlertRow.object_id == key.object_id,
        AlertRow.rule == key.rule,
    )


def _lasting(details: Mapping[str, str]) -> dict[str, str]:
    """What a release tells of the alert's past is true of that moment only."""
    return {name: value for name, value in details.items() if name != RELEASED_FROM}


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
