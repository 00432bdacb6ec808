"""The audit trail's tables. Only `alerting.audit.log` writes them; an entry is never changed or deleted."""

from typing import Any, NoReturn

from sqlalchemy import JSON, event
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Base


class AuditEntry(Base):
    """One act of a person or of the platform."""

    __tablename__ = "audit_entry"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps: a missing number is a deleted entry."""
    at: Mapped[int]
    actor: Mapped[str]
    """The account or person, or `system`."""
    action: Mapped[str] = mapped_column(index=True)
    """What was done, such as `incident.acknowledge`."""
    object: Mapped[str] = mapped_column(index=True)
    """To what, such as `incident:12`."""
    success: Mapped[bool]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str]
    """Where the act came from: an address, `cli`, `engine`."""
    algorithm: Mapped[str]
    """The hash's name in hashlib, kept so that an old chain can be verified on another build."""
    previous: Mapped[str]
    """The digest of the entry before; empty for the first."""
    digest: Mapped[str]


class AuditHead(Base):
    """One row: the end of the chain. Writers lock it; an entry cut off the end is missed by it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    digest: Mapped[str]


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: object, _connection: object, entry: AuditEntry) -> NoReturn:
    raise RuntimeError(f"audit entry {entry.sequence} can't be changed or deleted: the trail is append-only")
