"""A restart is seen, the wrap of sysUpTime after 497 days is none."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.uptime import WRAP, Clockwork, compare, seconds_between

DAY_TICKS = 24 * 3600 * 100


@given(before=st.integers(0, WRAP - 1), elapsed=st.floats(0, 7 * 86_400), drift=st.floats(-0.01, 0.01))
def test_a_clock_that_moves_with_ours_is_steady_wherever_it_wraps(before: int, elapsed: float, drift: float) -> None:
    after = (before + round(elapsed * (1 + drift) * 100)) % WRAP
    assert compare(before, after, elapsed) is Clockwork.STEADY


@given(before=st.integers(10 * DAY_TICKS, 490 * DAY_TICKS), elapsed=st.floats(30, 86_400), since=st.floats(0, 1))
def test_an_agent_that_began_anew_since_the_last_look_restarted(before: int, elapsed: float, since: float) -> None:
    assert compare(before, round(elapsed * since * 100), elapsed) is Clockwork.RESTARTED


def test_the_wrap_after_497_days_is_no_restart() -> None:
    assert compare(WRAP - 3_000, 3_000, 60.0) is Clockwork.STEADY
    assert seconds_between(WRAP - 3_000, 3_000) == 60.0


def test_a_restart_shortly_before_the_wrap_is_a_restart() -> None:
    # 30 s before its wrap, the agent restarts; a minute later its clock shows 25 s.
    assert compare(WRAP - 3_000, 2_500, 120.0) is Clockwork.RESTARTED


def test_an_agent_that_restarted_soon_after_its_start_is_seen_though_its_clock_rose() -> None:
    assert compare(1_000, 4_000, 60.0) is Clockwork.RESTARTED


def test_a_clock_that_stands_still_is_no_restart() -> None:
    assert compare(500, 500, 60.0) is Clockwork.JUMPED


def test_a_clock_that_jumps_ahead_is_no_restart() -> None:
    assert compare(100_000, 900_000_000, 60.0) is Clockwork.JUMPED


def test_a_clock_that_falls_back_to_more_than_the_time_passed_began_anew_elsewhere() -> None:
    # Another supervisor took over, up for 100 days: the counters began anew.
    assert compare(200 * DAY_TICKS, 100 * DAY_TICKS, 60.0) is Clockwork.RESTARTED
