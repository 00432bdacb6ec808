"""When so many come at once that it is a storm, and when it is past."""

from hypothesis import given
from hypothesis import strategies as st

from alerting.storms.rate import Rate
from foundation.clock import MINUTE, SECOND


def rate() -> Rate:
    return Rate(most=3, within=5 * MINUTE, settle=10 * MINUTE)


def test_it_storms_with_one_more_than_the_limit_within_the_time() -> None:
    found = rate()
    assert [found.come(key, at * MINUTE) for at, key in enumerate("abcd")] == [False, False, False, True]


def test_as_many_over_a_longer_time_are_no_storm() -> None:
    found = rate()
    assert not any(found.come(key, at * 2 * MINUTE) for at, key in enumerate("abcdefgh"))


def test_one_that_comes_and_goes_counts_once() -> None:
    found = rate()
    assert not any(found.come("a", at * SECOND) for at in range(20))


def test_it_is_past_once_the_rate_was_under_the_limit_for_the_settle_time() -> None:
    found = rate()
    for at, key in enumerate("abcd"):
        found.come(key, at * MINUTE)
    assert found.turn(4 * MINUTE)
    assert found.turn(13 * MINUTE)
    assert not found.turn(14 * MINUTE)
    assert not found.come("e", 15 * MINUTE)


def test_a_clock_that_was_set_back_ends_it_no_later() -> None:
    found = rate()
    for key in "abcd":
        found.come(key, 60 * MINUTE)
    assert found.turn(20 * MINUTE)
    assert not found.turn(31 * MINUTE)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4 * MINUTE)), max_size=60))
def test_it_never_storms_while_no_window_ever_held_more_than_the_limit(comings: list[tuple[int, int]]) -> None:
    found, now, came = rate(), 0, []
    for key, pause in comings:
        now += pause
        came.append((key, now))
        window = {one for one, at in came if now - 5 * MINUTE < at <= now}
        assert found.come(key, now) or len(window) <= 3
        if len(window) > 3:
            return
        assert not found.storms
