"""The table of maintenance windows."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Instant
from storage.records.base import Base


class WindowRow(Base):
    """One window, [starts_at, ends_at), or until `ended_at` when it was ended early."""

    __tablename__ = "maintenance_window"
    __table_args__ = (Index("ix_maintenance_window_ends", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str] = mapped_column(Text)
    """An id, tags, or several targets with their kinds (`alerting.maintenance.targets`)."""
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant | None]
    """None for an open-ended one: it lasts until somebody ends it, or until all has been calm for long enough."""
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    """Who ended it early; the platform itself for an open-ended one that was calm."""
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    approver: Mapped[str] = mapped_column(String(80))
    announced_at: Mapped[Instant | None]
    """When those concerned were told of it; None when they were not."""
    planned_at: Mapped[Instant]
