"""The calendar: the only bridge between instants (UTC) and the province's local time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import calendar
from foundation.clock import DAY, HOUR

INSTANTS = st.integers(0, calendar.instant(datetime(2200, 1, 1, tzinfo=UTC)))
DAYS = st.dates(date(1992, 1, 1), date(2199, 12, 31))
"""From 1992 on there is no summer time in Asia/Shanghai."""


@given(INSTANTS)
def test_an_instant_survives_the_way_to_local_time_and_back(moment: int) -> None:
    assert calendar.instant(calendar.local(moment)) == moment


@given(INSTANTS)
def test_every_instant_lies_in_its_own_day_and_month(moment: int) -> None:
    start, end = calendar.day_bounds(calendar.day_of(moment))
    assert start <= moment < end
    start, end = calendar.month_bounds(calendar.month_of(moment))
    assert start <= moment < end


@given(DAYS)
def test_days_are_24_hours_and_follow_each_other_without_a_gap(day: date) -> None:
    start, end = calendar.day_bounds(day)
    assert end - start == DAY
    assert calendar.day_bounds(day + timedelta(days=1))[0] == end


@given(DAYS)
def test_a_month_is_exactly_its_days(day: date) -> None:
    start, end = calendar.month_bounds(f"{day:%Y-%m}")
    assert start == calendar.day_bounds(day.replace(day=1))[0]
    assert calendar.day_of(end - 1).month == day.month
    assert calendar.day_of(end).day == 1


def test_midnight_in_yunnan_is_four_in_the_afternoon_of_the_day_before_in_utc() -> None:
    start, end = calendar.month_bounds("2026-12")
    assert datetime.fromtimestamp(start / 1000, UTC) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert datetime.fromtimestamp(end / 1000, UTC) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_a_day_with_summer_time_has_its_own_length() -> None:
    """China's clocks went forward on 1986-05-04; old records must not shift the bounds."""
    start, end = calendar.day_bounds(date(1986, 5, 4))
    assert end - start == DAY - HOUR


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "", "2026/11", "二〇二六", "9999-12"]
)
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="a month is written like"):
        calendar.month_bounds(text)


def test_a_time_without_an_offset_is_local() -> None:
    assert calendar.parse("2026-11-24 14:30") == calendar.parse("2026-11-24T06:30:00+00:00")


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError):
        calendar.parse("yesterday")


def test_instants_are_written_in_local_time() -> None:
    assert calendar.stamp(calendar.parse("2026-11-24T06:32:07.999+00:00")) == "2026-11-24 14:32:07"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "00:00:00"),
        (999, "00:00:00"),
        (761_000, "00:12:41"),
        (DAY - 1, "23:59:59"),
        (DAY, "1d 00:00:00"),
        (3 * DAY + 14_706_000, "3d 04:05:06"),
        (-5_000, "00:00:00"),
    ],
)
def test_lengths_of_time_are_written_for_people(milliseconds: int, text: str) -> None:
    assert calendar.duration(milliseconds) == text


@given(st.integers(0, 400 * DAY))
def test_a_written_length_reads_back_to_the_second(milliseconds: int) -> None:
    text = calendar.duration(milliseconds)
    days, clock = text.split("d ") if "d " in text else ("0", text)
    hours, minutes, seconds = map(int, clock.split(":"))
    assert hours < 24
    assert minutes < 60
    assert seconds < 60
    assert int(days) * 86_400 + hours * 3_600 + minutes * 60 + seconds == milliseconds // 1000
