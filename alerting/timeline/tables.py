"""The tables of the timeline: intervals, and the platform's own heartbeat."""

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Instant
from storage.records.base import Base

OPEN = "ended_at IS NULL"


class IntervalRow(Base):
    """One object in one state over [started_at, ended_at); the interval that still lasts has no end."""

    __tablename__ = "state_interval"
    __table_args__ = (
        Index(
            "uq_state_interval_open",
            "kind",
            "object_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_state_interval_object", "kind", "object_id", "started_at"),
        Index("ix_state_interval_ended", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    object_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    cause: Mapped[str] = mapped_column(String(80))
    """The device or link at the root, for outages."""
    evidence: Mapped[str] = mapped_column(String(200))
    """What was observed that began it."""


class HeartbeatRow(Base):
    """When the judging part of the platform last lived: what lies after it was not watched."""

    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[Instant]
