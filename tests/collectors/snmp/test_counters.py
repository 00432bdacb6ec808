"""Rates: right where they can be known, absent where they can't, and never a spike."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collectors.snmp.counters import COUNTER32, COUNTER64, TOLERANCE, Sample, rates
from foundation.messages import CounterVerdict

GIGABIT = 1_000_000_000


def sample(
    octets_in: int | None = 0, octets_out: int | None = 0, errors: int | None = 0, discontinuity: int | None = 0
) -> Sample:
    return (octets_in, octets_out, errors, errors, 0, 0, discontinuity)


count32 = st.integers(0, COUNTER32 - 1)
count64 = st.integers(0, 2**64 - 1)
maybe = st.one_of(st.none(), count64)
samples = st.tuples(maybe, maybe, maybe, maybe, maybe, maybe, maybe)
speeds = st.sampled_from([0, 64_000, 10_000_000, 100_000_000, GIGABIT, 100 * GIGABIT, 400 * GIGABIT])
intervals = st.floats(min_value=2.0, max_value=600.0)


@pytest.mark.slow
@settings(max_examples=60)
@given(before=samples, after=samples, seconds=intervals, speed=speeds, wide=st.booleans())
def test_whatever_an_agent_sends_no_rate_is_negative_or_beyond_the_speed(
    before: Sample, after: Sample, seconds: float, speed: int, wide: bool
) -> None:
    verdict, in_bps, out_bps, *packets = rates(before, after, seconds, speed, wide)
    limit = (speed or 1.6e12) * TOLERANCE * (1 + 1e-9)
    for bits in (in_bps, out_bps):
        assert bits is None or 0 <= bits <= limit
    for rate in packets:
        assert rate is None or 0 <= rate <= limit / 512
    if verdict in {CounterVerdict.RESET, CounterVerdict.DISCONTINUITY, CounterVerdict.CORRUPT}:
        assert [in_bps, out_bps, *packets] == [None] * 6


@given(start=count64, moved=st.integers(0, GIGABIT // 8 * 60), errors=st.integers(0, 1000))
def test_a_64_bit_counter_that_moved_as_far_as_the_line_can_gives_exactly_its_rate(
    start: int, moved: int, errors: int
) -> None:
    assume(start + moved < 2**64)
    verdict, in_bps, _, in_errors, *_ = rates(
        sample(start), sample(start + moved, errors=errors), 60.0, GIGABIT, wide=True
    )
    assert verdict is CounterVerdict.NORMAL
    assert in_bps == moved * 8 / 60.0
    assert in_errors == errors / 60.0


@given(start=count32, moved=st.integers(0, 100_000_000 // 8 * 60))
def test_a_32_bit_counter_gives_the_same_rate_whether_it_passed_its_end_or_not(start: int, moved: int) -> None:
    end = (start + moved) % COUNTER32
    verdict, in_bps, *_ = rates(sample(start), sample(end), 60.0, 100_000_000, wide=False)
    assert in_bps == moved * 8 / 60.0
    assert verdict is (CounterVerdict.NORMAL if end >= start else CounterVerdict.WRAP)


@given(before=count64, after=count64, seconds=intervals, speed=speeds)
def test_a_64_bit_counter_that_fell_from_anywhere_but_its_very_end_is_a_reset(
    before: int, after: int, seconds: float, speed: int
) -> None:
    assume(after < before < COUNTER64 - 400 * GIGABIT // 8 * TOLERANCE * 600)
    assert rates(sample(before), sample(after), seconds, speed, wide=True)[0] is CounterVerdict.RESET


@given(left=st.integers(1, GIGABIT // 8 * 30), moved=st.integers(0, GIGABIT // 8 * 30))
def test_a_64_bit_counter_that_passed_its_end_gives_its_rate(left: int, moved: int) -> None:
    verdict, in_bps, *_ = rates(sample(COUNTER64 - left), sample(moved), 60.0, GIGABIT, wide=True)
    assert (verdict, in_bps) == (CounterVerdict.WRAP, (left + moved) * 8 / 60.0)


def test_a_counter_that_fell_on_an_interface_of_unknown_speed_is_never_taken_for_a_wrap() -> None:
    assert rates(sample(COUNTER32 - 1), sample(1), 60.0, 0, wide=False)[0] is CounterVerdict.RESET
    assert rates(sample(COUNTER64 - 1), sample(1), 60.0, 0, wide=True)[0] is CounterVerdict.RESET


@given(
    before=samples,
    after=samples,
    seconds=intervals,
    speed=st.sampled_from([0, 100 * GIGABIT]),
    stamps=st.lists(st.integers(0, COUNTER32 - 1), min_size=2, max_size=2, unique=True),
)
def test_whatever_the_counters_did_a_moved_stamp_is_a_discontinuity(
    before: Sample, after: Sample, seconds: float, speed: int, stamps: list[int]
) -> None:
    old: Sample = (*before[:6], stamps[0])
    new: Sample = (*after[:6], stamps[1])
    assert rates(old, new, seconds, speed, wide=True)[0] is CounterVerdict.DISCONTINUITY


def test_a_32_bit_counter_that_fell_from_the_middle_was_reset() -> None:
    before, after = sample(COUNTER32 // 2), sample(1_000)
    assert rates(before, after, 60.0, 100_000_000, wide=False)[0] is CounterVerdict.RESET


def test_a_32_bit_counter_on_a_line_that_can_pass_its_end_unseen_tells_nothing() -> None:
    assert rates(sample(0), sample(1_000), 60.0, GIGABIT, wide=False)[0] is CounterVerdict.CORRUPT


def test_an_error_counter_that_was_cleared_by_hand_is_a_reset_not_four_billion_errors() -> None:
    before, after = sample(100, errors=5), sample(200, errors=0)
    assert rates(before, after, 60.0, 100 * GIGABIT, wide=True)[0] is CounterVerdict.RESET


def test_a_discontinuity_stamp_that_moved_leaves_no_rate_even_if_the_counters_rose() -> None:
    before, after = sample(100, discontinuity=0), sample(200, discontinuity=5_000)
    assert rates(before, after, 60.0, GIGABIT, wide=True) == (CounterVerdict.DISCONTINUITY, *[None] * 6)


def test_a_32_bit_counter_that_was_never_32_bit_is_no_wrap() -> None:
    assert rates(sample(2**40), sample(0), 60.0, 100_000_000, wide=False)[0] is CounterVerdict.RESET


def test_more_octets_than_the_line_carries_are_corrupt() -> None:
    before, after = sample(0), sample(10**15)
    assert rates(before, after, 60.0, GIGABIT, wide=True)[0] is CounterVerdict.CORRUPT


def test_absent_counters_have_no_rate_and_spoil_no_other() -> None:
    verdict, in_bps, out_bps, in_errors, *_ = rates(
        sample(0, None, None), sample(600, None, None), 60.0, GIGABIT, wide=True
    )
    assert (verdict, in_bps, out_bps, in_errors) == (CounterVerdict.NORMAL, 80.0, None, None)


def test_a_string_in_a_counters_place_is_corrupt() -> None:
    broken: Sample = (b"12", 0, 0, 0, 0, 0, 0)  # type: ignore[assignment]
    assert rates(sample(0), broken, 60.0, GIGABIT, wide=True)[0] is CounterVerdict.CORRUPT
