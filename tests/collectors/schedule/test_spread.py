"""Turns are spread evenly, are the same at every start, and are dropped rather than piled up."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.schedule.spread import next_slot, phase


def test_a_devices_place_in_the_interval_never_changes() -> None:
    assert phase("530627-R1", 60.0) == phase("530627-R1", 60.0)
    assert phase("530627-R1", 60.0) != phase("530627-R2", 60.0)


def test_a_province_is_spread_evenly_over_the_minute() -> None:
    seconds = [0] * 60
    for number in range(2_674):
        seconds[int(phase(f"device-{number}", 60.0))] += 1
    assert max(seconds) < 2 * 2_674 / 60
    assert min(seconds) > 2_674 / 60 / 2


times = st.floats(min_value=0, max_value=1e6, allow_nan=False)


@given(last=st.integers(0, 1000), late=st.floats(0, 500), at=st.floats(0, 60))
def test_the_next_turn_is_later_than_now_and_less_than_one_interval_away(last: int, late: float, at: float) -> None:
    after = at + last * 10.0
    now = after + late
    slot = next_slot(after, now, at, 10.0, 6)
    assert now < slot.when + 1e-6
    assert slot.when <= now + 10.0 + 1e-6
    assert slot.skipped >= 0


def test_every_sixth_turn_is_full_when_nothing_is_late() -> None:
    when, full = 5.0, []
    for _ in range(12):
        slot = next_slot(when, when + 0.01, 5.0, 10.0, 6)
        when = slot.when
        full.append(slot.full)
    assert full.count(True) == 2
    assert full.index(True) == 5


def test_a_full_turn_among_dropped_ones_is_made_up_for() -> None:
    # The turns at 60 (full) and 70 are dropped, the one at 80 takes the full one's place.
    slot = next_slot(50.0, 75.0, 0.0, 10.0, 6)
    assert (slot.when, slot.full, slot.skipped) == (80.0, True, 2)
