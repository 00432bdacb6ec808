"""What people do with maintenance windows: plan, end, cancel. One transaction each, with its audit entry."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from alerting.audit import log as audit
from alerting.maintenance.findings import Finding, Linter, doubts, refusals
from alerting.maintenance.tables import WindowRow
from alerting.maintenance.windows import NewWindow, list_windows, view_of
from foundation.calendar import zoned
from foundation.clock import Instant
from foundation.problems import OperatorError


class WindowRefusedError(OperatorError):
    """A window can't be planned so; `findings` are the reasons, and all else that was found."""

    def __init__(self, findings: list[Finding], reasons: list[Finding]) -> None:
        self.findings = findings
        self.reasons = reasons
        super().__init__(f"The maintenance window is refused: {' '.join(one.text_en for one in reasons)}")


def plan(
    session: Session,
    window: NewWindow,
    actor: str,
    now: Instant,
    *,
    linter: Linter,
    confirmed: Collection[str] = (),
    source: str = "engine",
) -> int:
    """Record a window, with its audit entry, and return its id.

    Raises WindowRefusedError when the linter refuses it, or when something must be confirmed whose code is not among
    `confirmed`.
    """
    audit.take_turns(session)
    found = linter.new(window, actor, list_windows(session, now), now)
    reasons = refusals(found) or [one for one in doubts(found) if one.code not in confirmed]
    if reasons:
        raise WindowRefusedError(found, reasons)
    row = WindowRow(
        target_kind=window.target_kind.value,
        target_id=window.target_id,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        ended_at=None,
        ended_by=None,
        reason=window.reason.strip(),
        author=actor.strip(),
        approver=window.approver.strip(),
        announced_at=window.announced_at,
        planned_at=now,
    )
    session.add(row)
    session.flush()
    note(session, row, "maintenance.plan", actor, now, source, confirmed=[one.code for one in doubts(found)])
    return row.id


def end(session: Session, window_id: int, actor: str, now: Instant, *, source: str = "engine") -> None:
    """End a window now, or cancel it before its start.

    Raises OperatorError when there is no such window, or when it is over already.
    """
    row = _get(session, window_id)
    window = view_of(row)
    if window.until <= now:
        raise OperatorError(f"The maintenance window {window_id} ended at {zoned(window.until)} already.")
    action = "maintenance.end" if window.starts_at <= now else "maintenance.cancel"
    row.ended_at, row.ended_by = now, actor
    session.flush()
    note(session, row, action, actor, now, source)


def cancel(session: Session, window_id: int, actor: str, now: Instant, *, source: str = "engine") -> None:
    """Cancel a window before it begins. Raises OperatorError for one that has begun, is over, or does not exist."""
    window = view_of(_get(session, window_id))
    if window.is_active(now):
        raise OperatorError(
            f"The maintenance window {window_id} began at {zoned(window.starts_at)}: it can be ended, not cancelled."
        )
    end(session, window_id, actor, now, source=source)


def note(session: Session, row: WindowRow, action: str, actor: str, now: Instant, source: str, **more: object) -> None:
    """The audit entry of something done to a window."""
    after = {
        "target": f"{row.target_kind}:{row.target_id}",
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "ended_at": row.ended_at,
        "reason": row.reason,
        "approver": row.approver,
        "announced_at": row.announced_at,
        **{key: value for key, value in more.items() if value},
    }
    audit.record(
        session, at=now, actor=actor, action=action, object=f"maintenance:{row.id}", after=after, source=source
    )


def _get(session: Session, window_id: int) -> WindowRow:
    audit.take_turns(session)
    row = session.get(WindowRow, window_id, with_for_update=True)
    if row is None:
        raise OperatorError(f"There is no maintenance window {window_id}.")
    return row
