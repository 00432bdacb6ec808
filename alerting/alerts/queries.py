"""Reading alerts: frozen views, never rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Penalty
from alerting.alerts.states import AlertState
from alerting.alerts.suppression import Reason, reason_of
from alerting.alerts.tables import UNACKNOWLEDGED, AlertRow
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
    """`firing`, `suppressed`, `flapping`, `no_data`, `cleared-unacked` or `closed`."""
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
    details: Mapping[str, str]
    """What else was found, such as the part that it is about, or the lines that were lost."""
    suppressed_by: str
    suppressed_reason: Reason | None
    """Why something suppresses it, in the fixed order; None when nothing does."""
    late_clear_at: Instant | None
    """When its end was told once more after it had ended."""
    flap_penalty: float | None
    """Its penalty for coming and going, as it stood at `flapped_at`; None when it never came back."""
    flapped_at: Instant | None
    flaps: int
    """How often it came and went."""
    is_outage: bool
    """Whether it can cut others off: a device or a link that is down."""
    lost: frozenset[str]
    """For outages: the devices cut off, the failed one not included."""


def open_alerts(session: Session) -> list[AlertView]:
    """All that are open: firing, suppressed, flapping or without data, the latest first."""
    return _views(session, select(AlertRow).where(AlertRow.cleared_at.is_(None)).order_by(*_LATEST_FIRST))


def unacknowledged_alerts(session: Session) -> list[AlertView]:
    """All that are over and whose incident nobody has acknowledged, the latest first."""
    return _views(session, select(AlertRow).where(text(UNACKNOWLEDGED)).order_by(*_LATEST_FIRST))


def alerts_of_device(session: Session, device: str, limit: int) -> list[AlertView]:
    """The latest alerts of one device, open and cleared, the latest first."""
    found = select(AlertRow).where(AlertRow.device == device).order_by(*_LATEST_FIRST).limit(limit)
    return _views(session, found)


def recent_alerts(session: Session, limit: int, offset: int = 0) -> list[AlertView]:
    """All alerts, open and cleared, the latest first."""
    return _views(session, select(AlertRow).order_by(*_LATEST_FIRST).limit(limit).offset(offset))


def alerts_held_by(session: Session, suppressed_by: str, since: Instant, limit: int) -> list[AlertView]:
    """What a storm holds, and what of that is over since it began: those that still hold first, the latest first."""
    found = select(AlertRow).where(
        AlertRow.suppressed_by == suppressed_by,
        or_(AlertRow.cleared_at.is_(None), (AlertRow.started_at >= since) & (AlertRow.cleared_at >= since)),
    )
    return _views(session, found.order_by(AlertRow.cleared_at.is_not(None), *_LATEST_FIRST).limit(limit))


def penalties(session: Session, since: Instant) -> dict[AlertKey, Penalty]:
    """The latest penalty of every condition that came since a moment."""
    found = session.execute(
        select(
            AlertRow.object_kind, AlertRow.object_id, AlertRow.rule, AlertRow.flap_penalty, AlertRow.flapped_at,
            AlertRow.flaps, AlertRow.flapping_since,
        ).where(AlertRow.flapped_at >= since, AlertRow.flap_penalty.is_not(None))
        .order_by(AlertRow.id)
    )  # fmt: skip
    return {
        AlertKey(ObjectKind(kind), object_id, rule): Penalty(value, at, flaps, at if since is None else since)
        for kind, object_id, rule, value, at, flaps, since in found
        if value is not None and at is not None
    }


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
        details=json.loads(row.details),
        suppressed_by=row.suppressed_by,
        suppressed_reason=reason_of(row.suppressed_by),
        late_clear_at=row.late_clear_at,
        flap_penalty=row.flap_penalty,
        flapped_at=row.flapped_at,
        flaps=row.flaps,
        is_outage=row.lost is not None,
        lost=frozenset(() if row.lost is None else json.loads(row.lost)),
    )
