"""Outages by their root: what went out for one device or link at one time is one event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from foundation.clock import Instant
from foundation.messages import State
from reports.availability import FLASH
from reports.naming import Naming
from reports.rows import EventRow, FrequentRow, Party, PartyRow
from reports.segments import OUTAGE, Segment


@dataclass(frozen=True, slots=True)
class Loss:
    """How long one object was lost to one root, without service seen in between."""

    root: str
    start: Instant
    end: Instant
    lost: int
    """Milliseconds; less than end − start where time unknown or planned lies between."""
    recovered: bool
    """Service, or another root, was seen afterwards."""
    agency: str | None
    """The agency that lost service; None for a router's own loss, which costs no agency's time by itself."""


def losses(covering: Iterable[Segment], own_root: str, agency: str | None, states: Set[State] = OUTAGE) -> list[Loss]:
    """An object's losses in these states; `own_root` is the root where a segment names none.

    As with outages, only UP ends a loss: a platform that was away in its middle does not make it two.
    """
    found: list[Loss] = []
    lasting = False
    for segment in covering:
        if segment.state in states:
            root = segment.cause or own_root
            if lasting and found[-1].root == root:
                last = found[-1]
                found[-1] = replace(last, end=segment.end, lost=last.lost + segment.length)
            else:
                found.append(Loss(root, segment.start, segment.end, segment.length, recovered=True, agency=agency))
            lasting = True
        elif segment.state is State.UP:
            lasting = False
    if lasting:
        found[-1] = replace(found[-1], recovered=False)
    return found


def events(found: Iterable[Loss], window_start: Instant, naming: Naming) -> list[EventRow]:
    """The losses of each root, clustered: those that overlap or touch are one event. In order of start and root.

    An event has recovered when all of its losses have.
    """
    by_root: Mapping[str, list[Loss]] = defaultdict(list)
    for loss in found:
        by_root[loss.root].append(loss)
    rows: list[EventRow] = []
    for root, lost in by_root.items():
        lost.sort(key=lambda loss: loss.start)
        cluster: list[Loss] = []
        reached = 0
        for loss in lost:
            if cluster and loss.start > reached:
                rows.append(_event(root, cluster, reached, window_start, naming))
                cluster = []
            reached = max(reached, loss.end) if cluster else loss.end
            cluster.append(loss)
        rows.append(_event(root, cluster, reached, window_start, naming))
    rows.sort(key=lambda row: (row.start, row.root))
    return rows


def longest(rows: Sequence[EventRow], limit: int = 10) -> list[EventRow]:
    """The longest first; of equals the one that cost more, then the earlier. Flashes are not among them."""
    whole = [row for row in rows if not row.flash]
    return sorted(whole, key=lambda row: (-row.length, -row.lost, row.start, row.root))[:limit]


def frequent(rows: Sequence[EventRow], limit: int = 10) -> list[FrequentRow]:
    """The roots that failed at least twice, the most frequent first."""
    by_root: Mapping[str, list[EventRow]] = defaultdict(list)
    for row in rows:
        by_root[row.root].append(row)
    repeated = [
        FrequentRow(
            root,
            own[0].name,
            own[0].prefecture,
            own[0].party,
            len(own),
            sum(row.flash for row in own),
            sum(row.lost for row in own),
        )
        for root, own in by_root.items()
        if len(own) > 1
    ]
    return sorted(repeated, key=lambda row: (-row.events, -row.lost, row.root))[:limit]


def by_party(rows: Iterable[EventRow]) -> list[PartyRow]:
    """Lost agency time and events of each party, in the parties' order; their sum is all the time lost."""
    lost: dict[Party, int] = defaultdict(int)
    count: dict[Party, int] = defaultdict(int)
    for row in rows:
        lost[row.party] += row.lost
        count[row.party] += 1
    return [PartyRow(party, lost[party], count[party]) for party in Party]


def _event(root: str, cluster: Sequence[Loss], end: Instant, window_start: Instant, naming: Naming) -> EventRow:
    start = cluster[0].start
    recovered = all(loss.recovered for loss in cluster)
    agencies = [loss for loss in cluster if loss.agency is not None]
    return EventRow(
        root=root,
        name=naming.root(root),
        prefecture=naming.prefecture(naming.division_of(root)),
        party=naming.party(root),
        start=start,
        end=end,
        agencies=len({loss.agency for loss in agencies}),
        lost=sum(loss.lost for loss in agencies),
        begun_before=start == window_start,
        recovered=recovered,
        flash=recovered and start > window_start and end - start < FLASH,
    )
