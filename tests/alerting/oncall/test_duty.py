"""The rotation over a whole year: everyone serves equally, and hands over at 08:30 exactly."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.oncall.duty import Absence, Centre, DutyRole, Person, duty_at
from foundation.calendar import day_bounds, parse
from foundation.clock import DAY, HOUR, MINUTE

ANCHOR = date(2026, 1, 1)


def team(operators: int, leaders: int = 2, hours: int = 24, handover: time = time(8, 30)) -> Centre:
    """A centre with so many people."""
    names = [f"o{number}" for number in range(operators)] + [f"l{number}" for number in range(leaders)] + ["d"]
    people = {name: Person(name, name, "10000000000") for name in names}
    return Centre("530000", people, tuple(names[:operators]), tuple(names[operators:-1]), "d", ANCHOR, hours, handover)


centres = st.builds(
    team,
    st.integers(1, 9),
    st.integers(1, 5),
    st.sampled_from([12, 24]),
    st.sampled_from([time(8, 30), time(0, 0), time(23, 59)]),
)
moments = st.integers(day_bounds(date(2025, 1, 1))[0], day_bounds(date(2028, 1, 1))[0])


@given(centres, moments)
def test_a_duty_holds_from_its_hand_over_to_the_next_and_no_longer(centre: Centre, now: int) -> None:
    duty = duty_at(centre, now)
    assert duty.since <= now < duty.until
    assert duty.until - duty.since == centre.shift_hours * HOUR
    assert duty_at(centre, duty.since) == duty == duty_at(centre, duty.until - 1)
    following = duty_at(centre, duty.until)
    assert following.since == duty.until


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(1, 9), st.integers(1, 5), st.sampled_from([12, 24]))
def test_over_a_year_everyone_serves_equally(operators: int, leaders: int, hours: int) -> None:
    """Within one duty of each other, and with 12-hour shifts as many nights as days, give or take one."""
    centre = team(operators, leaders, hours)
    start = parse("2026-01-01 08:30")
    duties = [duty_at(centre, start + step * hours * HOUR) for step in range(365 * 24 // hours)]
    days = duties[:: 24 // hours]
    nights = duties[1::2] if hours == 12 else []
    for served in (days, nights):
        counts = Counter(duty.operator.id for duty in served)
        if served:
            assert len(counts) == operators
            assert max(counts.values()) - min(counts.values()) <= 1
    led = Counter(duty.leader.id for duty in days)
    assert len(led) == leaders
    assert max(led.values()) - min(led.values()) <= 1


@pytest.mark.parametrize("operators", range(2, 10))
def test_nobody_serves_the_day_and_the_night_of_one_duty_day(operators: int) -> None:
    centre = team(operators, hours=12)
    for day in range(60):
        start = parse("2026-03-01 08:30") + day * DAY
        assert duty_at(centre, start).operator != duty_at(centre, start + 12 * HOUR).operator


def test_the_hand_over_is_at_half_past_eight_local_time_to_the_millisecond() -> None:
    centre = team(3)
    before = duty_at(centre, parse("2026-11-24 08:30") - 1)
    after = duty_at(centre, parse("2026-11-24 08:30"))
    assert before.operator != after.operator
    assert before.until == parse("2026-11-24 08:30") == after.since


def test_the_first_operator_serves_on_the_anchor_and_before_it_the_last() -> None:
    centre = team(3)
    assert duty_at(centre, parse("2026-01-01 12:00")).operator.id == "o0"
    assert duty_at(centre, parse("2026-01-01 08:29")).operator.id == "o2"


def test_weekends_change_nothing() -> None:
    """Duty days are counted, so a rotation of seven does not give anyone every Saturday of a rotation of five."""
    centre = team(5)
    start = parse("2026-01-03 12:00")  # a Saturday
    saturdays = {duty_at(centre, start + week * 7 * DAY).operator.id for week in range(5)}
    assert saturdays == {"o0", "o1", "o2", "o3", "o4"}


def test_who_is_on_leave_is_not_called() -> None:
    absence = Absence("o0", date(2026, 1, 1), date(2026, 1, 2), "o1")
    centre = replace(team(3), absences=(absence,))
    assert duty_at(centre, parse("2026-01-01 12:00")).operator.id == "o1"
    assert duty_at(centre, parse("2026-01-04 12:00")).operator.id == "o0"


def test_a_substitute_on_leave_is_substituted_in_turn_and_a_circle_ends() -> None:
    day = date(2026, 1, 1)
    chain = (Absence("o0", day, day, "o1"), Absence("o1", day, day, "o2"))
    assert duty_at(replace(team(3), absences=chain), parse("2026-01-01 12:00")).operator.id == "o2"
    circle = (*chain, Absence("o2", day, day, "o0"))
    assert duty_at(replace(team(3), absences=circle), parse("2026-01-01 12:00")).operator.id in {"o0", "o1", "o2"}


def test_a_leave_counts_in_duty_days_so_it_lasts_into_the_next_morning() -> None:
    absence = Absence("o0", date(2026, 1, 1), date(2026, 1, 1), "o1")
    centre = replace(team(3), absences=(absence,))
    assert duty_at(centre, parse("2026-01-02 08:29")).operator.id == "o1"


def test_each_role_has_its_holder() -> None:
    duty = duty_at(team(2), parse("2026-01-01 12:00"))
    assert [duty.holder(role).id for role in DutyRole] == ["o0", "l0", "d"]


def test_asia_shanghai_keeps_no_summer_time() -> None:
    """Every duty of two years is exactly 24 hours long."""
    centre = team(3)
    now = parse("2026-01-01 08:30")
    for _ in range(730):
        duty = duty_at(centre, now)
        assert duty.until - duty.since == DAY
        now = duty.until
    assert now == parse("2026-01-01 08:30") + 730 * DAY
    assert timedelta(milliseconds=MINUTE) == timedelta(minutes=1)
