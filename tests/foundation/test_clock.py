"""The clock: one source of time, stepped in tests."""

import pytest

from foundation.clock import DAY, HOUR, MINUTE, SECOND, SteppedClock, SystemClock


def test_a_stepped_clock_moves_only_when_told() -> None:
    clock = SteppedClock(1_000)
    assert (clock.now(), clock.monotonic()) == (1_000, 0.0)
    assert clock.advance(1_500) == 2_500
    assert (clock.now(), clock.monotonic()) == (2_500, 1.5)


def test_a_clock_is_never_stepped_back() -> None:
    clock = SteppedClock(1_000)
    with pytest.raises(ValueError, match="never stepped back"):
        clock.advance(-1)
    assert clock.now() == 1_000


def test_the_systems_clock_counts_whole_milliseconds_since_1970() -> None:
    clock = SystemClock()
    now = clock.now()
    assert isinstance(now, int)
    assert now > 1_700_000_000_000
    first, second = clock.monotonic(), clock.monotonic()
    assert second >= first


def test_units_are_milliseconds() -> None:
    assert (SECOND, MINUTE, HOUR, DAY) == (1_000, 60_000, 3_600_000, 86_400_000)
