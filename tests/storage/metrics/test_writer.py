"""The writer between the bus and a store that may be slow, away or choosy. Time is stepped."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from foundation.bus import Bus
from foundation.clock import HOUR, MINUTE, SECOND, Instant, SteppedClock, SystemClock
from foundation.messages import Observation, Reach
from storage.metrics import writer as module
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.influx_store import InfluxStore
from storage.metrics.rows import RowBuilder
from storage.metrics.store import (
    Measurement,
    MetricBatch,
    MetricRefusedError,
    MetricStore,
    MetricStoreError,
    Ranked,
    RankQuery,
    Series,
    SeriesQuery,
)
from storage.metrics.writer import MetricWriter
from tests.storage.metrics.servers import free_ports, influx_settings, influxd
from topology.network import Network


class NotebookStore:
    """A store that writes down what it gets, and fails when told."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.attempts = 0
        self.error: MetricStoreError | None = None
        self.hold: threading.Event | None = None
        self.entered = threading.Event()

    def write(self, batch: MetricBatch) -> None:
        self.attempts += 1
        self.entered.set()
        if self.hold is not None:
            self.hold.wait(10)
        if self.error is not None:
            raise self.error
        self.batches.append(list(batch.columns[Measurement.DEVICE].tags["device"]))

    def series(self, query: SeriesQuery) -> Series:
        raise NotImplementedError

    def rank(self, query: RankQuery) -> list[Ranked]:
        raise NotImplementedError

    def maintain(self, now: Instant) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Desk:
    """A writer, and all that stands around it."""

    def __init__(
        self, network: Network, store: MetricStore, clock: SteppedClock, most_pending_rows: int = 1000
    ) -> None:
        self.clock = clock
        self.bus = Bus()
        self.registry = CollectorRegistry()
        rows = RowBuilder(network)
        self.writer = MetricWriter(self.bus, store, rows, clock, self.registry, most_pending_rows=most_pending_rows)

    def observe(self, *devices: str) -> None:
        """One look at each of these devices."""
        for device in devices:
            self.bus.publish(Observation(device, self.clock.now(), Reach.ANSWERED, rtt_ms=1.0))

    def figure(self, name: str, **labels: str) -> float:
        """One of the writer's figures."""
        return self.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def store() -> NotebookStore:
    """A store in which a test can look."""
    return NotebookStore()


