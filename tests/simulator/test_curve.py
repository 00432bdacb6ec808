"""The daily curve and its exact integral."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from foundation.calendar import parse
from foundation.clock import DAY, HOUR, SECOND
from simulator.curve import EPOCH, Moment, Wobble, load, work
from simulator.meters import Meter

instants = st.integers(EPOCH, EPOCH + 20 * 365 * DAY)
wobbles = st.randoms(use_true_random=False).map(Wobble.of)


def test_office_hours_are_busy_in_the_provinces_own_time_and_nights_and_weekends_are_calm() -> None:
    busy, noon, night = (load(parse(f"2026-11-24 {hour}")) for hour in ("10:00", "13:00", "03:00"))
    saturday = load(parse("2026-11-28 10:00"))
    assert busy == 1.0
    assert night < saturday < noon < busy


@given(instants)
def test_work_is_the_integral_of_the_load(now: int) -> None:
    step = 10 * SECOND
    midpoint = load(now + step // 2)
    # Straight lines: over a step the midpoint rule is exact but at a knot, where it is off by the bend.
    assert abs((work(now + step) - work(now)) - midpoint * step / 1000) < 0.05


@given(instants, st.integers(1, 30 * DAY))
def test_work_and_its_wobbled_form_never_fall(now: int, later: int) -> None:
    wobble = Wobble.of(Random(now))
    assert work(now + later) > work(now)
    assert wobble.integral(work(now + later)) > wobble.integral(work(now))


@given(wobbles, instants)
def test_wobbles_change_the_rate_by_at_most_a_quarter(wobble: Wobble, now: int) -> None:
    ahead, here = work(now + HOUR), work(now)
    ratio = (wobble.integral(here + 1) - wobble.integral(here)) / 1
    assert 0.749 < ratio < 1.251
    assert -1 <= wobble.sway(ahead) <= 1


@given(
    wobbles,
    st.lists(st.tuples(st.integers(0, 3 * DAY), st.floats(0, 1e9), st.floats(0, 1e6), st.booleans()), max_size=12),
)
def test_a_meter_read_twice_is_equal_and_never_falls_whatever_turns_it_takes(
    wobble: Wobble, turns: list[tuple[int, float, float, bool]]
) -> None:
    meter = Meter(wobble, curve=1e6)
    now, last = parse("2026-11-20 00:00"), 0.0
    for wait, curve, flat, turn in turns:
        now += wait
        moment = Moment(now)
        total = meter.total(moment)
        assert total == meter.total(Moment(now)) >= last
        if turn:
            meter.turn(moment, curve=curve, flat=flat)
            assert meter.total(moment) == total
        last = total


def test_a_stopped_meter_stands_still_and_a_flat_one_rises_evenly() -> None:
    meter = Meter(Wobble.of(Random(1)), curve=1e6)
    start = Moment(parse("2026-11-24 10:00"))
    meter.turn(start, curve=0.0)
    assert not meter.running
    stood = meter.total(start)
    later = Moment(start.now + HOUR)
    assert meter.total(later) == stood
    meter.turn(later, curve=0.0, flat=100.0)
    assert meter.total(Moment(later.now + 10 * SECOND)) == stood + 1000
