"""The wait for an answer follows the device, within bounds that keep an outage from being seen too late."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from collectors.reachability.patience import ATTEMPTS, LONGEST, MOST_ATTEMPTS, SHORTEST, Patience


@given(st.lists(st.floats(min_value=0.0001, max_value=60), max_size=40), st.integers(0, ATTEMPTS - 1))
def test_every_wait_stays_between_the_bounds(round_trips: list[float], attempt: int) -> None:
    patience = Patience(1.5)
    for round_trip in round_trips:
        patience.answered(round_trip)
    assert SHORTEST <= patience.attempt(attempt) <= LONGEST


@given(st.lists(st.floats(min_value=0.0001, max_value=60), max_size=40))
def test_a_miss_is_decided_within_twelve_seconds_whatever_the_device_did_before(round_trips: list[float]) -> None:
    patience = Patience(1.5)
    for round_trip in round_trips:
        patience.answered(round_trip)
    assert sum(patience.attempt(number) for number in range(ATTEMPTS)) <= 12.0


def test_a_device_near_by_is_missed_in_less_than_six_seconds_and_more_than_four() -> None:
    patience = Patience(1.5)
    for _ in range(50):
        patience.answered(0.002)
    assert 4.0 < sum(patience.attempt(number) for number in range(ATTEMPTS)) < 6.0


def test_a_slow_device_is_waited_for_longer_than_its_round_trip() -> None:
    patience = Patience(1.5)
    for _ in range(50):
        patience.answered(1.2)
    assert 1.2 < patience.wait < LONGEST


def test_a_device_that_was_down_is_met_with_the_first_wait_again() -> None:
    patience = Patience(1.5)
    patience.answered(0.001)
    assert patience.wait == SHORTEST
    patience.forget()
    assert patience.wait == 1.5


def test_a_line_that_loses_packets_is_asked_more_often_before_its_device_counts_as_missed() -> None:
    chance = Random(7)
    patience = Patience(1.5)
    for _ in range(400):
        lost = 0
        while chance.random() < 0.0975:  # five percent each way
            lost += 1
        patience.answered(0.3)
        if lost:
            patience.lost(lost)
    assert 0.04 < patience.loss < 0.2
    assert patience.attempts >= 6
    assert patience.loss**patience.attempts < 1e-6


def test_the_additional_attempts_wait_no_longer_than_the_first() -> None:
    patience = Patience(1.5)
    patience.answered(0.3)
    assert patience.attempt(ATTEMPTS) == patience.attempt(0) <= patience.attempt(1)


def test_a_device_that_lost_nothing_for_long_is_asked_as_often_as_any() -> None:
    patience = Patience(1.5)
    patience.answered(0.01)
    patience.lost(2)
    assert ATTEMPTS < patience.attempts <= MOST_ATTEMPTS
    for _ in range(300):
        patience.answered(0.01)
    assert (patience.attempts, patience.loss) == (ATTEMPTS, 0.0)


def test_a_wait_that_is_remembered_is_the_one_it_begins_with() -> None:
    patience = Patience(1.5)
    patience.remember(0.2, 0.9)
    assert (patience.wait, patience.mean) == (0.9, 0.2)
    patience.answered(0.2)
    assert 0.3 < patience.wait <= 0.9


def test_a_remembered_wait_that_cannot_be_is_passed_over() -> None:
    patience = Patience(1.5)
    for round_trip, wait in ((-1.0, 0.5), (0.0, 0.5), (99.0, 0.5), (0.2, 0.0), (0.2, 60.0), (float("nan"), 1.0)):
        patience.remember(round_trip, wait)
    assert (patience.wait, patience.mean) == (1.5, None)


def test_the_additional_attempts_take_little_time_altogether() -> None:
    patience = Patience(1.5)
    patience.answered(0.9)
    patience.lost(3)
    assert patience.wait >= 2
    assert (patience.attempts - ATTEMPTS) * patience.wait <= 3
