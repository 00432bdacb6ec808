"""What the metric writer tells of itself: in `/metrics`, and to the platform's health."""

from collections import Counter as Tally
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from foundation.clock import Instant
from storage.metrics.spool.spool import Spool


@dataclass(frozen=True, slots=True)
class WriterState:
    """How the way to the metric store stands."""

    word: str
    """`storing`; `back-filling` while what waited follows; `waiting` while the store is away; `refused` when it refuses
    rows."""
    reason: str
    """One sentence, when the store is away or refuses rows."""
    spool_batches: int
    spool_rows: int
    spool_bytes: int
    spool_oldest: Instant | None
    """When the first that waits was taken in."""
    disk_full: bool
    """The spool takes nothing: rows wait in memory only."""
    memory_rows: int
    dropped_rows: int
    """Rows of the spool given up since the start: too old, too many, damaged."""
    refused_rows: int = 0
    """Rows that the store refused since the start: they are set aside with its reason."""


class WriterFigures:
    """The writer's own figures in `/metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.rows = Counter("yunwei_store_rows", "Rows written to the metric store.", registry=registry)
        self.seconds = Histogram("yunwei_store_write_seconds", "Time of one write to the store.", registry=registry)
        self.errors = Counter(
            "yunwei_store_errors", "Writes that the metric store failed or refused.", registry=registry
        )
        self.pending = Gauge(
            "yunwei_store_pending_batches", "Batches that wait to be written, on disk and in memory.", registry=registry
        )
        self.dropped = Counter(
            "yunwei_store_dropped_rows",
            "Rows given up: refused by the store, too many or too old, damaged on disk, or nowhere to put at the stop.",
            ["reason"],
            registry=registry,
        )
        self.spool_rows = Gauge("yunwei_spool_rows", "Rows that wait on disk for the metric store.", registry=registry)
        self.spool_bytes = Gauge(
            "yunwei_spool_bytes", "Size of the files in which rows wait on disk.", registry=registry
        )
        self.spool_oldest = Gauge(
            "yunwei_spool_oldest_timestamp_seconds",
            "When the first rows that wait on disk were taken in; 0 when none wait.",
            registry=registry,
        )
        self._told: Tally[str] = Tally()

    def show(self, spool: Spool, in_memory: int) -> None:
        """Take over what the spool tells."""
        waiting = spool.figures
        self.pending.set(waiting.batches + in_memory)
        self.spool_rows.set(waiting.rows)
        self.spool_bytes.set(waiting.size)
        self.spool_oldest.set(0 if waiting.oldest is None else waiting.oldest / 1000)
        for reason, rows in spool.dropped.items():
            self.dropped.labels(reason=reason).inc(rows - self._told[reason])
            self._told[reason] = rows
