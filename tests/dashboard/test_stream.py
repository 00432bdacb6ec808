"""A wall's stream: what comes first, what comes when, and how it ends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from dashboard.live.frames import FrameWriter, platform_line
from dashboard.live.state import BLIND_AFTER
from dashboard.live.stream import StreamLimit, follow
from dashboard.services import Services
from foundation.clock import SECOND, SteppedClock
from foundation.messages import CollectorBeat, State, StateChange
from tests.dashboard.happenings import device_goes_down


class Wall:
    """Reads one stream; each time the stream would wait, the clock is stepped by what the test says."""

    def __init__(self, house: Services, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.step = 1000
        self.waits = 0

        def wait(_version: int, _incidents: int, _timeout: float, *, settle: float = 0.0) -> None:
            self.waits += 1
            clock.advance(self.step)

        monkeypatch.setattr(house.live, "wait", wait)
        frames = FrameWriter(house.live, house.network, house.roster, clock, "build-1", "530000", house.health)
        self.stream: Iterator[str] = follow(house.live, frames, clock, "zh")
        assert next(self.stream).startswith("retry:")

    def next(self) -> tuple[str, dict[str, object]]:
        kind, data = next(self.stream).strip().split("\n")
        return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.fixture
def wall(house: Services, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(house, clock, monkeypatch)


def test_the_first_frame_is_everything(wall: Wall) -> None:
    kind, frame = wall.next()
    assert kind == "snapshot"
    assert frame["cells"] == "nnnnnn"
    assert frame["build"] == "build-1"
    assert frame["duty"] == {"operator": "李敏", "leader": "王强", "until": frame["duty"]["until"]}  # type: ignore[index]


def test_a_beat_comes_each_five_seconds_and_everything_again_each_minute(
    wall: Wall, house: Services, clock: SteppedClock
) -> None:
    wall.next()
    kinds = []
    for _ in range(24):
        house.live.apply([CollectorBeat(clock.now(), 12, 0, 0.0, 0)])
        kinds.append(wall.next()[0])
    assert kinds == (["beat"] * 11 + ["snapshot"]) * 2


def test_a_change_comes_as_a_delta_from_the_version_before(wall: Wall, house: Services, clock: SteppedClock) -> None:
    _, first = wall.next()
    house.live.apply([StateChange("agency", "agency-a2", State.DOWN, clock.now(), "a2")])
    kind, delta = wall.next()
    assert kind == "delta"
    assert delta["from"] == first["v"]
    assert delta["cells"] == [[1, "d"]]
    assert delta["counts"]["down"] == 1  # type: ignore[index]
    assert "open" not in delta


def test_an_incident_comes_with_its_card(wall: Wall, house: Services, clock: SteppedClock) -> None:
    wall.next()
    device_goes_down(house, "county-a", clock.now())
    kind, delta = wall.next()
    (card,) = cast(list[dict[str, object]], delta["open"])
    assert kind == "delta"
    assert (card["place"], card["class"], card["acknowledged"]) == ("昭通 · 镇雄县", 3, False)
    assert delta["ticker"][0][1] == "opened"  # type: ignore[index]


def test_when_the_collector_falls_silent_everything_is_told_again_as_unknown(wall: Wall, house: Services) -> None:
    wall.next()
    wall.step = BLIND_AFTER + SECOND
    kind, frame = wall.next()
    assert (kind, frame["blind"]) == ("snapshot", True)


def test_a_blind_wall_is_not_flooded(wall: Wall, house: Services, clock: SteppedClock) -> None:
    wall.step = BLIND_AFTER + SECOND
    wall.next()
    wall.next()
    wall.step = 100
    before = wall.waits
    wall.next()
    assert wall.waits - before >= 40


def test_the_stream_ends_when_the_platform_stops(wall: Wall, house: Services) -> None:
    wall.next()
    house.live.close()
    assert list(wall.stream) == []


def test_places_are_counted_and_given_back() -> None:
    limit = StreamLimit(2)
    assert [limit.enter(), limit.enter(), limit.enter()] == [True, True, False]
    limit.leave()
    assert limit.enter()
    assert limit.running == 2


def test_the_state_of_the_spool_is_in_each_frame(
    house: Services, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = {"rows": 1200, "bytes": 34_000, "oldest_ms": 60_000, "rows_set_aside": 3, "disk_full": False}
    told = {"status": "degraded", "metrics": "waiting", "metrics_waiting": waiting}
    wall = Wall(replace(house, health=lambda: told), clock, monkeypatch)
    shown = {"state": "waiting", "rows": 1200, "bytes": 34_000, "oldest": 60_000, "aside": 3, "full": False}
    assert [wall.next()[1]["store"] for _ in range(2)] == [shown, shown]


def test_the_platforms_own_troubles_are_in_each_frame_the_oldest_first(
    house: Services, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        {"trouble": "channel-failing", "part": "sms", "since": 7_000, "text": "x", "text_en": "x"},
        {"trouble": "disk-nearly-full", "part": "disk", "since": 5_000, "text": "x", "text_en": "x"},
    ]
    wall = Wall(replace(house, health=lambda: {"status": "ok", "troubles": found}), clock, monkeypatch)
    shown = [["disk-nearly-full", "disk", 5_000], ["channel-failing", "sms", 7_000]]
    assert [wall.next()[1]["platform"] for _ in range(2)] == [shown, shown]


def test_a_report_that_says_nothing_of_troubles_is_no_word_of_none() -> None:
    assert platform_line({"status": "ok"}) is None
    assert platform_line({"troubles": []}) == []
