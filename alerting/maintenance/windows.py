"""A maintenance window as recorded, and reading them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from alerting.maintenance.tables import WindowRow
from alerting.maintenance.targets import Piece, TargetKind, pieces_of
from foundation.clock import Instant

NEVER: Final[Instant] = (1 << 63) - 1
"""The end of a window that has none yet: later than every instant."""


class Standing(StrEnum):
    """Where a window stands at a moment."""

    PLANNED = "planned"
    ACTIVE = "active"
    OVER = "over"
    CANCELLED = "cancelled"
    """It was ended before it began."""


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window as a person asks for it."""

    target_kind: TargetKind
    target_id: str
    starts_at: Instant
    ends_at: Instant | None
    """None for an open-ended one."""
    reason: str
    approver: str
    announced_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A window as recorded; `until` is its true end."""

    id: int
    target_kind: TargetKind
    target_id: str
    starts_at: Instant
    ends_at: Instant | None
    ended_at: Instant | None
    reason: str
    author: str
    approver: str
    planned_at: Instant
    announced_at: Instant | None = None
    ended_by: str | None = None

    @property
    def is_open_ended(self) -> bool:
        """Whether it was planned without an end."""
        return self.ends_at is None

    @property
    def until(self) -> Instant:
        """When it is over: as planned, or when it was ended; NEVER for an open-ended one that goes on."""
        planned = NEVER if self.ends_at is None else self.ends_at
        return planned if self.ended_at is None else min(self.ended_at, planned)

    @property
    def pieces(self) -> list[Piece]:
        """The targets that it is planned for."""
        try:
            return pieces_of(self.target_kind, self.target_id)
        except ValueError:  # as no window is planned
            return [(self.target_kind, self.target_id)]

    @property
    def name(self) -> str:
        """How alerts that it suppresses name it: `maintenance:12`."""
        return f"maintenance:{self.id}"

    @property
    def announced_in_advance(self) -> bool:
        """Whether those concerned were told before it began: only such work is excluded from assessment by custom."""
        return self.announced_at is not None and self.announced_at < self.starts_at

    def is_active(self, now: Instant) -> bool:
        """Whether it lasts at this moment."""
        return self.starts_at <= now < self.until

    def standing(self, now: Instant) -> Standing:
        """Where it stands at this moment."""
        if self.is_active(now):
            return Standing.ACTIVE
        if self.until > now:
            return Standing.PLANNED
        return Standing.CANCELLED if self.until <= self.starts_at else Standing.OVER


def list_windows(session: Session, since: Instant) -> list[Window]:
    """All windows that are not over before `since`, the earliest first."""
    until = func.coalesce(WindowRow.ended_at, WindowRow.ends_at)
    lasting = or_(until.is_(None), until > since)
    statement = select(WindowRow).where(lasting).order_by(WindowRow.starts_at, WindowRow.id)
    return [view_of(row) for row in session.scalars(statement)]


def active(session: Session, now: Instant) -> list[Window]:
    """All windows that last at this moment."""
    return [window for window in list_windows(session, now) if window.is_active(now)]


def window(session: Session, window_id: int) -> Window | None:
    """One window by its id."""
    row = session.get(WindowRow, window_id)
    return None if row is None else view_of(row)


def view_of(row: WindowRow) -> Window:
    """A row as people and judging see it."""
    return Window(
        id=row.id,
        target_kind=TargetKind(row.target_kind),
        target_id=row.target_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        reason=row.reason,
        author=row.author,
        approver=row.approver,
        planned_at=row.planned_at,
        announced_at=row.announced_at,
        ended_by=row.ended_by,
    )
