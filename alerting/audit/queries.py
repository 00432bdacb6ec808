"""Reading the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.audit.tables import AuditEntry
from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class AuditView:
    """One entry, as people read it."""

    sequence: int
    at: Instant
    actor: str
    action: str
    object: str
    success: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    source: str
    algorithm: str
    digest: str


def entries(session: Session, limit: int = 100, offset: int = 0, *, object: str | None = None) -> list[AuditView]:
    """The newest entries first; all of them, or those about one object such as `incident:12`."""
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(limit).offset(offset)
    if object is not None:
        query = query.where(AuditEntry.object == object)
    return [
        AuditView(
            entry.sequence,
            entry.at,
            entry.actor,
            entry.action,
            entry.object,
            entry.success,
            entry.before,
            entry.after,
            entry.source,
            entry.algorithm,
            entry.digest,
        )
        for entry in session.scalars(query)
    ]
