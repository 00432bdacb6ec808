"""The timetable calls everything once, in time, in order, and never early."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.schedule.timetable import Timetable

moments = st.floats(min_value=0, max_value=100, allow_nan=False)


@given(entries=st.lists(moments, max_size=50), steps=st.lists(moments, max_size=20))
def test_every_entry_is_called_exactly_once_and_never_before_its_moment(
    entries: list[float], steps: list[float]
) -> None:
    table = Timetable(0.0)
    called: list[tuple[int, float]] = []
    now = 0.0

    def action(token: int) -> None:
        called.append((token, now))

    for token, when in enumerate(entries):
        table.enter(when, action, token)
    for now in [*sorted(steps), 200.0]:
        table.run(now)
    assert sorted(token for token, _ in called) == list(range(len(entries)))
    assert all(at >= entries[token] for token, at in called)
    assert len(table) == 0


@given(when=moments, now=moments)
def test_an_entry_is_called_at_most_one_grain_late(when: float, now: float) -> None:
    table = Timetable(0.0, granularity=0.02)
    called: list[int] = []
    table.enter(when, called.append, 1)
    table.run(now)
    if now >= when + 0.04:
        assert called == [1]


def test_an_entry_for_a_moment_that_has_passed_is_called_at_the_next_run() -> None:
    table = Timetable(100.0)
    called: list[int] = []
    table.enter(3.0, called.append, 1)
    table.run(100.0)
    table.run(100.1)
    assert called == [1]


def test_an_action_that_enters_itself_again_does_not_hold_up_the_run() -> None:
    table = Timetable(0.0)
    calls = 0

    def again(token: int) -> None:
        nonlocal calls
        calls += 1
        table.enter(0.0, again, token)

    table.enter(0.0, again, 0)
    for step in range(1, 6):
        table.run(step * 0.1)
    assert calls == 5


def test_after_a_pause_of_months_a_run_looks_only_at_what_is_there() -> None:
    table = Timetable(0.0)
    called: list[int] = []
    for token in range(3):
        table.enter(10.0 * token, called.append, token)
    assert table.run(1e9) == 3
    assert called == [0, 1, 2]
