"""Planning, ending and reading maintenance windows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerting.audit import log as audit
from alerting.maintenance.tables import WindowRow
from foundation.calendar import stamp
from foundation.clock import MINUTE, Instant
from foundation.problems import OperatorError, did_you_mean
from topology.model import Tier
from topology.network import Network

_LATE: Final = 5 * MINUTE
"""How far in the past a window may begin: the time it takes to fill in the form."""


class TargetKind(StrEnum):
    """What a window covers."""

    DEVICE = "device"
    AGENCY = "agency"
    """The agency's access router."""
    DIVISION = "division"
    """Every device that the division's own centre and the ones below it answer for."""


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window as a person asks for it."""

    target_kind: TargetKind
    target_id: str
    starts_at: Instant
    ends_at: Instant
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class Window:
    """A window as recorded; `until` is its true end."""

    id: int
    target_kind: TargetKind
    target_id: str
    starts_at: Instant
    ends_at: Instant
    ended_at: Instant | None
    reason: str
    author: str
    approver: str
    planned_at: Instant

    @property
    def until(self) -> Instant:
        """When it is over: as planned, or when a person ended it."""
        return self.ends_at if self.ended_at is None else min(self.ended_at, self.ends_at)

    @property
    def name(self) -> str:
        """How alerts that it suppresses name it: `maintenance:12`."""
        return f"maintenance:{self.id}"

    def is_active(self, now: Instant) -> bool:
        """Whether it lasts at this moment."""
        return self.starts_at <= now < self.until


def plan(session: Session, window: NewWindow, actor: str, now: Instant, *, network: Network | None = None) -> int:
    """Record a window, with its audit entry, and return its id. With a network, its target must be in it.

    Raises OperatorError with every reason for a refusal: no author, approver or reason, an end before the start, a
    start in the past, an unknown target, or the whole province as target.
    """
    reasons = refusals(window, actor, now, network)
    if reasons:
        raise OperatorError(f"The maintenance window is refused: {' '.join(reasons)}")
    row = WindowRow(
        target_kind=window.target_kind.value,
        target_id=window.target_id,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        ended_at=None,
        reason=window.reason.strip(),
        author=actor.strip(),
        approver=window.approver.strip(),
        planned_at=now,
    )
    session.add(row)
    session.flush()
    _audit(session, row, "maintenance.plan", actor, now)
    return row.id


def refusals(window: NewWindow, actor: str, now: Instant, network: Network | None) -> list[str]:
    """Why a window can't be planned, one whole sentence each; empty when it can."""
    reasons: list[str] = []
    for text, what in ((actor, "an author"), (window.reason, "a reason"), (window.approver, "an approver")):
        if not text.strip():
            reasons.append(f"It needs {what}.")
    if window.ends_at <= window.starts_at:
        reasons.append(f"It ends at {stamp(window.ends_at)}, not after its start at {stamp(window.starts_at)}.")
    if window.starts_at < now - _LATE:
        reasons.append(f"It can't begin in the past ({stamp(window.starts_at)}): what was an outage stays one.")
    if network is not None:
        reasons += _unknown_target(window, network)
    return reasons


def end(session: Session, window_id: int, actor: str, now: Instant) -> None:
    """End a window now, or cancel it before its start.

    Raises OperatorError when there is no such window, or when it is over already.
    """
    row = session.get(WindowRow, window_id)
    if row is None:
        raise OperatorError(f"There is no maintenance window {window_id}.")
    window = _window(row)
    if window.until <= now:
        raise OperatorError(f"The maintenance window {window_id} ended at {stamp(window.until)} already.")
    row.ended_at = now
    session.flush()
    _audit(session, row, "maintenance.end", actor, now)


def list_windows(session: Session, since: Instant) -> list[Window]:
    """All windows that are not over before `since`, the earliest first."""
    until = func.coalesce(WindowRow.ended_at, WindowRow.ends_at)
    statement = select(WindowRow).where(until > since).order_by(WindowRow.starts_at, WindowRow.id)
    return [_window(row) for row in session.scalars(statement)]


def active(session: Session, now: Instant) -> list[Window]:
    """All windows that last at this moment."""
    return [window for window in list_windows(session, now) if window.is_active(now)]


def _unknown_target(window: NewWindow, network: Network) -> list[str]:
    known = {
        TargetKind.DEVICE: network.devices,
        TargetKind.AGENCY: network.agencies,
        TargetKind.DIVISION: network.divisions,
    }[window.target_kind]
    if window.target_id not in known:
        hint = did_you_mean(window.target_id, known)
        return [f'There is no {window.target_kind} "{window.target_id}". {hint}'.rstrip()]
    if window.target_kind is TargetKind.DIVISION and network.divisions[window.target_id].tier is Tier.PROVINCE:
        return ["It would silence the whole province: plan one window for each division or device concerned."]
    return []


def _window(row: WindowRow) -> Window:
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
    )


def _audit(session: Session, row: WindowRow, action: str, actor: str, now: Instant) -> None:
    after = {
        "target": f"{row.target_kind}:{row.target_id}",
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "ended_at": row.ended_at,
        "reason": row.reason,
        "approver": row.approver,
    }
    audit.record(session, at=now, actor=actor, action=action, object=f"maintenance:{row.id}", after=after)
