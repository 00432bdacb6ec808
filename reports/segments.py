"""From raw state intervals to segments that cover a window exactly: each moment in one state, no gap, no overlap."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from foundation.clock import Instant
from foundation.messages import State


class Stated(Protocol):
    """What the algebra needs to know of an interval of the timeline; [start, end)."""

    @property
    def state(self) -> State:
        """What was so."""
        ...

    @property
    def start(self) -> Instant:
        """From when on."""
        ...

    @property
    def end(self) -> Instant | None:
        """Until when, exclusive; None while it lasts."""
        ...

    @property
    def cause(self) -> str:
        """The device or link at the root of an outage."""
        ...


@dataclass(frozen=True, slots=True)
class Segment:
    """A longest stretch of one state with one cause."""

    state: State
    start: Instant
    end: Instant
    cause: str = ""

    @property
    def length(self) -> int:
        """Milliseconds."""
        return self.end - self.start


OUTAGE = frozenset({State.DOWN, State.UNREACHABLE})
"""The states that are an unplanned outage."""


def segments(intervals: Iterable[Stated], start: Instant, end: Instant) -> list[Segment]:
    """The window [start, end) as segments in order, which cover it without gap or overlap.

    DEGRADED counts as UP, and time that no interval covers as UNKNOWN. Where intervals overlap, which a sound timeline
    does not do: an outage inside maintenance is MAINTENANCE; an outage beats UP, and DOWN beats UNREACHABLE; UP beats
    MAINTENANCE, since a service that goes on during planned work is a service; anything beats UNKNOWN. Intervals
    that are empty, reversed or outside the window count for nothing.

    Raises ValueError when the window is reversed.
    """
    if end < start:
        raise ValueError("a window's end lies before its start")
    edges: list[tuple[Instant, int, State, str]] = []
    for interval in intervals:
        first = max(interval.start, start)
        last = end if interval.end is None else min(interval.end, end)
        if first < last:
            # What is degraded serves: for the ledger it is in service, whatever it is that is not well.
            state, cause = (State.UP, "") if interval.state.is_served else (interval.state, interval.cause)
            edges.append((first, 1, state, cause))
            edges.append((last, -1, state, cause))
    edges.sort(key=_moment)
    return list(_joined(_swept(edges, start, end)))


def any_of(members: Sequence[Sequence[Segment]]) -> list[Segment]:
    """The state of a redundant group from its members' segments over one window: in service while any member is.

    Without a member UP: UNKNOWN if one of them is unknown (it may have served), else MAINTENANCE if one is (planned
    work took the rest of the redundancy), else DOWN if one is, else UNREACHABLE.
    """
    if len(members) == 1:
        return list(members[0])
    edges: list[tuple[Instant, int, State, str]] = []
    for member in members:
        for segment in member:
            edges.append((segment.start, 1, segment.state, segment.cause))
            edges.append((segment.end, -1, segment.state, segment.cause))
    if not edges:
        return []
    edges.sort(key=_moment)
    return list(_joined(_swept(edges, edges[0][0], edges[-1][0], _BEST_FIRST)))


_BEST_FIRST = (State.UP, State.UNKNOWN, State.MAINTENANCE, State.DOWN, State.UNREACHABLE)


def _moment(edge: tuple[Instant, int, State, str]) -> Instant:
    return edge[0]


def _swept(
    edges: Sequence[tuple[Instant, int, State, str]],
    start: Instant,
    end: Instant,
    preference: tuple[State, ...] | None = None,
) -> Iterator[Segment]:
    """A segment between each two neighbouring edges, judged from what holds there."""
    holding: dict[tuple[State, str], int] = {}
    reached = start
    for moment, step, state, cause in edges:
        if moment > reached:
            yield _judged(holding, reached, moment, preference)
            reached = moment
        key = (state, cause)
        count = holding.get(key, 0) + step
        if count:
            holding[key] = count
        else:
            del holding[key]
    if reached < end:
        yield _judged(holding, reached, end, preference)


def _judged(
    holding: dict[tuple[State, str], int], start: Instant, end: Instant, preference: tuple[State, ...] | None
) -> Segment:
    if len(holding) == 1:
        ((state, cause),) = holding
        return Segment(state, start, end, cause)
    states = {state for state, _ in holding}
    state = _by_rule(states) if preference is None else next(found for found in preference if found in states)
    # With several causes the first by name: any choice is as good, but it must be the same each time.
    cause = min((cause for held, cause in holding if held is state and cause), default="")
    return Segment(state, start, end, cause)


def _by_rule(states: set[State]) -> State:
    if states & OUTAGE:
        if State.MAINTENANCE in states:
            return State.MAINTENANCE
        return State.DOWN if State.DOWN in states else State.UNREACHABLE
    if State.UP in states:
        return State.UP
    return State.MAINTENANCE if State.MAINTENANCE in states else State.UNKNOWN


def _joined(found: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbours with the same state and cause become one."""
    last: Segment | None = None
    for segment in found:
        if last is not None and last.state is segment.state and last.cause == segment.cause:
            last = Segment(last.state, last.start, segment.end, last.cause)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last
