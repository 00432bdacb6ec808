"""The table of alerts. At most one row an object and rule is open; the database itself guarantees it."""

from sqlalchemy import Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Instant
from storage.records.base import Base

OPEN = "cleared_at IS NULL"
"""What makes a row open: the predicate of the partial unique index, and of the upsert that leans on it."""

UNACKNOWLEDGED = "state = 'cleared-unacked'"
"""What makes a row one that is over and that nobody has acknowledged: the predicate of its partial index."""


class AlertRow(Base):
    """One occurrence of a condition on an object, from its first sample to its clearing."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open",
            "object_kind",
            "object_id",
            "rule",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_alert_device_started", "device", "started_at"),
        Index("ix_alert_started", "started_at"),
        Index(
            "ix_alert_unacknowledged",
            "object_kind",
            "object_id",
            "rule",
            sqlite_where=text(UNACKNOWLEDGED),
            postgresql_where=text(UNACKNOWLEDGED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(16))
    object_id: Mapped[str] = mapped_column(String(200))
    device: Mapped[str] = mapped_column(String(80))
    division: Mapped[str] = mapped_column(String(12))
    severity: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[Instant]
    raised_at: Mapped[Instant | None]
    """When it first fired; None while it was only ever suppressed."""
    last_seen: Mapped[Instant]
    cleared_at: Mapped[Instant | None]
    count: Mapped[int]
    value: Mapped[float | None] = mapped_column(Float)
    threshold: Mapped[float | None] = mapped_column(Float)
    summary: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    labels: Mapped[str] = mapped_column(Text)
    """A JSON object."""
    details: Mapped[str] = mapped_column(Text, default="{}", server_default="{}")
    """A JSON object: what else was found, such as the lines that were lost."""
    suppressed_by: Mapped[str] = mapped_column(String(200))
    suppressed_reason: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Why, in the fixed order: see `alerting.alerts.suppression.Reason`. Empty when nothing suppresses it."""
    late_clear_at: Mapped[Instant | None]
    """When its end was told once more after it had ended."""
    flap_penalty: Mapped[float | None] = mapped_column(Float)
    """The penalty for coming and going as it stood at `flapped_at`: so that a restart forgets no flapping."""
    flapped_at: Mapped[Instant | None]
    flaps: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it came and went in this row and, within memory, before it."""
    flapping_since: Mapped[Instant | None]
    """When it came the first of those times; None where an older version counted them."""
    lost: Mapped[str | None] = mapped_column(Text)
    """For outages: the ids of the devices cut off, a JSON list; None for all others."""


class AlertApart(Base):
    """An alert that a person took out of what gathers it, a storm or a common cause."""

    __tablename__ = "alert_apart"

    alert: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(80))
