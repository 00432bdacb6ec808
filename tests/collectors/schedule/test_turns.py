"""Turns: one look a device at a time, never too many at once, urgent ones first, late ones dropped and counted."""

from prometheus_client import CollectorRegistry

from collectors.schedule.timetable import Timetable
from collectors.schedule.turns import Turns
from collectors.telemetry import Telemetry
from foundation.clock import SteppedClock


class Hall:
    """Turns on a stepped clock; looks end when the test says so."""

    def __init__(self, concurrency: int = 2, devices: int = 5) -> None:
        self.clock = SteppedClock(0)
        self.timetable = Timetable(0.0)
        self.telemetry = Telemetry(CollectorRegistry())
        self.started: list[tuple[str, bool]] = []
        self.turns = Turns(
            self.timetable, self.clock, self.telemetry, self._start, quick=10.0, ratio=6, concurrency=concurrency
        )
        for number in range(devices):
            self.turns.add(f"d{number}", float(number))

    def _start(self, device: str, full: bool, _now: float) -> None:
        self.started.append((device, full))

    def finish(self, *devices: str, recheck: float | None = None) -> None:
        for device in devices:
            self.turns.finished(device, recheck)

    def run(self, milliseconds: int) -> list[tuple[str, bool]]:
        """Let time pass in steps of a tick; what was started meanwhile."""
        before = len(self.started)
        for _ in range(milliseconds // 20):
            self.clock.advance(20)
            self.timetable.run(self.clock.monotonic())
            self.turns.start_waiting()
        return self.started[before:]


def test_the_first_sweep_takes_all_devices_in_full_a_bounded_number_at_once() -> None:
    hall = Hall(concurrency=2, devices=5)
    assert hall.run(1_000) == [("d0", True), ("d1", True)]
    hall.finish("d0")
    assert hall.started[-1] == ("d2", True), "the next one starts the moment another ends"
    assert hall.turns.inflight == 2
    assert hall.turns.waiting == 2


def test_afterwards_each_device_has_its_own_moment_and_every_sixth_turn_is_full() -> None:
    hall = Hall(concurrency=10, devices=1)
    hall.run(20)
    fulls = []
    for _ in range(12):
        hall.finish("d0")
        ((_, full),) = hall.run(10_100)
        fulls.append(full)
    assert fulls.count(True) == 2
    assert hall.telemetry.late == 0


def test_a_device_that_is_waited_for_delays_no_other() -> None:
    hall = Hall(concurrency=10, devices=3)
    hall.run(20)
    hall.finish("d1", "d2")
    assert {device for device, _ in hall.run(10_000)} == {"d1", "d2"}


def test_a_look_that_takes_too_long_drops_turns_and_never_piles_them_up() -> None:
    hall = Hall(concurrency=10, devices=1)
    hall.run(20)
    hall.finish("d0")
    hall.run(10_000)
    hall.run(35_000)
    hall.finish("d0")
    assert hall.telemetry.late == 3
    assert len(hall.run(10_000)) == 1


def test_a_hurried_device_goes_before_all_that_wait_and_is_read_in_full() -> None:
    hall = Hall(concurrency=1, devices=5)
    hall.run(20)
    hall.turns.hurry("d4")
    hall.finish("d0")
    assert hall.started[-1] == ("d4", True)
    hall.finish("d4")
    hall.run(20)
    assert [device for device, _ in hall.started] == ["d0", "d4", "d1"]


def test_hurrying_twice_is_one_look() -> None:
    hall = Hall(concurrency=10, devices=1)
    hall.run(20)
    hall.finish("d0")
    hall.turns.hurry("d0")
    hall.turns.hurry("d0")
    assert hall.run(100) == [("d0", True)]


def test_a_device_hurried_during_its_look_is_looked_at_once_more_after_it() -> None:
    hall = Hall(concurrency=10, devices=1)
    hall.run(20)
    for _ in range(3):
        hall.turns.hurry("d0")
    assert hall.run(1_000) == []
    hall.finish("d0")
    assert hall.run(1_000) == [] or hall.started[-1] == ("d0", True)
    assert len(hall.started) == 2


def test_a_hurry_for_an_unknown_device_is_ignored() -> None:
    hall = Hall()
    hall.turns.hurry("nobody")


def test_a_device_that_is_down_is_looked_at_by_its_own_pace_and_counts_no_late_turns() -> None:
    hall = Hall(concurrency=10, devices=1)
    hall.run(20)
    hall.finish("d0", recheck=30.0)
    assert hall.run(29_900) == []
    assert len(hall.run(300)) == 1
    hall.finish("d0")
    assert hall.telemetry.late == 0


def test_lateness_tells_how_long_the_oldest_has_waited() -> None:
    hall = Hall(concurrency=1, devices=2)
    hall.run(3_000)
    assert 2.9 < hall.turns.lateness < 3.1
    hall.finish("d0")
    assert hall.turns.lateness == 0.0
