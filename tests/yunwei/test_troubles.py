"""What the platform finds wrong with itself: told once when it begins, once when it is over."""

from dataclasses import replace

import pytest

from foundation.bus import Bus, Mailbox
from foundation.clock import SteppedClock
from foundation.messages import PlatformCondition, PlatformTrouble
from storage.metrics.writer_figures import WriterState
from yunwei.health import STALE
from yunwei.troubles import FULL, NEARLY_FULL, Disk, SelfWatch, Standing

STORING = WriterState("storing", "", 0, 0, 0, None, False, 0, 0)
GIB = 2**30
WELL = Standing(
    disk=Disk(20 * GIB, 15 * GIB), metrics=STORING, recording=True, collector_silent=1_000, failing={}, backups={}
)  # fmt: skip
EVERY_PART = 9


class Bench:
    """A watch that looks when it is told to."""

    def __init__(self, clock: SteppedClock) -> None:
        bus = Bus()
        self.heard: Mailbox[PlatformCondition] = bus.subscribe("test", PlatformCondition)
        self.watch = SelfWatch(bus, clock, lambda: WELL)

    def sees(self, standing: Standing) -> list[tuple[str, str, bool]]:
        self.watch.turn(standing)
        return [(one.trouble.value, one.part, one.holds) for one in self.heard.take()]


@pytest.fixture
def bench(clock: SteppedClock) -> Bench:
    found = Bench(clock)
    found.sees(WELL)
    return found


def disk(used: float, size: int = 20 * GIB) -> Standing:
    return replace(WELL, disk=Disk(size, round(size * (1 - used))))


def test_at_the_start_everything_that_is_well_is_said_to_be_so(clock: SteppedClock) -> None:
    found = Bench(clock)
    told = found.sees(replace(WELL, recording=False))
    assert ("records-away", "records", True) in told
    assert len(told) == EVERY_PART
    assert not any(holds for trouble, _, holds in told if trouble != "records-away")
    assert found.sees(replace(WELL, recording=False)) == []


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (disk(0.95), ("disk-nearly-full", "disk")),
        (disk(0.995), ("disk-full", "disk")),
        (replace(WELL, metrics=replace(STORING, disk_full=True)), ("disk-full", "disk")),
        (replace(WELL, disk=None, metrics=replace(STORING, disk_full=True)), ("disk-full", "disk")),
        (
            replace(WELL, metrics=replace(STORING, word="waiting", reason="no route")),
            ("metrics-waiting", "metric store"),
        ),
        (replace(WELL, metrics=replace(STORING, word="refused", reason="bad")), ("metrics-waiting", "metric store")),
        (replace(WELL, recording=False), ("records-away", "records")),
        (replace(WELL, collector_silent=STALE + 1), ("collector-dead", "collector")),
        (replace(WELL, failing={"sms": (0, "the gateway refuses")}), ("channel-failing", "sms")),
        (replace(WELL, backups={"backup": "The disk is full."}), ("backup-failing", "backup")),
        (replace(WELL, backups={"backup test": "It is damaged."}), ("backup-failing", "backup test")),
    ],
)
def test_each_trouble_is_told_once_and_its_end_once(bench: Bench, standing: Standing, told: tuple[str, str]) -> None:
    assert bench.sees(standing) == [(*told, True)]
    assert bench.sees(standing) == []
    (lasting,) = bench.watch.lasting
    assert lasting.text
    assert lasting.text_en
    assert bench.sees(WELL) == [(*told, False)]
    assert bench.sees(WELL) == []
    assert bench.watch.lasting == []


def test_a_disk_that_is_written_and_cleaned_is_told_once(bench: Bench) -> None:
    assert bench.sees(disk(NEARLY_FULL + 0.001)) == [("disk-nearly-full", "disk", True)]
    assert bench.sees(disk(NEARLY_FULL - 0.01)) == []
    assert bench.sees(disk(NEARLY_FULL - 0.03)) == [("disk-nearly-full", "disk", False)]


def test_a_disk_that_fills_up_is_one_trouble_at_a_time(bench: Bench) -> None:
    bench.sees(disk(0.95))
    assert sorted(bench.sees(disk(FULL + 0.001))) == [("disk-full", "disk", True), ("disk-nearly-full", "disk", False)]


def test_a_big_disk_with_much_room_left_is_not_nearly_full(bench: Bench) -> None:
    assert bench.sees(disk(0.95, size=4_000 * GIB)) == []


def test_a_reason_is_kept_as_it_was_when_it_began(bench: Bench) -> None:
    bench.sees(replace(WELL, failing={"email": (0, "the mail server can't be reached")}))
    bench.sees(replace(WELL, failing={"email": (0, "time is up")}))
    (lasting,) = bench.watch.lasting
    assert lasting.trouble is PlatformTrouble.CHANNEL_FAILING
    assert "the mail server can't be reached" in lasting.text_en
