"""The writer between the bus and a store that may be slow, away or choosy. Time is stepped."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from foundation.bus import Bus
from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant, SteppedClock, SystemClock
from foundation.messages import Observation, Reach
from storage.metrics import writer as module
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.influx_store import InfluxStore
from storage.metrics.rows import RowBuilder
from storage.metrics.spool.aside import Aside
from storage.metrics.spool.spool import Spool, SpoolError
from storage.metrics.store import (
    Measurement,
    MetricBatch,
    MetricRefusedError,
    MetricStore,
    MetricStoreError,
    PartlyRefusedError,
    Ranked,
    RankQuery,
    Refusal,
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
        self,
        network: Network,
        store: MetricStore,
        clock: SteppedClock,
        directory: Path,
        *,
        most_pending_rows: int = 1000,
        spool_first: bool = False,
        max_size: int = 10_000_000,
    ) -> None:
        self.clock = clock
        self.bus = Bus()
        self.registry = CollectorRegistry()
        self.spool = Spool(directory / "spool", max_size=max_size, max_age=7 * DAY)
        self.writer = MetricWriter(
            self.bus,
            store,
            RowBuilder(network),
            clock,
            self.registry,
            self.spool,
            Aside(self.spool.directory),
            spool_first=spool_first,
            most_pending_rows=most_pending_rows,
        )

    def observe(self, *devices: str) -> None:
        """One look at each of these devices."""
        for device in devices:
            self.bus.publish(Observation(device, self.clock.now(), Reach.ANSWERED, rtt_ms=1.0))

    def figure(self, name: str, **labels: str) -> float:
        """One of the writer's figures."""
        return self.registry.get_sample_value(name, labels) or 0.0

    def break_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on nothing can be put on disk."""

        def fail(*args: object, **kwargs: object) -> int:
            raise SpoolError("The disk is full.")

        monkeypatch.setattr(self.spool, "append", fail)


@pytest.fixture
def store() -> NotebookStore:
    """A store in which a test can look."""
    return NotebookStore()


@pytest.fixture
def desk(network: Network, store: NotebookStore, clock: SteppedClock, tmp_path: Path) -> Iterator[Desk]:
    """A writer with that store."""
    opened = Desk(network, store, clock, tmp_path)
    yield opened
    opened.spool.close()


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
        "The metric store is away; rows wait until it is back: The server sleeps.",
        "The metric store is back; 3 batches that waited follow.",
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


def test_when_the_disk_takes_nothing_too_many_waiting_rows_drop_the_oldest_and_are_counted(
    network: Network,
    store: NotebookStore,
    clock: SteppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(network, store, clock, tmp_path, most_pending_rows=3)
    desk.break_disk(monkeypatch)

    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        for devices in (("a1", "a2"), ("a3",), ("b1",), ("b2",)):
            desk.observe(*devices)
            await desk.writer.cycle()
        assert desk.writer.state().disk_full
        assert desk.writer.state().memory_rows == 3
        store.error = None
        clock.advance(HOUR)
        await desk.writer.cycle()
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a3"], ["b1"], ["b2"]]
    assert desk.figure("yunwei_store_dropped_rows_total", reason="overflow") == 2
    assert [record.getMessage() for record in caplog.records].count("The disk is full.") == 1
    desk.spool.close()


def test_what_waits_is_on_disk_and_told_and_the_present_goes_first_when_the_store_is_back(
    desk: Desk, store: NotebookStore
) -> None:
    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        for device in ("a1", "a2", "a3"):
            desk.observe(device)
            await desk.writer.cycle()
        state = desk.writer.state()
        assert (state.word, state.reason, state.spool_batches, state.spool_rows) == (
            "waiting",
            "The server sleeps.",
            3,
            3,
        )
        assert state.memory_rows == 0
        assert state.spool_oldest == desk.clock.now()
        assert desk.figure("yunwei_spool_rows") == 3
        assert desk.figure("yunwei_spool_bytes") > 100
        assert desk.figure("yunwei_spool_oldest_timestamp_seconds") == desk.clock.now() / 1000
        store.error = None
        desk.clock.advance(MINUTE)
        desk.observe("b1")
        await desk.writer.cycle()
        assert desk.writer.state().word == "storing"
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["b1"], ["a1"], ["a2"], ["a3"]]
    assert desk.figure("yunwei_spool_rows") == 0
    assert desk.figure("yunwei_spool_oldest_timestamp_seconds") == 0


def test_backfilling_leaves_room_for_the_present(network: Network, clock: SteppedClock, tmp_path: Path) -> None:
    """A store whose every write takes a second: of five seconds two and a half may go into what waited."""

    class SlowStore(NotebookStore):
        def write(self, batch: MetricBatch) -> None:
            super().write(batch)
            clock.advance(SECOND)

    store = SlowStore()
    desk = Desk(network, store, clock, tmp_path)

    async def scene() -> None:
        store.error = MetricStoreError("The server sleeps.")
        for number in range(8):
            desk.observe(("a1", "a2", "a3", "b1")[number % 4])
            await desk.writer.cycle()
        store.error = None
        clock.advance(HOUR)
        for _ in range(4):
            desk.observe("b2")
            before = len(store.batches)
            await desk.writer.cycle()
            assert store.batches[before] == ["b2"], "the present goes first"
            assert len(store.batches) - before <= 4
            assert desk.writer.state().word in ("back-filling", "storing")
        await desk.writer.stop()

    play(scene)
    assert [batch for batch in store.batches if batch != ["b2"]] == [["a1"], ["a2"], ["a3"], ["b1"]] * 2
    desk.spool.close()


def test_what_waits_is_written_after_the_next_start(
    network: Network, store: NotebookStore, clock: SteppedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def away() -> None:
        desk = Desk(network, store, clock, tmp_path)
        store.error = MetricStoreError("The server sleeps.")
        desk.observe("a1", "a2")
        await desk.writer.cycle()
        desk.observe("a3")
        await desk.writer.stop()
        desk.spool.close()

    async def back() -> None:
        desk = Desk(network, store, clock, tmp_path)
        await desk.writer.cycle()
        await desk.writer.stop()
        desk.spool.close()

    play(away)
    assert "3 rows of metrics wait on disk and follow after the next start." in caplog.text
    store.error = None
    play(back)
    assert store.batches == [["a1", "a2"], ["a3"]]


def test_a_batch_for_a_server_is_on_disk_before_it_is_sent(
    network: Network, store: NotebookStore, clock: SteppedClock, tmp_path: Path
) -> None:
    desk = Desk(network, store, clock, tmp_path, spool_first=True)
    store.hold = threading.Event()

    async def scene() -> None:
        desk.observe("a1")
        running = asyncio.create_task(desk.writer.cycle())
        await asyncio.to_thread(store.entered.wait, 10)
        assert desk.spool.figures.rows == 1
        assert store.hold is not None
        store.hold.set()
        await running
        assert desk.spool.figures.rows == 0
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a1"]]
    desk.spool.close()


def test_rows_that_the_store_refuses_are_set_aside_with_the_reason_and_do_not_block_the_others(
    desk: Desk, store: NotebookStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        store.error = MetricRefusedError("Field type conflict.")
        for device in ("a1", "a2"):
            desk.observe(device)
            await desk.writer.cycle()
        assert (desk.writer.state().word, desk.writer.state().reason) == ("refused", "Field type conflict.")
        store.error = PartlyRefusedError("Partial write.", [Refusal(("device,device=b1 cpu=1 1",), "Bad line.")])
        desk.observe("b1", "b2")
        await desk.writer.cycle()
        store.error = None
        desk.observe("a3")
        await desk.writer.cycle()
        assert desk.writer.is_storing
        await desk.writer.stop()

    play(scene)
    assert store.batches == [["a3"]]
    assert desk.figure("yunwei_store_dropped_rows_total", reason="refused") == 3
    assert desk.writer.state().refused_rows == 3
    assert desk.figure("yunwei_store_rows_total") == 2
    aside = [json.loads(line) for line in (desk.spool.directory / "refused.jsonl").read_text().splitlines()]
    assert [told["reason"] for told in aside] == ["Field type conflict.", "Field type conflict.", "Bad line."]
    assert aside[0]["lines"][0].startswith("device,device=a1,")
    assert aside[2]["lines"] == ["device,device=b1 cpu=1 1"]
    path = desk.spool.directory / "refused.jsonl"
    assert [record.getMessage() for record in caplog.records] == [
        f"The metric store refuses rows, which are set aside in {path}: Field type conflict."
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


def test_stopping_gives_up_on_a_store_that_hangs_and_its_rows_wait_on_disk(
    desk: Desk, store: NotebookStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "FLUSH_LIMIT", 0.05)
    store.hold = threading.Event()

    async def scene() -> None:
        desk.observe("a1", "a2")
        await desk.writer.stop()

    play(scene)
    store.hold.set()
    assert desk.spool.figures.rows == 2
    assert "2 rows of metrics wait on disk" in caplog.text
    assert desk.figure("yunwei_store_dropped_rows_total", reason="stopped") == 0


def test_rows_that_neither_store_nor_disk_takes_at_the_stop_are_told(
    desk: Desk, store: NotebookStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.break_disk(monkeypatch)

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
    network: Network, clock: SteppedClock, duckdb_store: DuckDbStore, tmp_path: Path
) -> None:
    desk = Desk(network, duckdb_store, clock, tmp_path)

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
    desk = Desk(network, influx, clock, tmp_path, spool_first=True)

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
