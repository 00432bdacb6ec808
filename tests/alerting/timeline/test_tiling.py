"""Whatever is judged, in whatever order: for every object the intervals tile [first, now) exactly."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.timeline.queries import Interval, current_states, intervals
from alerting.timeline.track import DEVICE, IntervalEffect, OpenInterval, Track, Turn
from alerting.timeline.writer import write_intervals
from foundation.messages import State
from storage.records.base import Base
from storage.records.database import Records

OBJECTS = ("a", "b", "c")

moves = st.lists(
    st.tuples(st.sampled_from(OBJECTS), st.sampled_from(State), st.integers(0, 40), st.sampled_from(["", "x", "y"])),
    max_size=25,
)


def tiling(found: list[Interval], first: int, now: int) -> bool:
    """Whether intervals begin at `first`, follow each other without gap, overlap or empty piece, and end at `now`."""
    at = first
    for one in found:
        if one.start != at or one.end is None or one.end <= one.start:
            return False
        at = one.end
    return at == now


class Ledger:
    """Effects applied to a plain list: what the table must hold."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[object]]] = {}

    def apply(self, effect: IntervalEffect) -> None:
        rows = self.rows.setdefault(effect.id, [])
        if effect.turn in (Turn.FOLLOW, Turn.RETIRE):
            rows[-1][1] = effect.start
        elif effect.turn is Turn.REPLACE:
            rows.pop()
        if effect.turn is not Turn.RETIRE:
            rows.append([effect.start, None, effect.state])


@pytest.mark.slow
@given(moves)
@settings(max_examples=150, deadline=None)
def test_back_dated_states_never_leave_a_gap_or_an_overlap(steps: list[tuple[str, State, int, str]]) -> None:
    track, ledger = Track(DEVICE, {}), Ledger()
    now = 100
    for effect in track.begin(OBJECTS, now, "start"):
        ledger.apply(effect)
    for object_id, state, back, cause in steps:
        now += 7
        entered = track.enter(object_id, state, now - back, cause=cause)
        if entered is not None:
            ledger.apply(entered)
            assert entered.start <= now
    for object_id in OBJECTS:
        at: object = 100
        for start, end, _ in ledger.rows[object_id]:
            assert start == at
            assert end is None or (isinstance(end, int) and isinstance(start, int) and end > start)
            at = end
        assert at is None, "the last interval is open"
        assert ledger.rows[object_id][-1][2] is track.current(object_id).state


@pytest.mark.slow
def test_a_restart_anywhere_keeps_the_tiles(tmp_path: Path) -> None:
    """The table itself, through batches and restarts of random length."""
    number = iter(range(1_000))

    @given(st.lists(st.tuples(moves, st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=4))
    @settings(max_examples=12, deadline=None)
    def check(lives: list[tuple[list[tuple[str, State, int, str]], int, int]]) -> None:
        records = Records(f"sqlite:///{tmp_path / f'{next(number)}.sqlite'}")
        Base.metadata.create_all(records.engine)
        now = 1_000
        for steps, unbeaten, off in lives:
            with records.transaction() as session:
                open_ones = current_states(session, DEVICE)
                track = Track(
                    DEVICE, {key: OpenInterval(one.state, one.start, one.cause) for key, one in open_ones.items()}
                )
                effects = track.break_at(now - off, now, "off")
                effects += track.begin(OBJECTS, now, "new")
                for object_id, state, back, cause in steps:
                    now += 5
                    effect = track.enter(object_id, state, now - back, cause=cause)
                    effects += [effect] if effect else []
                write_intervals(session, effects)
            now += unbeaten + off + 1
        with records.reading() as session:
            for object_id in OBJECTS:
                assert tiling(intervals(session, DEVICE, [object_id], 0, now), 1_000, now)
        records.close()

    check()


def test_unknown_turns_into_an_outage_from_its_first_miss_but_never_before_unknown_began() -> None:
    track = Track(DEVICE, {"a": OpenInterval(State.UNKNOWN, 50)})
    effect = track.enter("a", State.DOWN, 30, cause="a")
    assert effect is not None
    assert (effect.turn, effect.start) == (Turn.REPLACE, 50)
    track = Track(DEVICE, {"a": OpenInterval(State.UNKNOWN, 50)})
    effect = track.enter("a", State.DOWN, 70, cause="a")
    assert effect is not None
    assert (effect.turn, effect.start) == (Turn.FOLLOW, 70)


def test_entering_the_same_state_for_the_same_cause_changes_nothing() -> None:
    track = Track(DEVICE, {"a": OpenInterval(State.DOWN, 50, "a")})
    assert track.enter("a", State.DOWN, 80, cause="a") is None
    assert track.enter("a", State.DOWN, 80, cause="b") is not None
