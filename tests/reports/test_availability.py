"""The ledger: what others got wrong (a whole window subtracted, open outages forgotten) can't happen here."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.messages import State
from reports.availability import Ledger, ledger, outages
from reports.shares import Share
from tests.reports.test_segments import TIMELINES, WINDOW
from tests.reports.timelines import Span, down, maintenance, unknown, unreachable, up

MONTH = 30 * DAY


def test_a_month_in_service_is_100_percent() -> None:
    found = ledger([up(0, MONTH)], 0, MONTH)
    assert found == Ledger(up=MONTH)
    assert [found.raw.text, found.assessed.text, found.own.text, found.completeness.text] == ["100.000"] * 4


def test_maintenance_another_day_takes_nothing_off_an_outage() -> None:
    """3 h of outage and 4 h of planned work on another day: once reported elsewhere as −1 h and 100.134 %."""
    found = ledger(
        [up(0, DAY), down(DAY, DAY + 3 * HOUR), up(DAY + 3 * HOUR, 5 * DAY), maintenance(5 * DAY, 5 * DAY + 4 * HOUR),
         up(5 * DAY + 4 * HOUR, MONTH)], 0, MONTH
    )  # fmt: skip
    assert found.lost == 3 * HOUR
    assert found.maintenance == 4 * HOUR
    assert found.assessed == Share(MONTH - 7 * HOUR, MONTH - 4 * HOUR)
    assert found.assessed.text == "99.581"
    assert found.raw.text == "99.027"


def test_only_the_part_of_an_outage_inside_planned_work_is_planned() -> None:
    found = ledger([up(0, 100), down(10, 50), maintenance(30, 80)], 0, 100)
    assert (found.down, found.maintenance, found.up) == (20, 20, 60)


def test_an_outage_still_open_counts_to_the_windows_end() -> None:
    """Once never selected elsewhere: 100 % for a site that was out all month."""
    spans = [up(0, 10 * DAY), down(10 * DAY, None, "r1")]
    assert ledger(spans, 0, MONTH).down == 20 * DAY
    (outage,) = outages(spans, 0, MONTH)
    assert (outage.start, outage.end, outage.recovered, outage.cause) == (10 * DAY, MONTH, False, "r1")


def test_a_site_that_is_cut_off_is_not_up() -> None:
    found = ledger([up(0, 60), unreachable(60, 100, "county-a")], 0, 100)
    assert found.assessed.text == "60.000"
    assert found.own.text == "100.000"


def test_own_and_upstream_faults_are_told_apart() -> None:
    found = ledger([up(0, 70), down(70, 80), unreachable(80, 100)], 0, 100)
    assert (found.down, found.unreachable) == (10, 20)
    assert found.own.text == "90.000"
    assert found.assessed.text == "70.000"


def test_time_not_observed_is_neither_up_nor_down() -> None:
    found = ledger([up(10, 40), down(40, 50)], 0, 100)
    assert (found.unknown, found.due) == (60, 40)
    assert found.assessed.text == "75.000"
    assert found.completeness.text == "40.000"


def test_without_any_observation_there_is_no_figure() -> None:
    found = ledger([unknown(0, 100)], 0, 100)
    assert [found.raw.text, found.assessed.text, found.own.text] == ["—"] * 3
    assert found.completeness.text == "0.000"
    assert found.assessed.ratio is None
    assert not found.assessed.reaches(Decimal("0.001"))


def test_a_month_of_planned_work_has_no_assessed_figure() -> None:
    found = ledger([maintenance(0, 100)], 0, 100)
    assert found.assessed.text == "—"
    assert found.raw.text == "0.000"
    assert found.completeness.text == "100.000"


@pytest.mark.parametrize("objects", [1, 2_511])
def test_one_lost_millisecond_never_shows_as_100_percent(objects: int) -> None:
    share = Share(MONTH * objects - 1, MONTH * objects)
    assert share.text == "99.999"
    assert share.ratio == 0.99999
    assert not share.reaches(Decimal(100))


def test_a_target_is_met_exactly_at_its_limit() -> None:
    assert Share(99_950, 100_000).reaches(Decimal("99.95"))
    assert not Share(99_949, 100_000).reaches(Decimal("99.95"))
    assert not Share(999_499_999, 1_000_000_000).reaches(Decimal("99.95"))


def test_shares_compare_as_fractions_and_no_figure_comes_last() -> None:
    assert sorted([Share(0, 0), Share(2, 3), Share(1, 3)], key=lambda share: share)[0] == Share(2, 6)
    assert sorted([Share(0, 0), Share(2, 3)])[-1] == Share(0, 0)
    assert Share(1, 2) == Share(50, 100)
    with pytest.raises(ValueError):
        Share(2, 1)
    with pytest.raises(ValueError):
        Share(-1, 1)


# Outages and flashes ---------------------------------------------------------------------------------------------


def test_a_break_below_a_minute_is_a_flash_and_its_time_is_lost_all_the_same() -> None:
    spans = [up(0, HOUR), down(HOUR, HOUR + 59_999), up(HOUR + 59_999, DAY)]
    (flash,) = outages(spans, 0, DAY)
    assert flash.is_flash
    assert ledger(spans, 0, DAY).down == 59_999
    (outage,) = outages([up(0, HOUR), down(HOUR, HOUR + MINUTE), up(HOUR + MINUTE, DAY)], 0, DAY)
    assert not outage.is_flash


def test_a_short_piece_of_an_outage_at_the_windows_edge_is_no_flash() -> None:
    before, after = outages([down(-HOUR, 10 * SECOND), up(10 * SECOND, DAY - SECOND), down(DAY - SECOND, None)], 0, DAY)
    assert before.begun_before
    assert not before.is_flash
    assert not after.recovered
    assert not after.is_flash


def test_own_fault_that_turns_into_upstream_fault_is_one_outage() -> None:
    (outage,) = outages([up(0, 10), down(10, 30, "r1"), unreachable(30, 80, "r2"), up(80, 100)], 0, 100)
    assert (outage.start, outage.end, outage.down, outage.unreachable) == (10, 80, 20, 50)
    assert outage.cause == "r2"


def test_only_service_seen_again_ends_an_outage() -> None:
    """A restart of the platform in the middle of an outage makes neither two outages nor a flash."""
    (outage,) = outages([up(0, 10), down(10, 30), unknown(30, 40), down(40, 70), up(70, 100)], 0, 100)
    assert (outage.start, outage.end, outage.lost) == (10, 70, 50)
    (outage,) = outages([up(0, 10), down(10, 30), maintenance(30, 40), down(40, 70), up(70, 100)], 0, 100)
    assert (outage.start, outage.end, outage.lost) == (10, 70, 50)


def test_planned_work_alone_is_no_outage() -> None:
    assert outages([up(0, 10), maintenance(10, 90), up(90, 100)], 0, 100) == []


def test_an_outage_that_ends_in_the_dark_is_not_recovered() -> None:
    (outage,) = outages([up(0, 10), down(10, 30), unknown(30, 100)], 0, 100)
    assert (outage.end, outage.recovered) == (30, False)


# Properties ------------------------------------------------------------------------------------------------------


@given(TIMELINES)
def test_the_ledger_sums_exactly_to_the_window(timeline: list[Span]) -> None:
    found = ledger(timeline, 0, WINDOW)
    assert found.up + found.down + found.unreachable + found.maintenance + found.unknown == WINDOW == found.total
    assert min(found.up, found.down, found.unreachable, found.maintenance, found.unknown) >= 0


@given(TIMELINES)
def test_every_figure_lies_between_0_and_100_percent(timeline: list[Span]) -> None:
    found = ledger(timeline, 0, WINDOW)
    for share in (found.raw, found.assessed, found.own, found.completeness):
        assert share.millipercent is None or 0 <= share.millipercent <= 100_000
    if found.due:
        assert found.raw <= found.assessed <= found.own
        assert (found.assessed.text == "100.000") == (found.lost == 0)


@given(TIMELINES, st.sampled_from([State.DOWN, State.UNREACHABLE]), st.integers(0, WINDOW), st.integers(1, 300))
def test_another_outage_never_raises_a_figure(timeline: list[Span], state: State, start: int, length: int) -> None:
    before = ledger(timeline, 0, WINDOW)
    after = ledger([*timeline, Span(state, start, start + length)], 0, WINDOW)
    assert after.up <= before.up
    if before.observed and after.observed:
        assert after.raw <= before.raw
    if before.due and after.due:
        assert after.assessed <= before.assessed


@given(TIMELINES, st.integers(0, WINDOW))
def test_a_window_is_the_sum_of_its_parts(timeline: list[Span], cut: int) -> None:
    assert ledger(timeline, 0, cut) + ledger(timeline, cut, WINDOW) == ledger(timeline, 0, WINDOW)


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(1, 3 * DAY)), max_size=20), st.integers(-DAY, DAY))
def test_a_month_is_the_sum_of_its_days(stretches: list[tuple[State, int]], offset: int) -> None:
    start, end = calendar.month_bounds("2026-11")
    at, timeline = start + offset, []
    for state, length in stretches:
        timeline.append(Span(state, at, at + length))
        at += length
    first = calendar.day_of(start)
    days = [calendar.day_bounds(first + timedelta(days=day)) for day in range(30)]
    assert days[-1][1] == end
    assert sum((ledger(timeline, *day) for day in days), Ledger()) == ledger(timeline, start, end)


@given(TIMELINES)
def test_outages_hold_exactly_the_lost_time_in_order_and_apart(timeline: list[Span]) -> None:
    found = outages(timeline, 0, WINDOW)
    total = ledger(timeline, 0, WINDOW)
    assert sum(outage.down for outage in found) == total.down
    assert sum(outage.unreachable for outage in found) == total.unreachable
    for outage in found:
        assert 0 < outage.lost <= outage.end - outage.start
    for one, following in itertools.pairwise(found):
        assert one.end < following.start
        assert one.recovered
