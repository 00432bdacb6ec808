"""How the platform itself fares: what `/healthz` answers and the wall's platform line shows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from foundation.bus import Bus, Mailbox
from foundation.clock import SECOND, Clock, Instant
from foundation.messages import CollectorBeat, Observation, PlatformCondition
from storage.metrics.writer_figures import WriterState
from topology.network import Network

STALE: Final = 20 * SECOND
"""A collector that has not been heard of for this long is taken for dead."""


class Health:
    """Listens on the bus; answers from any thread."""

    def __init__(
        self,
        network: Network,
        bus: Bus,
        clock: Clock,
        *,
        recording: Callable[[], bool],
        metrics: Callable[[], WriterState],
        backups: Callable[[], Mapping[str, object]],
    ) -> None:
        """`recording` tells whether judgements reach the records, `metrics` how the way to the metric store stands,
        `backups` how the backups do."""
        self._clock = clock
        self._recording = recording
        self._metrics = metrics
        self._backups = backups
        self._bus = bus
        self._troubles: Callable[[], Iterable[PlatformCondition]] = tuple
        self._devices = len(network.devices)
        self._started = clock.now()
        self._looked_at: set[str] = set()
        self._answering: set[str] = set()
        self._last_beat: Instant | None = None
        self._late_ms = 0.0
        self._mailbox: Mailbox[Observation | CollectorBeat] = bus.subscribe("health", Observation, CollectorBeat)

    @property
    def collector_silent(self) -> int:
        """Milliseconds since the collector's last sign of life, or since the start."""
        heard = self._last_beat if self._last_beat is not None else self._started
        return self._clock.now() - heard

    def watch(self, troubles: Callable[[], Iterable[PlatformCondition]]) -> None:
        """Take what is wrong with the platform into the report, too."""
        self._troubles = troubles

    async def run(self) -> None:
        """Take in what happens on the bus."""
        while True:
            for message in await self._mailbox.batch():
                if isinstance(message, CollectorBeat):
                    self._last_beat, self._late_ms = message.at, message.late_ms
                elif message.missed_since is None:
                    self._looked_at.add(message.device)
                    self._answering.add(message.device)
                else:
                    self._looked_at.add(message.device)
                    self._answering.discard(message.device)

    def report(self) -> Mapping[str, Any]:
        """How it stands, with the figures it rests on.

        `status` is `failing` (then `healthy` is false) when nothing is looked at or nothing can be recorded, so that
        nobody would be called; else `starting` until every device has been looked at; else `degraded` while metrics
        wait for their store, are refused by it, or could not wait on disk; else `ok`.
        """
        now = self._clock.now()
        heard = self._last_beat if self._last_beat is not None else self._started
        collector_alive = now - heard <= STALE
        recording, metrics = self._recording(), self._metrics()
        if not collector_alive or not recording:
            status = "failing"
        elif len(self._looked_at) < self._devices:
            status = "starting"
        elif metrics.word not in ("storing", "back-filling") or metrics.disk_full:
            status = "degraded"
        else:
            status = "ok"
        return {
            "status": status,
            "healthy": status != "failing",
            "collector": "alive" if collector_alive else "silent",
            "records": "recording" if recording else "waiting",
            "metrics": metrics.word,
            "metrics_waiting": {
                "reason": metrics.reason,
                "batches": metrics.spool_batches,
                "rows": metrics.spool_rows,
                "bytes": metrics.spool_bytes,
                "oldest_ms": None if metrics.spool_oldest is None else now - metrics.spool_oldest,
                "rows_in_memory": metrics.memory_rows,
                "rows_given_up": metrics.dropped_rows,
                "rows_set_aside": metrics.refused_rows,
                "disk_full": metrics.disk_full,
            },
            "backup": self._backups(),
            "troubles": [
                {
                    "trouble": one.trouble.value,
                    "part": one.part,
                    "since": one.at,
                    "text": one.text,
                    "text_en": one.text_en,
                }
                for one in self._troubles()
            ],
            "collector_silent_ms": now - heard,
            "collector_late_ms": round(self._late_ms, 1),
            "devices": self._devices,
            "looked_at": len(self._looked_at),
            "answering": len(self._answering),
            "uptime_ms": now - self._started,
            "dropped_messages": {mailbox.name: mailbox.dropped for mailbox in self._bus.mailboxes},
        }
