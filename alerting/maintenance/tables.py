"""The table of maintenance windows."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Instant
from storage.records.base import Base


class WindowRow(Base):
    """One window, [starts_at, ends_at), or until `ended_at` when a person ended it early."""

    __tablename__ = "maintenance_window"
    __table_args__ = (Index("ix_maintenance_window_ends", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str] = mapped_column(String(80))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    approver: Mapped[str] = mapped_column(String(80))
    planned_at: Mapped[Instant]
