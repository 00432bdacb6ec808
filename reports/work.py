"""Planned work of a month: each maintenance window, what it cost, and whether it was announced in advance."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from alerting.maintenance.targets import TargetKind
from alerting.maintenance.windows import Window, list_windows
from alerting.timeline.queries import Interval
from foundation.clock import Instant
from foundation.messages import State
from reports.naming import Naming
from reports.rows import Name, WorkRow
from topology.network import Network


def works(
    session: Session, network: Network, intervals: Iterable[Interval], start: Instant, end: Instant
) -> list[WorkRow]:
    """The windows that lasted at some moment of [start, end), the earliest first, with the time that agencies of the
    network were cut off under each: `intervals` are theirs, clipped to it.

    What became of a window after `end` is no part of it, so that the report reads the same whenever it is made.
    """
    windows = [one for one in list_windows(session, start) if one.starts_at < min(one.until, end)]
    cost = _cost(intervals, network.agencies)
    return [_row(window, network, cost.get(window.name, {}), end) for window in windows]


def _cost(intervals: Iterable[Interval], known: Collection[str]) -> dict[str, dict[str, int]]:
    """Milliseconds by window and agency. The timeline's evidence of planned time names the window."""
    found: dict[str, dict[str, int]] = {}
    for one in intervals:
        if one.state is State.MAINTENANCE and one.id in known and one.end is not None:
            agencies = found.setdefault(one.evidence, {})
            agencies[one.id] = agencies.get(one.id, 0) + one.end - one.start
    return found


def _row(window: Window, network: Network, cost: dict[str, int], end: Instant) -> WorkRow:
    return WorkRow(
        number=window.id,
        target=_target(window, network),
        started_at=window.starts_at,
        ended_at=window.until if window.until < end else window.ends_at,
        reason=window.reason,
        author=window.author,
        approver=window.approver,
        announced_at=window.announced_at,
        announced_in_advance=window.announced_in_advance,
        agencies=len(cost),
        agency_time=sum(cost.values()),
    )


def _target(window: Window, network: Network) -> Name:
    names = [_piece(kind, target, network) for kind, target in window.pieces]
    return Name("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _piece(kind: TargetKind, target: str, network: Network) -> Name:
    naming = Naming(network)
    if kind is TargetKind.DIVISION:
        return naming.division(target)
    if kind is TargetKind.AGENCY and target in network.agencies:
        return naming.of(network.agencies[target])
    return Name(target, target) if kind in (TargetKind.TAG, TargetKind.AGENCY) else naming.root(target)
