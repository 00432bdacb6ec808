"""Segments: each moment of a window in exactly one state."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.messages import State
from reports.segments import Segment, any_of, segments
from tests.reports.timelines import Span, down, maintenance, unknown, unreachable, up

WINDOW = 1_000
SPANS = st.builds(
    lambda state, start, length, cause: Span(state, start, None if length > 900 else start + length, cause),
    st.sampled_from(State),
    st.integers(-200, WINDOW + 200),
    st.integers(-5, 1_000),
    st.sampled_from(["", "r1", "r2"]),
)
TIMELINES = st.lists(SPANS, max_size=12)


def test_nothing_is_known_where_no_interval_is() -> None:
    assert segments([], 0, 10) == [Segment(State.UNKNOWN, 0, 10)]
    assert segments([up(3, 6)], 0, 10) == [
        Segment(State.UNKNOWN, 0, 3),
        Segment(State.UP, 3, 6),
        Segment(State.UNKNOWN, 6, 10),
    ]


def test_an_interval_that_lasts_reaches_to_the_windows_end() -> None:
    assert segments([down(4, None, "r1")], 0, 10)[-1] == Segment(State.DOWN, 4, 10, "r1")


def test_intervals_outside_empty_or_reversed_count_for_nothing() -> None:
    assert segments([down(-5, 0), down(10, 20), down(5, 5), down(7, 3)], 0, 10) == [Segment(State.UNKNOWN, 0, 10)]


def test_an_empty_window_has_no_segments_and_a_reversed_one_is_refused() -> None:
    assert segments([up(0, 10)], 5, 5) == []
    with pytest.raises(ValueError):
        segments([], 5, 4)


@pytest.mark.parametrize(
    ("spans", "state"),
    [
        ([up(0, 10), down(0, 10)], State.DOWN),
        ([unreachable(0, 10), down(0, 10)], State.DOWN),
        ([up(0, 10), unreachable(0, 10)], State.UNREACHABLE),
        ([down(0, 10), maintenance(0, 10)], State.MAINTENANCE),
        ([up(0, 10), maintenance(0, 10)], State.UP),
        ([unknown(0, 10), maintenance(0, 10)], State.MAINTENANCE),
        ([unknown(0, 10), up(0, 10)], State.UP),
        ([up(0, 10), maintenance(0, 10), unreachable(0, 10)], State.MAINTENANCE),
    ],
)
def test_where_intervals_overlap_one_state_is_chosen(spans: list[Span], state: State) -> None:
    assert [segment.state for segment in segments(spans, 0, 10)] == [state]
    assert [segment.state for segment in segments(spans[::-1], 0, 10)] == [state]


def test_the_same_outage_twice_is_one() -> None:
    spans = [up(0, 10), down(2, 6, "r1"), down(2, 6, "r1"), down(4, 7, "r1")]
    assert segments(spans, 0, 10)[1] == Segment(State.DOWN, 2, 7, "r1")


@given(TIMELINES)
def test_segments_cover_the_window_without_gap_or_overlap(timeline: list[Span]) -> None:
    found = segments(timeline, 0, WINDOW)
    assert found[0].start == 0
    assert found[-1].end == WINDOW
    for one, following in itertools.pairwise(found):
        assert one.end == following.start
        assert (one.state, one.cause) != (following.state, following.cause)
    assert all(segment.start < segment.end for segment in found)


@given(TIMELINES, st.randoms(use_true_random=False))
def test_the_order_of_intervals_does_not_matter(timeline: list[Span], random: object) -> None:
    shuffled = list(timeline)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert segments(shuffled, 0, WINDOW) == segments(timeline, 0, WINDOW)


@given(TIMELINES, st.integers(0, WINDOW))
def test_splitting_every_interval_changes_nothing(timeline: list[Span], cut: int) -> None:
    split = [
        piece
        for span in timeline
        for piece in (
            [Span(span.state, span.start, cut, span.cause), Span(span.state, cut, span.end, span.cause)]
            if span.start < cut < (WINDOW if span.end is None else span.end)
            else [span]
        )
    ]
    assert segments(split, 0, WINDOW) == segments(timeline, 0, WINDOW)


@given(TIMELINES, st.integers(0, WINDOW - 1))
def test_each_moment_is_judged_by_what_holds_there(timeline: list[Span], moment: int) -> None:
    """Against the rule written down plainly, moment by moment."""
    holding = {
        State.UP if span.state is State.DEGRADED else span.state
        for span in timeline
        if span.start <= moment and (span.end is None or moment < span.end)
    }
    lost = holding & {State.DOWN, State.UNREACHABLE}
    if lost and State.MAINTENANCE in holding:
        expected = State.MAINTENANCE
    elif State.DOWN in lost:
        expected = State.DOWN
    elif lost:
        expected = State.UNREACHABLE
    elif State.UP in holding:
        expected = State.UP
    else:
        expected = State.MAINTENANCE if State.MAINTENANCE in holding else State.UNKNOWN
    (there,) = [found for found in segments(timeline, 0, WINDOW) if found.start <= moment < found.end]
    assert there.state is expected


# Redundant groups ------------------------------------------------------------------------------------------------


def test_a_pair_serves_while_either_does() -> None:
    one = segments([up(0, 4), down(4, 10, "r1")], 0, 10)
    two = segments([up(0, 2), down(2, 6, "r2"), up(6, 10)], 0, 10)
    assert any_of([one, two]) == [
        Segment(State.UP, 0, 4),
        Segment(State.DOWN, 4, 6, "r1"),
        Segment(State.UP, 6, 10),
    ]


def test_a_pair_with_one_dead_and_one_unwatched_is_unknown() -> None:
    assert [s.state for s in any_of([segments([down(0, 10)], 0, 10), segments([], 0, 10)])] == [State.UNKNOWN]


def test_a_pair_with_one_dead_and_one_in_planned_work_is_in_planned_work() -> None:
    pair = [segments([down(0, 10)], 0, 10), segments([maintenance(0, 10)], 0, 10)]
    assert [s.state for s in any_of(pair)] == [State.MAINTENANCE]


@given(st.lists(TIMELINES, min_size=1, max_size=3))
def test_a_group_covers_the_window_and_is_up_exactly_while_a_member_is(timelines: list[list[Span]]) -> None:
    members = [segments(timeline, 0, WINDOW) for timeline in timelines]
    group = any_of(members)
    assert group[0].start == 0
    assert group[-1].end == WINDOW
    for moment in range(0, WINDOW, 97):
        states = {s.state for member in members for s in member if s.start <= moment < s.end}
        (there,) = [s for s in group if s.start <= moment < s.end]
        assert (there.state is State.UP) == (State.UP in states)
