"""The algebra of the flapping penalty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerting.alerts.flapping import MOST, Flapping, Penalty, came, decayed, is_over
from foundation.clock import HOUR, MINUTE, SECOND

FLAP = Flapping()


def after(*gaps: int) -> Penalty:
    """The penalty after comings so far apart."""
    now, penalty = 0, None
    for gap in gaps:
        now += gap
        penalty = came(penalty, now, FLAP)
    assert penalty is not None
    return penalty


def test_each_coming_doubles_the_penalty_and_the_sixth_is_flapping() -> None:
    values = [after(*[10 * SECOND] * times).value for times in range(1, 7)]
    assert values == [2, 4, 8, 16, 32, 64]
    assert after(*[10 * SECOND] * 6).since == 10 * SECOND, "the first of them"
    assert [value > FLAP.above for value in values] == [False] * 5 + [True]


def test_every_five_minutes_the_penalty_becomes_its_square_root() -> None:
    penalty = Penalty(64.0, 0, 6, 0)
    assert [round(decayed(penalty, step * 5 * MINUTE, FLAP).value, 2) for step in range(5)] == [64, 8, 2.83, 1.68, 1.3]


def test_flapping_is_over_twenty_minutes_after_the_last_coming() -> None:
    penalty = Penalty(64.0, 0, 6, 0)
    assert not is_over(penalty, 20 * MINUTE - 1, FLAP)
    assert is_over(penalty, 20 * MINUTE, FLAP)


def test_what_comes_every_two_and_a_half_minutes_never_flaps() -> None:
    assert max(after(*[150 * SECOND] * times).value for times in range(1, 60)) <= FLAP.above


def test_what_comes_every_half_minute_flaps_within_three() -> None:
    assert after(*[30 * SECOND] * 6).value > FLAP.above


def test_a_coming_after_a_long_rest_begins_anew() -> None:
    assert after(10 * SECOND, 10 * SECOND, 2 * HOUR) == Penalty(2.0, again := 20 * SECOND + 2 * HOUR, 1, again)


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    assert decayed(Penalty(64.0, HOUR, 6, 0), 0, FLAP) == Penalty(64.0, HOUR, 6, 0)


@given(st.lists(st.integers(0, 2 * HOUR), min_size=1, max_size=40))
def test_a_penalty_stays_between_one_and_the_most_and_always_ends(gaps: list[int]) -> None:
    penalty = after(*gaps)
    assert 1 < penalty.value <= MOST
    assert 1 <= penalty.flaps <= len(gaps)
    assert is_over(penalty, penalty.at + HOUR, FLAP)


@given(st.floats(1.01, MOST), st.integers(0, HOUR), st.integers(0, HOUR))
def test_decaying_twice_is_decaying_once(value: float, first: int, second: int) -> None:
    once = decayed(Penalty(value, 0, 3, 0), first + second, FLAP)
    twice = decayed(decayed(Penalty(value, 0, 3, 0), first, FLAP), first + second, FLAP)
    assert twice.at == once.at
    assert twice.value == pytest.approx(once.value)


def test_figures_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError):
        Flapping(below=3.0)
    with pytest.raises(ValidationError):
        Flapping(above=1.2)
