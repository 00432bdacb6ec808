"""Who holds up whom: nobody whose look is only waiting, and no site all the others."""

from prometheus_client import CollectorRegistry

from collectors.schedule.timetable import Timetable
from collectors.schedule.turns import ASIDE, Turns
from collectors.telemetry import Telemetry
from foundation.clock import SteppedClock


class Hall:
    """Turns on a stepped clock, `concurrency` looks at once, two at one site."""

    def __init__(self, sites: dict[str, str], concurrency: int = 4) -> None:
        self.clock = SteppedClock(0)
        self.timetable = Timetable(0.0)
        self.telemetry = Telemetry(CollectorRegistry())
        self.started: list[str] = []
        self.turns = Turns(
            self.timetable, self.clock, self.telemetry, self._start, quick=10.0, ratio=6, concurrency=concurrency,
            site_concurrency=2,
        )  # fmt: skip
        for number, (device, site) in enumerate(sites.items()):
            self.turns.add(device, float(number) / 10, site)

    def _start(self, device: str, _full: bool, _now: float) -> None:
        self.started.append(device)

    def run(self, milliseconds: int) -> list[str]:
        """Let time pass in steps of a tick; who was looked at meanwhile."""
        before = len(self.started)
        for _ in range(milliseconds // 20):
            self.clock.advance(20)
            self.timetable.run(self.clock.monotonic())
            self.turns.start_waiting()
        return self.started[before:]


def test_a_site_has_no_more_looks_at_once_than_its_share_and_the_others_go_on() -> None:
    hall = Hall({"a1": "a", "a2": "a", "a3": "a", "a4": "a", "b1": "b"})
    assert hall.run(100) == ["a1", "a2", "b1"]
    hall.turns.finished("a1", None)
    assert hall.started[-1] == "a3", "the next of the site begins when one of it ends"
    hall.turns.finished("b1", None)
    assert hall.started[-1] == "a3"
    hall.turns.finished("a2", None)
    hall.turns.finished("a3", None)
    assert hall.started[-1] == "a4"


def test_a_look_that_is_set_aside_makes_room_for_another() -> None:
    hall = Hall({"a1": "a", "a2": "a", "a3": "a"})
    hall.run(100)
    assert hall.started == ["a1", "a2"]
    hall.turns.set_aside("a1")
    assert hall.started == ["a1", "a2", "a3"]
    assert hall.turns.inflight == 3, "it is still under way"
    for device in hall.started:
        hall.turns.finished(device, None)
    assert hall.turns.inflight == 0


def test_setting_a_look_aside_twice_makes_no_more_room() -> None:
    hall = Hall({"a1": "a", "a2": "a", "a3": "a", "a4": "a"})
    hall.run(100)
    hall.turns.set_aside("a1")
    hall.turns.set_aside("a1")
    assert hall.started == ["a1", "a2", "a3"]


def test_devices_that_are_down_take_no_room_from_the_others() -> None:
    hall = Hall({f"d{number}": f"s{number}" for number in range(6)}, concurrency=1)
    hall.run(20)
    for number in range(5):
        hall.turns.finished(f"d{number}", 5.0)
    hall.turns.finished("d5", None)
    again = hall.run(20_000)
    assert "d5" in again, "there is one place, and none of the five that hang there holds it"
    assert {"d0", "d1", "d2", "d3"} <= set(again)


def test_re_checks_of_what_is_down_are_bounded_too_and_go_on_in_order() -> None:
    devices = {f"d{number}": "s" for number in range(ASIDE + 2)}
    hall = Hall(devices, concurrency=1)
    for number in range(ASIDE + 2):
        hall.run(20)
        hall.turns.finished(f"d{number}", 5.0)
    before = len(hall.started)
    assert hall.run(6_000) == [f"d{number}" for number in range(ASIDE)]
    hall.turns.finished("d2", 60.0)
    assert hall.started[before:][-1] == f"d{ASIDE}"


def test_what_was_put_off_is_taken_up_after_those_that_wait() -> None:
    hall = Hall({"d0": "a", "d1": "b"}, concurrency=1)
    hall.run(20)
    hall.turns.finished("d0", None)
    hall.turns.resume("d0")
    hall.turns.finished("d1", None)
    assert hall.started == ["d0", "d1", "d0"]


def test_a_device_knows_how_late_its_looks_began() -> None:
    hall = Hall({"d0": "a", "d1": "b"}, concurrency=1)
    hall.run(20)
    assert hall.turns.punctuality("d0") == (0, hall.turns.punctuality("d0")[1])
    hall.run(3_000)
    hall.turns.finished("d0", None)
    late, latest = hall.turns.punctuality("d1")
    assert late == 1
    assert 2.9 < latest < 3.2
