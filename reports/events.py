"""Outages by their root: what went out for one device or link at one time is one event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.clock import Instant
from reports.availability import FLASH
from reports.naming import Naming
from reports.rows import EventRow, FrequentRow, Party, PartyRow
from reports.segments import OUTAGE, Segment


@dataclass(frozen=True, slots=True)
class Loss:
    """One object's lost stretch, and its root."""

    root: str
    start: Instant
    end: Instant
    agency: str | None
    """The agency that lost service; None for a router's own loss, which costs no agency's time by itself."""


def losses(root_of: str, agency: str | None, covering: Iterable[Segment]) -> list[Loss]:
    """The lost stretches among an object's segments; `root_of` is the root where a segment names none."""
    return [
        Loss(segment.cause or root_of, segment.start, segment.end, agency)
        for segment in covering
        if segment.state in OUTAGE
    ]


def events(found: Iterable[Loss], window_end: Instant, naming: Naming) -> list[EventRow]:
    """The losses of each root, clustered: stretches that overlap or touch are one event. In order of start and root.

    An event that reaches the window's end is not recovered.
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
                rows.append(_event(root, cluster, reached, window_end, naming))
                cluster = []
            reached = max(reached, loss.end) if cluster else loss.end
            cluster.append(loss)
        rows.append(_event(root, cluster, reached, window_end, naming))
    rows.sort(key=lambda row: (row.start, row.root))
    return rows


def longest(rows: Sequence[EventRow], limit: int = 10) -> list[EventRow]:
    """The longest first; of equals the one that cost more, then the earlier. Flashes are not among them."""
    whole = [row for row in rows if not _is_flash(row)]
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
            sum(_is_flash(row) for row in own),
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


def _is_flash(row: EventRow) -> bool:
    return row.recovered and row.length < FLASH


def _event(root: str, cluster: Sequence[Loss], end: Instant, window_end: Instant, naming: Naming) -> EventRow:
    return EventRow(
        root=root,
        name=naming.root(root),
        prefecture=naming.prefecture(naming.division_of(root)),
        party=naming.party(root),
        start=cluster[0].start,
        end=end,
        agencies=len({loss.agency for loss in cluster if loss.agency is not None}),
        lost=sum(loss.end - loss.start for loss in cluster if loss.agency is not None),
        recovered=end < window_end,
    )
