"""Carries observations from the bus to the metric store, a batch every few seconds.

The store may be slow, away or full: its errors never reach the rooms that observe and judge. What can't be written
waits on disk (`storage.metrics.spool`) and follows in order once the store is back, while the present goes first. Only
when the disk takes nothing either do batches wait in memory, bounded, and the oldest go first.

A batch for a server is put on disk before it is sent, so that a kill while it is on its way loses nothing. The DuckDB
file is on that same disk and commits at once: there the spool is only for what the file does not take.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

from prometheus_client import CollectorRegistry

from foundation.bus import Bus
from foundation.clock import SECOND, Clock
from foundation.messages import Observation
from foundation.trouble import Trouble
from storage.metrics.line_protocol import BatchEncoder
from storage.metrics.rows import RowBuilder
from storage.metrics.spool.aside import Aside
from storage.metrics.spool.spool import Spool, SpoolError
from storage.metrics.store import (
    MetricBatch,
    MetricRefusedError,
    MetricStore,
    MetricStoreError,
    PartlyRefusedError,
    Refusal,
)
from storage.metrics.writer_figures import WriterFigures, WriterState

INTERVAL: Final = 5 * SECOND
"""Time from one write to the next, in milliseconds."""
MOST_PENDING_ROWS: Final = 150_000
"""Rows that wait in memory when the disk takes nothing: about ten minutes of a province, 60 MB."""
LONGEST_BACKOFF: Final = 60.0
"""Seconds between two attempts, at most."""
FLUSH_LIMIT: Final = 3.0
"""Seconds that `stop` may take."""

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Entry:
    """A batch of the present, and its number in the spool once it is there."""

    batch: MetricBatch
    number: int | None = None


class MetricWriter:
    """Writes every Observation of the bus to a store. `run` until `stop`; never raises a store's error."""

    def __init__(
        self,
        bus: Bus,
        store: MetricStore,
        rows: RowBuilder,
        clock: Clock,
        registry: CollectorRegistry,
        spool: Spool,
        aside: Aside,
        *,
        spool_first: bool = False,
        settling: int = 0,
        backfill_share: int = 50,
        most_pending_rows: int = MOST_PENDING_ROWS,
    ) -> None:
        """`spool_first`: put each batch on disk before it is sent. `settling`: milliseconds that the store may take to
        write down what it has accepted; when it goes away within them, that is sent again. `backfill_share`: percent
        of the time between two writes that may go into what waited."""
        self._mailbox = bus.subscribe("metric-writer", Observation)
        self._store = store
        self._rows = rows
        self._clock = clock
        self._spool = spool
        self._aside = aside
        self._spool_first = spool_first
        self._settling = settling
        self._backfill_s = INTERVAL / SECOND * backfill_share / 100
        self._most_pending_rows = most_pending_rows
        self._encoder = BatchEncoder()
        self._pending: deque[_Entry] = deque()
        self._pending_rows = 0
        self._failures = 0
        self._reason = ""
        self._refusing = False
        self._aside_rows = 0
        self._next_attempt = 0.0
        self._round: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._disk = Trouble(_log, "%s", "Metrics can wait on disk again.")
        # One thread: writes keep their order, and a store that hangs can't use up the loop's own threads.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="metric-writer")
        self._figures = WriterFigures(registry)

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
        """Write what was observed, within a bounded time; what can't be written waits on disk for the next start."""
        self._stopping.set()
        try:
            async with asyncio.timeout(FLUSH_LIMIT):
                if self._round is not None:
                    await asyncio.shield(self._round)
                self._next_attempt = 0.0
                await self.cycle()
        except TimeoutError:
            _log.warning("The metric store did not take the last rows within %g s.", FLUSH_LIMIT)
        # A store that hangs holds the writer's own thread.
        await asyncio.to_thread(self._put_all_on_disk)
        waiting = self._spool.figures
        if waiting.rows:
            _log.warning("%d rows of metrics wait on disk and follow after the next start.", waiting.rows)
        if self._pending_rows:
            _log.warning(
                "%d rows of metrics are lost: neither the store nor the disk took them before the stop.",
                self._pending_rows,
            )
            self._figures.dropped.labels(reason="stopped").inc(self._pending_rows)
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def is_storing(self) -> bool:
        """Whether the latest write reached the store: false while it is away, full or refuses."""
        return self._failures == 0 and not self._refusing

    def state(self) -> WriterState:
        """How it stands, for the platform's health; from any thread."""
        waiting = self._spool.figures
        if self._failures:
            word = "waiting"
        elif self._refusing:
            word = "refused"
        elif waiting.batches > 1:
            word = "back-filling"
        else:
            word = "storing"
        return WriterState(
            word=word,
            reason=self._reason if self._failures or self._refusing else "",
            spool_batches=waiting.batches,
            spool_rows=waiting.rows,
            spool_bytes=waiting.size,
            spool_oldest=waiting.oldest,
            # Once the store takes all there is, nothing has to wait on disk, full or not.
            disk_full=self._disk.lasts and bool(self._pending),
            memory_rows=self._pending_rows,
            dropped_rows=sum(self._spool.dropped.values()),
            refused_rows=self._aside_rows,
        )

    async def _work(self) -> None:
        observations = self._mailbox.take()
        if observations:
            batch = await self._in_thread(self._rows.batch, observations)
            self._keep(batch)
            if self._spool_first:
                await self._in_thread(self._put_on_disk, self._pending[-1])
        if self._clock.monotonic() >= self._next_attempt and await self._write_pending():
            await self._backfill()
        if self._failures:
            await self._in_thread(self._put_all_on_disk)
        self._spool.confirm(self._clock.now() - self._settling)
        await self._in_thread(self._spool.tidy, self._clock.now())
        self._figures.show(self._spool, len(self._pending))

    async def _write_pending(self) -> bool:
        """Write what is in memory; whether the store took it. Only what waits on disk tells, when there is nothing."""
        while self._pending:
            entry = self._pending[0]
            if not await self._write(entry.batch):
                return False
            if self._pending and self._pending[0] is entry:
                self._forget_first()
                if entry.number is not None:
                    self._delivered(entry.number)
        return True

    async def _backfill(self) -> None:
        """Write what waited on disk, oldest first, as long as this round leaves time for it."""
        until = self._clock.monotonic() + self._backfill_s
        while self._clock.monotonic() < until or self._stopping.is_set():
            try:
                found = await self._in_thread(self._spool.first)
            except SpoolError as error:
                self._disk.failed(error)
                return
            if found is None or not await self._write(found[1]):
                return
            self._delivered(found[0])
            if self._stopping.is_set():
                return  # the rest can wait for the next start

    async def _write(self, batch: MetricBatch) -> bool:
        """Whether the store is done with a batch: has it, or will never take what it does not have."""
        started = self._clock.monotonic()
        refused = 0
        try:
            await self._in_thread(self._store.write, batch)
        except PartlyRefusedError as error:
            refused = error.rows
            await self._in_thread(self._aside.put, error.refused, self._clock.now())
            self._refused(error, refused)
        except MetricRefusedError as error:
            refused = batch.rows
            await self._in_thread(self._put_aside, batch, error)
            self._refused(error, refused)
        except MetricStoreError as error:
            self._away(error)
            return False
        else:
            self._refusing = False
        self._figures.seconds.observe(self._clock.monotonic() - started)
        self._figures.rows.inc(batch.rows - refused)
        self._back()
        return True

    def _delivered(self, number: int) -> None:
        if self._settling:
            self._spool.sent(number, self._clock.now())
        else:
            self._spool.done(number)

    def _put_aside(self, batch: MetricBatch, error: MetricRefusedError) -> None:
        try:
            lines = tuple(self._encoder.text(batch).split("\n"))
        except (LookupError, TypeError, ValueError):  # no line could be made of what is so wrong
            lines = ()
        self._aside.put([Refusal(lines, str(error))], self._clock.now())

    def _put_on_disk(self, entry: _Entry, *, safely: bool = False) -> bool:
        """Put a batch into the spool; whether it is there."""
        if entry.number is None:
            try:
                entry.number = self._spool.append(entry.batch, self._clock.now(), safely=safely)
            except SpoolError as error:
                self._disk.failed(error)
                return False
            self._disk.passed()
        return True

    def _put_all_on_disk(self) -> None:
        """Move what is in memory to the disk, where it waits in the order of its coming."""
        while self._pending and self._put_on_disk(self._pending[0], safely=True):
            self._forget_first()

    def _keep(self, batch: MetricBatch) -> None:
        self._pending.append(_Entry(batch))
        self._pending_rows += batch.rows
        while self._pending_rows > self._most_pending_rows and len(self._pending) > 1:
            self._figures.dropped.labels(reason="overflow").inc(self._pending[0].batch.rows)
            self._forget_first()

    def _forget_first(self) -> None:
        self._pending_rows -= self._pending.popleft().batch.rows

    def _refused(self, error: MetricRefusedError, rows: int) -> None:
        self._figures.errors.inc()
        self._figures.dropped.labels(reason="refused").inc(rows)
        self._aside_rows += rows
        self._reason = str(error)
        if not self._refusing:
            _log.error("The metric store refuses rows, which are set aside in %s: %s", self._aside.path, error)
        self._refusing = True

    def _away(self, error: MetricStoreError) -> None:
        self._figures.errors.inc()
        self._reason = str(error)
        if self._failures == 0:
            _log.warning("The metric store is away; rows wait until it is back: %s", error)
            self._spool.recall()
        self._next_attempt = self._clock.monotonic() + min(LONGEST_BACKOFF, 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)

    def _back(self) -> None:
        if self._failures:
            waiting = self._spool.figures.batches + sum(entry.number is None for entry in self._pending)
            _log.info("The metric store is back; %d batches that waited follow.", waiting)
        self._failures = 0

    async def _in_thread(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))
