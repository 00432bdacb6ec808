"""Timeline effects into rows, a few statements for thousands of changes, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from alerting.timeline.tables import IntervalRow
from alerting.timeline.track import IntervalEffect, Turn

_TABLE: Final = cast(Table, IntervalRow.__table__)
_OPEN: Final = (
    _TABLE.c.kind == bindparam("of_kind"),
    _TABLE.c.object_id == bindparam("of_object"),
    _TABLE.c.ended_at.is_(None),
)
_CLOSE: Final = update(_TABLE).where(*_OPEN).values(ended_at=bindparam("end"))
_DROP: Final = delete(_TABLE).where(*_OPEN)
_BEGIN: Final = insert(_TABLE)


def write_intervals(session: Session, effects: Sequence[IntervalEffect]) -> None:
    """Write effects in order. An object that changes twice in one batch begins a new round."""
    if not effects:
        return
    connection = session.connection()
    for together in _rounds(effects):
        _write_round(connection, together)


def _rounds(effects: Iterable[IntervalEffect]) -> Iterable[list[IntervalEffect]]:
    seen: set[tuple[str, str]] = set()
    together: list[IntervalEffect] = []
    for effect in effects:
        key = (effect.kind, effect.id)
        if key in seen:
            yield together
            seen, together = set(), []
        seen.add(key)
        together.append(effect)
    if together:
        yield together


def _write_round(connection: Connection, effects: Sequence[IntervalEffect]) -> None:
    closed = [_which(effect) | {"end": effect.start} for effect in effects if effect.turn in (Turn.FOLLOW, Turn.RETIRE)]
    if closed:
        connection.execute(_CLOSE, closed)
    empty = [_which(effect) for effect in effects if effect.turn is Turn.REPLACE]
    if empty:
        connection.execute(_DROP, empty)
    begun = [_row(effect) for effect in effects if effect.turn is not Turn.RETIRE]
    if begun:
        connection.execute(_BEGIN, begun)


def _which(effect: IntervalEffect) -> dict[str, Any]:
    return {"of_kind": effect.kind, "of_object": effect.id}


def _row(effect: IntervalEffect) -> dict[str, Any]:
    return {
        "kind": effect.kind,
        "object_id": effect.id,
        "state": effect.state.value,
        "started_at": effect.start,
        "ended_at": None,
        "cause": effect.cause,
        "evidence": effect.evidence,
    }
