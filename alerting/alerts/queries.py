"""Reading alerts: frozen views, never rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerting.alerts.states import AlertState
from alerting.alerts.tables import AlertRow
from alerting.changes import ObjectKind, Severity
from foundation.clock import Instant

_LATEST_FIRST: Final = (AlertRow.started_at.desc(), AlertRow.id.desc())


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as people and pages see it."""

    id: int
    rule: str
    object_kind: ObjectKind
    object_id: str
    device: str
    division: str
    severity: Severity
    state: AlertState
    """`firing`, `suppressed` or `cleared`."""
    started_at: Instant
    raised_at: Instant | None
    """When it first fired; None while it was only ever suppressed."""
    last_seen: Instant
    cleared_at: Instant | None
    count: int
    value: float | None
    limit: float | None
    summary: str
    summary_en: str
    labels: Mapping[str, str]
    suppressed_by: str
    is_outage: bool
    """Whether it can cut others off: a device or a link that is down."""
    lost: frozenset[str]
    """For outages: the devices cut off, the failed one not included."""


def open_alerts(session: Session) -> list[AlertView]:
    """All that fire or are suppressed, the latest first."""
    return _views(session, select(AlertRow).where(AlertRow.cleared_at.is_(None)).order_by(*_LATEST_FIRST))


def alerts_of_device(session: Session, device: str, limit: int) -> list[AlertView]:
    """The latest alerts of one device, open and cleared, the latest first."""
    found = select(AlertRow).where(AlertRow.device == device).order_by(*_LATEST_FIRST).limit(limit)
    return _views(session, found)


def recent_alerts(session: Session, limit: int, offset: int = 0) -> list[AlertView]:
    """All alerts, open and cleared, the latest first."""
    return _views(session, select(AlertRow).order_by(*_LATEST_FIRST).limit(limit).offset(offset))


def alert(session: Session, alert_id: int) -> AlertView | None:
    """One alert by its id."""
    row = session.get(AlertRow, alert_id)
    return None if row is None else _view(row)


def _views(session: Session, statement: Select[Any]) -> list[AlertView]:
    return [_view(row) for row in session.scalars(statement)]


def _view(row: AlertRow) -> AlertView:
    return AlertView(
        id=row.id,
        rule=row.rule,
        object_kind=ObjectKind(row.object_kind),
        object_id=row.object_id,
        device=row.device,
        division=row.division,
        severity=Severity(row.severity),
        state=AlertState(row.state),
        started_at=row.started_at,
        raised_at=row.raised_at,
        last_seen=row.last_seen,
        cleared_at=row.cleared_at,
        count=row.count,
        value=row.value,
        limit=row.threshold,
        summary=row.summary,
        summary_en=row.summary_en,
        labels=json.loads(row.labels),
        suppressed_by=row.suppressed_by,
        is_outage=row.lost is not None,
        lost=frozenset(() if row.lost is None else json.loads(row.lost)),
    )
