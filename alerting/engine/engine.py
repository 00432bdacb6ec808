"""The engine: the shell around the judge. Mailbox in, one transaction a turn, messages out after the commit."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from prometheus_client import CollectorRegistry
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertKey
from alerting.changes import Responder
from alerting.engine.committer import Committer
from alerting.engine.figures import JudgeMetrics
from alerting.engine.restoring import restore
from alerting.incidents.parting import apart
from alerting.judge.judge import Judge
from alerting.maintenance.windows import Window, list_windows
from alerting.rules.loader import RuleSet
from alerting.settings import JudgingSettings
from foundation.bus import Bus
from foundation.clock import DAY, SECOND, Clock, Instant
from foundation.messages import CollectorBeat, Event, Finding, Observation, PlatformCondition, PollRequest
from foundation.problems import OperatorError
from storage.records.database import Records
from topology.network import Network

log = logging.getLogger(__name__)

AddressBook = Callable[[Session, str], Mapping[str, Collection[str]]]
"""A device's addresses by interface name, each with its prefix length, as its last inventory found them."""

PACE_S: Final = 0.2
"""Seconds between turns: what comes meanwhile is one batch, and one transaction."""

MOST_WAITING: Final = 100_000
"""Effects that may wait for a database that is away; beyond it observations stay in the mailbox, which is bounded."""

_TICK: Final = SECOND
_READ_WISHES: Final = 5 * SECOND
_REMEMBER_WINDOWS: Final = 7 * DAY
"""How long after a window's end alerts that it suppressed may still be released."""


class Engine:
    """Judges what the collectors see. One instance a network."""

    def __init__(
        self,
        network: Network,
        rules: RuleSet,
        records: Records,
        bus: Bus,
        clock: Clock,
        responder: Responder,
        registry: CollectorRegistry,
        settings: JudgingSettings,
        addresses: AddressBook | None = None,
    ) -> None:
        """`addresses` tells who a routing neighbour is; without it only management addresses do."""
        self._network = network
        self._rules = rules
        self._records = records
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._addresses = addresses
        self._strangers: set[str] = set()
        self._mailbox = bus.subscribe("judging", Observation, CollectorBeat, Event, Finding, PlatformCondition)
        self._committer = Committer(records, responder, clock)
        self._metrics = JudgeMetrics(registry)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judging")
        self._judge: Judge | None = None
        self._turned_at: Instant = -1
        self._read_at: Instant = -1

    async def start(self) -> None:
        """Load open alerts and the last states; the time the platform was off becomes unknown.

        Raises OperatorError when the records can't be used.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, self.load)

    async def run(self) -> None:
        """Judge until cancelled. All work is done on the engine's own thread: neither loop nor database waits."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(PACE_S)
            await loop.run_in_executor(self._executor, self.turn)

    async def stop(self) -> None:
        """Judge what waits, write it with the last heartbeat, and let the thread go. Harmless when never started."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self.finish)
        self._executor.shutdown(wait=False)

    @property
    def is_recording(self) -> bool:
        """Whether the latest judgements reached the records: false while the database is away."""
        return not self._committer.is_failing

    def load(self) -> None:
        """What `start` does, on the caller's thread."""
        now = self._clock.now()
        with self._records.transaction() as session:
            restored = restore(session, self._network, now)
        self._judge = Judge(
            self._network,
            self._rules,
            self._settings,
            now,
            devices=restored.tracks.devices,
            agencies=restored.tracks.agencies,
            restored=restored.alerts,
            tracks=restored.tracks,
            penalties=restored.penalties,
        )
        self._bus.publish_all(restored.messages)
        log.info(
            "Judging starts with %d devices, %d rules and %d open alerts.",
            len(self._network.devices),
            len(self._rules.rules),
            len(restored.alerts),
        )

    def turn(self) -> None:
        """One turn: judge what has come, let time pass, commit, publish. A turn with nothing to do costs nothing."""
        judge = self._judge
        if judge is None:
            raise RuntimeError("the engine is started before it runs")
        now = self._clock.now()
        started = self._clock.monotonic()
        messages = self._mailbox.take() if len(judge.journal) < MOST_WAITING else []
        if not messages and 0 <= now - self._turned_at < _TICK:
            return
        self._turned_at = now
        before = judge.observed
        judge.observe(messages, now)
        judge.turn(now, *self._wishes(now))
        self._learn(judge)
        polls = judge.journal.take_polls()
        if polls:
            self._bus.publish(PollRequest(polls, now))
        failures = self._committer.failures
        self._bus.publish_all(self._committer.commit(judge.journal, now))
        self._metrics.turn(
            observed=judge.observed - before,
            seconds=self._clock.monotonic() - started,
            failed=self._committer.failures - failures,
            held=judge.held,
            waiting=len(judge.journal),
            alerts=judge.counts(),
        )

    def finish(self) -> None:
        """What `stop` does, on the caller's thread."""
        judge = self._judge
        if judge is None:
            return
        now = self._clock.now()
        judge.observe(self._mailbox.take(), now)
        judge.turn(now)
        self._bus.publish_all(self._committer.commit(judge.journal, now, force=True))
        if self._committer.is_failing:
            log.error(
                "The records could not be written at the stop: %d judgements are lost, and the time from the last "
                "heartbeat on will be unknown.",
                len(judge.journal),
            )

    def _learn(self, judge: Judge) -> None:
        """Read the addresses that judging asks for."""
        self._strangers |= judge.take_strangers()
        if self._addresses is None or not self._strangers:
            return
        try:
            with self._records.reading() as session:
                for device in sorted(self._strangers):
                    judge.learn(device, self._addresses(session, device))
                    self._strangers.discard(device)
        except OperatorError as error:
            log.debug("Addresses of devices can't be read: %s", error)

    def _wishes(self, now: Instant) -> tuple[Sequence[Window] | None, frozenset[AlertKey] | None]:
        """What people want: the maintenance windows, and the alerts taken out of what gathers them. Read anew every few
        seconds; None to keep those known."""
        if 0 <= now - self._read_at < _READ_WISHES:
            return None, None
        try:
            with self._records.reading() as session:
                windows, taken = list_windows(session, now - _REMEMBER_WINDOWS), apart(session)
        except OperatorError as error:
            log.debug("Maintenance windows and alerts taken out can't be read: %s", error)
            return None, None
        self._read_at = now
        return windows, taken
