"""What `/healthz` answers: alive only when everything that people rely on is."""

import asyncio
from dataclasses import dataclass

import pytest

from foundation.bus import Bus
from foundation.clock import SECOND, SteppedClock
from foundation.messages import CollectorBeat, Observation, Reach
from topology.network import Network
from yunwei.health import Health


@dataclass
class Bench:
    """A health report and what it rests on."""

    network: Network
    clock: SteppedClock
    recording: bool = True
    storing: bool = True

    def __post_init__(self) -> None:
        self.bus = Bus()
        self.health = Health(
            self.network, self.bus, self.clock, recording=lambda: self.recording, storing=lambda: self.storing
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
    bench.storing = False
    report = bench.health.report()
    assert (report["status"], report["healthy"], report["metrics"]) == ("degraded", True, "waiting")
