"""The wait for an answer follows the device, within bounds that keep an outage from being seen too late."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.reachability.patience import ATTEMPTS, LONGEST, SHORTEST, Patience


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