@pytest.fixture
def desk(network: Network, store: NotebookStore, clock: SteppedClock) -> Desk:
    """A writer with that store."""
    return Desk(network, store, clock)


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scene on a loop of its own."""
    asyncio.run(scene())


def test_all_that_was_observed_since_the_last_round_is_one_write(desk: Desk, store: NotebookStore) -> None:
    async def scene() -> None:
        desk.observe("a1", "a2")
        await desk.writer.cycle()
        await desk.writer.cycle()
        desk.observe("a3")
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a1", "a2"], ["a3"]]
    assert desk.figure("yunwei_store_rows_total") == 3
    assert desk.figure("yunwei_store_write_seconds_count") == 2


def test_what_waits_is_written_at_the_stop(desk: Desk, store: NotebookStore) -> None:
    async def scene() -> None:
        running = asyncio.create_task(desk.writer.run())
        await asyncio.sleep(0)
        desk.observe("a1")
        await desk.writer.stop()
        await running

    play(scene)
    assert store.batches == [["a1"]]


def test_batches_wait_while_the_store_is_away_and_follow_in_order_when_it_is_back(
    desk: Desk, store: NotebookStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=module.__name__)

    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        for device in ("a1", "a2", "a3"):
            desk.observe(device)
            await desk.writer.cycle()
            desk.clock.advance(MINUTE)
        assert desk.figure("yunwei_store_pending_batches") == 3
        store.error = None
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a1"], ["a2"], ["a3"]]
    assert desk.figure("yunwei_store_pending_batches") == 0
    assert desk.figure("yunwei_store_errors_total") == 3
    assert [record.getMessage() for record in caplog.records] == [
        "The metric store is away; rows wait in memory until it is back: The server sleeps.",
        "The metric store is back; 2 batches that waited follow.",
    ]


def test_a_store_that_is_away_is_asked_less_and_less_often(desk: Desk, store: NotebookStore) -> None:
    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        desk.observe("a1")
        asked: list[int] = []
        for second in range(240):
            before = store.attempts
            await desk.writer.cycle()
            if store.attempts > before:
                asked.append(second)
            desk.clock.advance(SECOND)
        assert asked == [0, 1, 3, 7, 15, 31, 63, 123, 183]
        store.error = None
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a1"]], "stopping does not wait for the next attempt's time"


def test_too_many_waiting_rows_drop_the_oldest_and_are_counted(
    network: Network, store: NotebookStore, clock: SteppedClock
) -> None:
    desk = Desk(network, store, clock, most_pending_rows=3)

    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        for devices in (("a1", "a2"), ("a3",), ("b1",), ("b2",)):
            desk.observe(*devices)
            await desk.writer.cycle()
        store.error = None
        clock.advance(HOUR)
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a3"], ["b1"], ["b2"]]
    assert desk.figure("yunwei_store_dropped_rows_total", reason="overflow") == 2


def test_rows_that_the_store_refuses_are_dropped_and_do_not_block_the_others(
    desk: Desk, store: NotebookStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        store.error = MetricRefusedError("Field type conflict.")
        for device in ("a1", "a2"):
            desk.observe(device)
            await desk.writer.cycle()
        store.error = None
        desk.observe("a3")
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a3"]]
    assert desk.figure("yunwei_store_dropped_rows_total", reason="refused") == 2
    assert [record.getMessage() for record in caplog.records] == [
        "The metric store refuses rows, which are dropped: Field type conflict."
    ]


def test_a_round_whose_caller_is_cancelled_is_finished_and_nothing_is_written_twice(
    desk: Desk, store: NotebookStore
) -> None:
    store.hold = threading.Event()

    async def scene() -> None:
        desk.observe("a1")
        running = asyncio.create_task(desk.writer.run())
        await asyncio.to_thread(store.entered.wait, 10)
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled()
        desk.observe("a2")
        assert store.hold is not None
        store.hold.set()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a1"], ["a2"]]


def test_stopping_gives_up_on_a_store_that_hangs_and_counts_what_is_lost(
    desk: Desk, store: NotebookStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "FLUSH_LIMIT", 0.05)
    store.hold = threading.Event()

    async def scene() -> None:
        desk.observe("a1", "a2")
        await desk.writer.stop()

    play(scene)
    store.hold.set()
    assert desk.figure("yunwei_store_dropped_rows_total", reason="stopped") == 2
    assert "2 rows of metrics are lost" in caplog.text


def test_rows_still_waiting_at_the_stop_are_told(
    desk: Desk, store: NotebookStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        desk.observe("a1")
        await desk.writer.cycle()
        desk.observe("a2")
        await desk.writer.stop()

    play(scene)
    assert desk.figure("yunwei_store_dropped_rows_total", reason="stopped") == 2
    assert "2 rows of metrics are lost" in caplog.text


@pytest.fixture
def duckdb_store(tmp_path: Path) -> Iterator[DuckDbStore]:
    """The default store."""
    opened = DuckDbStore(tmp_path / "metrics.duckdb")
    yield opened
    opened.close()


def rtt(device: str, clock: SteppedClock) -> SeriesQuery:
    """A device's round-trip time in the hour before and the hour after now."""
    now = clock.now()
    return SeriesQuery(Measurement.DEVICE, {"device": device}, "rtt_ms", now - HOUR, now + HOUR, 2 * HOUR)


def test_observations_of_the_bus_are_found_in_the_default_store(
    network: Network, clock: SteppedClock, duckdb_store: DuckDbStore
) -> None:
    desk = Desk(network, duckdb_store, clock)

    async def scene() -> None:
        desk.observe(*network.devices)
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    ranked = duckdb_store.rank(
        RankQuery(Measurement.DEVICE, "rtt_ms", clock.now(), clock.now() + 1, where={"site": "530627"}, limit=99)
    )
    assert {row.tags["device"] for row in ranked} == {"county-a", "a1", "a2", "a3", "p1"}


@pytest.mark.slow
def test_nothing_is_lost_while_a_real_influxdb_is_restarted(
    network: Network, clock: SteppedClock, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    influx = InfluxStore(influx_settings(f"http://127.0.0.1:{port}"), SystemClock())
    desk = Desk(network, influx, clock)

    async def look(device: str) -> None:
        desk.observe(device)
        await desk.writer.cycle()
        clock.advance(MINUTE)

    async def scene() -> None:
        await look("a1")
        with influxd(tmp_path, port):
            await look("a2")
        await look("a3")
        await look("b1")
        with influxd(tmp_path, port):
            await look("b2")
            await desk.writer.stop()
            found = influx.rank(RankQuery(Measurement.DEVICE, "rtt_ms", clock.now() - HOUR, clock.now(), limit=99))
        assert {row.tags["device"] for row in found} == {"a1", "a2", "a3", "b1", "b2"}

    play(scene)
    influx.close()
