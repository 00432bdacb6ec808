"""Carries observations from the bus to the metric store, a batch every few seconds.

The store may be slow, away or full: its errors never reach the rooms that observe and judge. Batches that could not be
written wait in memory, bounded, and are written in order once the store is back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from foundation.bus import Bus
from foundation.clock import SECOND, Clock
from foundation.messages import Observation
from storage.metrics.rows import RowBuilder
from storage.metrics.store import MetricBatch, MetricRefusedError, MetricStore, MetricStoreError

INTERVAL: Final = 5 * SECOND
"""Time from one write to the next, in milliseconds."""
MOST_PENDING_ROWS: Final = 150_000
"""Rows that wait for a store that is away: about five minutes of a province, 60 MB."""
LONGEST_BACKOFF: Final = 60.0
"""Seconds between two attempts, at most."""
FLUSH_LIMIT: Final = 3.0
"""Seconds that `stop` may take."""

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


class MetricWriter:
    """Writes every Observation of the bus to a store. `run` until `stop`; never raises a store's error."""

    def __init__(
        self,
        bus: Bus,
        store: MetricStore,
        rows: RowBuilder,
        clock: Clock,
        registry: CollectorRegistry,
        *,
        most_pending_rows: int = MOST_PENDING_ROWS,
    ) -> None:
        self._mailbox = bus.subscribe("metric-writer", Observation)
        self._store = store
        self._rows = rows
        self._clock = clock
        self._most_pending_rows = most_pending_rows
        self._pending: deque[MetricBatch] = deque()
        self._pending_rows = 0
        self._failures = 0
        self._refusing = False
        self._next_attempt = 0.0
        self._round: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        # One thread: writes keep their order, and a store that hangs can't use up the loop's own threads.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="metric-writer")
        self._figures = _Figures(registry)

    async def run(self) -> None:
        """Write every few seconds until `stop` is called."""
        while not self._stopping.is_set():
            await self.cycle()
            try:
                await asyncio.wait_for(self._stopping.wait(), INTERVAL / SECOND)
            except TimeoutError:
                continue

    async def cycle(self) -> None:
        """One round: a batch of what was observed since the last, then all that is due to be written.

        A round once begun is finished even when the caller is cancelled: no batch is written twice or lost.
        """
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._work())
        await asyncio.shield(self._round)

    async def stop(self) -> None:
        """Write what waits, within a bounded time; rows that could not be written are counted and told."""
        self._stopping.set()
        try:
            async with asyncio.timeout(FLUSH_LIMIT):
                if self._round is not None:
                    await asyncio.shield(self._round)
                self._next_attempt = 0.0
                await self.cycle()
        except TimeoutError:
            _log.warning("The metric store did not take the last rows within %g s.", FLUSH_LIMIT)
        if self._pending_rows:
            _log.warning(
                "%d rows of metrics are lost: the store did not take them before the stop.", self._pending_rows
            )
            self._figures.dropped.labels(reason="stopped").inc(self._pending_rows)
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def is_storing(self) -> bool:
        """Whether the latest write reached the store: false while it is away, full or refuses."""
        return self._failures == 0 and not self._refusing

    async def _work(self) -> None:
        observations = self._mailbox.take()
        if observations:
            batch = await self._in_thread(self._rows.batch, observations)
            self._keep(batch)
        if self._clock.monotonic() >= self._next_attempt:
            await self._write_pending()
        self._figures.pending.set(len(self._pending))

    async def _write_pending(self) -> None:
        while self._pending:
            batch = self._pending[0]
            started = self._clock.monotonic()
            try:
                await self._in_thread(self._store.write, batch)
            except MetricRefusedError as error:
                self._forget_first("refused")
                self._refused(error)
            except MetricStoreError as error:
                self._away(error)
                return
            else:
                self._figures.seconds.observe(self._clock.monotonic() - started)
                self._figures.rows.inc(batch.rows)
                self._pending.popleft()
                self._pending_rows -= batch.rows
                self._refusing = False
                self._back()

    def _keep(self, batch: MetricBatch) -> None:
        self._pending.append(batch)
        self._pending_rows += batch.rows
        while self._pending_rows > self._most_pending_rows and len(self._pending) > 1:
            self._forget_first("overflow")

    def _forget_first(self, reason: str) -> None:
        rows = self._pending.popleft().rows
        self._pending_rows -= rows
        self._figures.dropped.labels(reason=reason).inc(rows)

    def _refused(self, error: MetricRefusedError) -> None:
        self._figures.errors.inc()
        if not self._refusing:
            _log.error("The metric store refuses rows, which are dropped: %s", error)
        self._refusing = True
        self._back()

    def _away(self, error: MetricStoreError) -> None:
        self._figures.errors.inc()
        if self._failures == 0:
            _log.warning("The metric store is away; rows wait in memory until it is back: %s", error)
        self._next_attempt = self._clock.monotonic() + min(LONGEST_BACKOFF, 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)

    def _back(self) -> None:
        if self._failures:
            _log.info("The metric store is back; %d batches that waited follow.", len(self._pending))
        self._failures = 0

    async def _in_thread(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))


class _Figures:
    """The writer's own figures in `/metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.rows = Counter("yunwei_store_rows", "Rows written to the metric store.", registry=registry)
        self.seconds = Histogram("yunwei_store_write_seconds", "Time of one write to the store.", registry=registry)
        self.errors = Counter(
            "yunwei_store_errors", "Writes that the metric store failed or refused.", registry=registry
        )
        self.pending = Gauge("yunwei_store_pending_batches", "Batches that wait to be written.", registry=registry)
        self.dropped = Counter(
            "yunwei_store_dropped_rows",
            "Rows given up: refused by the store, too many waiting, or still waiting at the stop.",
            ["reason"],
            registry=registry,
        )
