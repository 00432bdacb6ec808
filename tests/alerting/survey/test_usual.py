"""What is usual at an hour."""

from hypothesis import given
from hypothesis import strategies as st

from alerting.survey.usual import Usual, usual_of


def test_one_strange_week_moves_nothing() -> None:
    found = usual_of([20.0, 22.0, 95.0, 18.0, 20.0])
    assert found is not None
    assert found.middle == 20.0
    assert found.spread < 5.0


def test_the_floor_counts_where_the_past_was_the_same_every_week() -> None:
    assert Usual(20.0, 0.0).bound(4.0, floor=15.0) == 15.0
    assert Usual(20.0, 10.0).bound(4.0, floor=15.0) == 40.0


@given(st.lists(st.none() | st.floats(0, 1e12), max_size=12))
def test_nothing_is_usual_without_two_weeks_and_half_of_those_asked_for(past: list[float | None]) -> None:
    known = [value for value in past if value is not None]
    found = usual_of(past)
    if len(known) < 2 or 2 * len(known) < len(past):
        assert found is None
    else:
        assert found is not None
        assert min(known) <= found.middle <= max(known)
        assert found.spread >= 0
