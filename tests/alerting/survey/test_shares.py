"""Shares of packets, from bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.survey.shares import share_of_packets


def test_ten_bad_packets_of_a_thousand_are_one_percent() -> None:
    assert share_of_packets(10.0, 990 * 500 * 8, 500) == pytest.approx(1.0)


def test_no_packets_have_no_bad_share() -> None:
    assert share_of_packets(0.0, 0.0, 500) == 0.0


@given(st.floats(0, 1e6), st.floats(0, 1e11), st.integers(64, 9_000))
def test_a_share_lies_between_nothing_and_all(wrong: float, bps: float, size: int) -> None:
    assert 0.0 <= share_of_packets(wrong, bps, size) <= 100.0 + 1e-9
