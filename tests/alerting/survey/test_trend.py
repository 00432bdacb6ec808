"""A line through the past, and when it reaches a limit."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.survey.trend import LEAST_POINTS, LEAST_SHARE, trend_of

whole = st.integers(-1_000, 1_000)


@given(whole, st.integers(-50, 50), st.integers(LEAST_POINTS, 40))
def test_points_of_a_line_give_the_line(level: int, slope: int, count: int) -> None:
    found = trend_of([float(level + slope * (position - count + 1)) for position in range(count)])
    assert found is not None
    assert found.level == pytest.approx(level, abs=1e-6)
    assert found.slope == pytest.approx(slope, abs=1e-6)
    assert found.fit == pytest.approx(1.0 if slope else 0.0)


@given(st.lists(st.none() | st.integers(0, 100).map(float), max_size=40))
def test_too_few_values_tell_no_trend_and_any_other_a_share_between_nothing_and_all(values: list[float | None]) -> None:
    known = sum(value is not None for value in values)
    found = trend_of(values)
    if known < LEAST_POINTS or known < LEAST_SHARE * len(values):
        assert found is None
    else:
        assert found is not None
        assert -1e-9 <= found.fit <= 1 + 1e-9


def test_a_gap_in_a_line_changes_nothing() -> None:
    found = trend_of([10.0, 20.0, None, 40.0, None, 60.0, 70.0])
    assert found is not None
    assert [found.level, found.slope, found.fit] == pytest.approx([70.0, 10.0, 1.0])


def test_a_limit_is_reached_now_later_or_never() -> None:
    rising = trend_of([50.0, 60.0, 70.0, 80.0, 90.0])
    falling = trend_of([90.0, 80.0, 70.0, 60.0, 50.0])
    level = trend_of([50.0] * 5)
    assert rising is not None
    assert falling is not None
    assert level is not None
    assert rising.steps_until(95.0) == pytest.approx(0.5)
    assert rising.steps_until(80.0) == 0.0
    assert falling.steps_until(95.0) == level.steps_until(95.0) == math.inf


def test_noise_around_a_level_is_explained_by_no_line() -> None:
    found = trend_of([50.0, 52.0, 49.0, 51.0, 50.0, 48.0, 52.0, 50.0])
    assert found is not None
    assert found.fit < 0.1
