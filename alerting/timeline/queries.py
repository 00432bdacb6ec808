"""Reading the timeline."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerting.timeline.tables import IntervalRow
from foundation.clock import Instant
from foundation.messages import State

_IDS_A_STATEMENT: Final = 500
"""Databases bound the parameters of one statement."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One object in one state over [start, end); `end` is None while it lasts (never when clipped to a window)."""

    kind: str
    id: str
    state: State
    start: Instant
    end: Instant | None
    cause: str = ""
    evidence: str = ""
    """What was observed that began it."""


def intervals(session: Session, kind: str, ids: Collection[str] | None, start: Instant, end: Instant) -> list[Interval]:
    """All intervals of the objects (of every object, for None) that touch [start, end), clipped to it.

    Sorted by object and start. The interval that still lasts is clipped to `end`: a window that reaches into the future
    is the caller's to cut at the present.
    """
    columns = (
        IntervalRow.object_id,
        IntervalRow.state,
        IntervalRow.started_at,
        IntervalRow.ended_at,
        IntervalRow.cause,
        IntervalRow.evidence,
    )
    statement = (
        select(*columns)
        .where(IntervalRow.kind == kind, IntervalRow.started_at < end)
        .where(or_(IntervalRow.ended_at.is_(None), IntervalRow.ended_at > start))
        .order_by(IntervalRow.object_id, IntervalRow.started_at)
    )
    if ids is None:
        statements = [statement]
    else:
        wanted = sorted(set(ids))
        groups = [wanted[first : first + _IDS_A_STATEMENT] for first in range(0, len(wanted), _IDS_A_STATEMENT)]
        statements = [statement.where(IntervalRow.object_id.in_(group)) for group in groups]
    return [
        Interval(
            kind, object_id, State(state), max(began, start), end if ended is None else min(ended, end), cause, evidence
        )
        for one in statements
        for object_id, state, began, ended, cause, evidence in session.execute(one)
    ]


def current_states(session: Session, kind: str) -> dict[str, Interval]:
    """The interval that each object is in."""
    columns = (
        IntervalRow.object_id, IntervalRow.state, IntervalRow.started_at, IntervalRow.cause, IntervalRow.evidence,
    )  # fmt: skip
    statement = select(*columns).where(IntervalRow.kind == kind, IntervalRow.ended_at.is_(None))
    return {
        object_id: Interval(kind, object_id, State(state), began, None, cause, evidence)
        for object_id, state, began, cause, evidence in session.execute(statement)
    }
