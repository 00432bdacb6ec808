"""What `/healthz` answers: alive only when everything that people rely on is."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from foundation.bus import Bus
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import CollectorBeat, Observation, Reach
from storage.metrics.writer_figures import WriterState
from topology.network import Network
from yunwei.health import Health

STORING = WriterState("storing", "", 0, 0, 0, None, False, 0, 0)


@dataclass
class Bench:
    """A health report and what it rests on."""

    network: Network
    clock: SteppedClock
    recording: bool = True
    metrics: WriterState = STORING

    def __post_init__(self) -> None:
        self.bus = Bus()
        self.health = Health(
            self.network,
            self.bus,
            self.clock,
            recording=lambda: self.recording,
            metrics=lambda: self.metrics,
            backups=lambda: {"made_failed": ""},
        )

    def hear(self, *messages: CollectorBeat | Observation) -> None:
        """Let the report take in messages."""

        async def take() -> None:
            running = asyncio.create_task(self.health.run())
            self.bus.publish_all(messages)
            for _ in range(5):
                await asyncio.sleep(0)
            running.cancel()

        asyncio.run(take())

    def beat(self) -> CollectorBeat:
        return CollectorBeat(self.clock.now(), len(self.network.devices), 0, 1.25, 0)

    def looks(self, *, missed: str = "") -> list[Observation]:
        now = self.clock.now()
        return [
            Observation(device, now, Reach.MISSED, missed_since=now)
            if device == missed
            else Observation(device, now, Reach.ANSWERED)
            for device in self.network.devices
        ]


@pytest.fixture
def bench(network: Network, clock: SteppedClock) -> Bench:
    return Bench(network, clock)


def test_it_is_starting_until_every_device_has_been_looked_at(bench: Bench) -> None:
    bench.hear(bench.beat(), *bench.looks()[1:])
    assert bench.health.report()["status"] == "starting"
    bench.hear(*bench.looks(missed="core-1"))
    report = bench.health.report()
    assert (report["status"], report["healthy"]) == ("ok", True)
    assert report["looked_at"] == report["answering"] + 1 == len(bench.network.devices)


def test_a_collector_that_falls_silent_is_failing(bench: Bench) -> None:
    bench.hear(bench.beat(), *bench.looks())
    bench.clock.advance(20 * SECOND)
    assert bench.health.report()["status"] == "ok"
    bench.clock.advance(1)
    report = bench.health.report()
    assert (report["status"], report["healthy"], report["collector"]) == ("failing", False, "silent")


def test_judgements_that_are_not_recorded_are_failing_since_nobody_would_be_called(bench: Bench) -> None:
    bench.hear(bench.beat(), *bench.looks())
    bench.recording = False
    report = bench.health.report()
    assert (report["status"], report["healthy"], report["records"]) == ("failing", False, "waiting")


def test_metrics_that_wait_for_their_store_are_a_lesser_evil(bench: Bench) -> None:
    bench.hear(bench.beat(), *bench.looks())
    since = bench.clock.now() - MINUTE
    bench.metrics = replace(
        STORING, word="waiting", reason="It sleeps.", spool_batches=12, spool_rows=13_400, spool_oldest=since
    )
    report = bench.health.report()
    assert (report["status"], report["healthy"], report["metrics"]) == ("degraded", True, "waiting")
    assert report["metrics_waiting"] == {
        "reason": "It sleeps.",
        "batches": 12,
        "rows": 13_400,
        "bytes": 0,
        "oldest_ms": MINUTE,
        "rows_in_memory": 0,
        "rows_given_up": 0,
        "rows_set_aside": 0,
        "disk_full": False,
    }


def test_metrics_that_follow_after_their_store_was_away_are_well(bench: Bench) -> None:
    bench.hear(bench.beat(), *bench.looks())
    bench.metrics = replace(STORING, word="back-filling", spool_rows=5)
    assert (bench.health.report()["status"], bench.health.report()["metrics"]) == ("ok", "back-filling")
    bench.metrics = replace(STORING, disk_full=True)
    assert bench.health.report()["status"] == "degraded", "what the disk does not take could be lost"
