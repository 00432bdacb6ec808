"""The rooms wired into one running process.

One event loop polls, judges, writes and notifies; the web server's threads show. The order of starting is the order of
floors, and stopping goes the other way, so that nothing accepted is lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from importlib.metadata import version
from typing import Any, Final

from prometheus_client import CollectorRegistry

from alerting.engine.engine import Engine
from alerting.incidents.responder import IncidentResponder
from alerting.notify.notifier import Notifier
from collectors.descriptors import raise_limit
from collectors.facts import Facts, FactsWriter, addresses_of, all_facts, forget_others
from collectors.poller import Poller
from dashboard.app import create_app
from dashboard.live.looks import Looks
from dashboard.live.state import LiveState
from dashboard.server import WebServer
from dashboard.services import Services
from foundation.bus import Bus, Mailbox
from foundation.clock import DAY, Clock, Instant
from foundation.messages import CollectorBeat, DegradedChange, IncidentChange, Message, Observation, StateChange
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.history import HistoryStore
from storage.metrics.open import open_metric_store, open_metric_writer, open_spool
from storage.metrics.rows import RowBuilder
from storage.metrics.store import MetricStoreError
from storage.records.database import Records
from topology.cartogram import load_cartogram
from topology.network import Network
from yunwei.backup.job import Backups
from yunwei.health import Health
from yunwei.scheduler import Jobs
from yunwei.session_key import session_key
from yunwei.settings import require_secrets
from yunwei.troubles import SelfWatch, Standing, disk_of
from yunwei.workspace import Workspace, open_records

log = logging.getLogger(__name__)

STOP_SECONDS: Final = 2.0
"""How long one part may take to stop before the others go on without it."""
ALL_STOP_SECONDS: Final = 3.0
"""How long all of them may take together; the last then get what is left, and at least a moment each."""
A_MOMENT: Final = 0.1

FORGET_AFTER: Final = 90 * DAY
"""How long facts of a device are kept that is not in the topology any more: it may be back after a correction."""

CARTOGRAM: Final = "cartogram.json"
"""The kept cartogram's name in the data directory."""


class Platform:
    """All parts together: `start`, wait for `failed`, `stop`. Made for one run."""

    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None
        self._stop_by = float("inf")
        self.store: HistoryStore | None = None
        """The metric store, once it is open."""

    @property
    def network(self) -> Network:
        """What it watches."""
        return self._workspace.network

    async def start(self) -> None:
        """Start every part. Raises OperatorError when one can't; what was started is stopped again then, and also when
        the start is cancelled."""
        self._failed = asyncio.get_running_loop().create_future()
        try:
            await self._start()
        except BaseException:
            await self._stop_all()
            raise

    async def stop(self) -> None:
        """Stop every part, the last started first."""
        await self._stop_all()
        log.info("The platform has stopped.")

    async def failed(self) -> None:
        """Returns never; raises what a part died of."""
        assert self._failed is not None
        await asyncio.shield(self._failed)

    async def _stop_all(self) -> None:
        self._stop_by = self._clock.monotonic() + ALL_STOP_SECONDS
        await self._stack.aclose()

    async def _start(self) -> None:
        workspace, clock, settings = self._workspace, self._clock, self._workspace.settings
        network = workspace.network
        require_secrets(settings)
        raise_limit(len(network.devices))
        registry, bus = CollectorRegistry(), Bus()

        records = await asyncio.to_thread(open_records, workspace.directory, settings)
        self._stack.push_async_callback(self._let_go, "records database", records.close)
        store = await asyncio.to_thread(open_metric_store, settings.metrics, workspace.data, clock)
        self._stack.push_async_callback(self._let_go, "metric store", store.close)
        self.store = store
        spool = await asyncio.to_thread(open_spool, settings.metrics, workspace.data)
        self._stack.push_async_callback(self._let_go, "metric spool", spool.close)
        cartogram = await asyncio.to_thread(load_cartogram, network, workspace.data / CARTOGRAM)

        live, looks = LiveState(network, clock), Looks()
        writer = open_metric_writer(settings.metrics, bus, store, RowBuilder(network), clock, registry, spool)
        responder = IncidentResponder(network, workspace.runbooks, workspace.roster, settings.acting)
        engine = Engine(
            network, workspace.rules, records, bus, clock, responder, registry, settings.judging, addresses=addresses_of
        )
        notifier = Notifier(records, settings.notify, clock, registry)
        known = await asyncio.to_thread(_known, records, network, clock.now())
        facts = FactsWriter(records, clock, lambda: poller.tunings())
        poller = Poller(
            network,
            settings.collector,
            settings.credentials,
            bus,
            clock,
            registry,
            settings.credential_sets,
            profiles=workspace.profiles,
            keep=facts.keep,
            known=known,
        )
        backups = Backups(
            workspace.directory, settings, records, clock, registry,
            store.copy_to if isinstance(store, DuckDbStore) else None,
        )  # fmt: skip
        health = Health(
            network, bus, clock, recording=lambda: engine.is_recording, metrics=writer.state, backups=backups.report
        )
        watch = SelfWatch(
            bus,
            clock,
            lambda: Standing(
                disk=disk_of(workspace.data),
                metrics=writer.state(),
                recording=engine.is_recording,
                collector_silent=health.collector_silent,
                failing=dict(notifier.failing),
                backups=backups.standing.failing,
            ),
        )
        health.watch(lambda: watch.lasting)
        seen: Mailbox[Any] = bus.subscribe("live", StateChange, DegradedChange, IncidentChange, CollectorBeat)
        observed: Mailbox[Any] = bus.subscribe("device pages", Observation)

        dashboard = settings.dashboard
        if dashboard.secret_key is None:
            dashboard = dashboard.model_copy(update={"secret_key": session_key(workspace.data)})
        services = Services(
            network=network,
            cartogram=cartogram,
            records=records,
            metrics=store,
            clock=clock,
            registry=registry,
            bus=bus,
            runbooks=workspace.runbooks,
            roster=workspace.roster,
            settings=dashboard,
            maintenance=settings.maintenance,
            live=live,
            looks=looks,
            health=health.report,
            reports_directory=workspace.data / settings.reports.directory,
            build=version("yunwei"),
        )
        # The web comes first: a port in use must be said before anything is polled.
        web = WebServer(create_app(services), settings.dashboard.host, settings.dashboard.port)
        await asyncio.to_thread(web.start)
        self._stack.push_async_callback(self._let_go, "web server", web.stop)

        self._run("metric writer", writer.run(), writer.stop)
        await engine.start()
        await asyncio.to_thread(live.load, records)
        self._run("alert engine", engine.run(), engine.stop)
        self._run("notifier", notifier.run(), notifier.stop)
        self._run("live state", _feed(seen, live))
        self._run("device pages", _keep(observed, looks))
        self._run("health", health.run())
        self._run("self-watch", watch.run())
        self._run("facts writer", facts.run(), facts.stop)
        self._run("poll loop", poller.run())

        jobs = Jobs(workspace, records, store, backups, bus, clock)
        jobs.start()
        self._stack.callback(jobs.stop)
        log.info("The platform runs.", extra={"devices": len(network.devices), "url": web.url})

    def _run(
        self, name: str, work: Coroutine[Any, Any, None], stop: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Run one part; if it ends by itself the platform has failed."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        self._stack.push_async_callback(self._stop, task, stop)

    async def _stop(self, task: asyncio.Task[None], stop: Callable[[], Awaitable[None]] | None) -> None:
        self._tasks.discard(task)
        task.cancel()

        async def work() -> None:
            await asyncio.wait({task})
            if stop is not None:
                await stop()

        await self._bounded(task.get_name(), work())

    async def _let_go(self, name: str, close: Callable[[], None]) -> None:
        """Close what waits for threads of its own: on a thread, so that one that hangs holds up nobody."""
        await self._bounded(name, asyncio.to_thread(close))

    async def _bounded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        limit = max(A_MOMENT, min(STOP_SECONDS, self._stop_by - self._clock.monotonic()))
        try:
            async with asyncio.timeout(limit):
                await work
        except TimeoutError:
            log.error("The %s did not stop within %.1f s and is left behind.", name, limit)
        except (OperatorError, MetricStoreError) as error:
            log.error("The %s did not stop cleanly: %s", name, error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task not in self._tasks or self._failed is None or self._failed.done():
            return
        error = None if task.cancelled() else task.exception()
        self._failed.set_exception(error or RuntimeError(f"the {task.get_name()} ended by itself"))


def _known(records: Records, network: Network, now: Instant) -> dict[str, Facts]:
    """What earlier runs learned of the devices; of devices that left the topology long ago nothing is kept."""
    with records.transaction() as session:
        forget_others(session, network.devices, now - FORGET_AFTER)
    with records.reading() as session:
        return all_facts(session)


async def _feed(mailbox: Mailbox[Message], live: LiveState) -> None:
    while True:
        live.apply(await mailbox.batch())


async def _keep(mailbox: Mailbox[Message], looks: Looks) -> None:
    while True:
        # A page that is a second old is as good, and a second's observations are one batch.
        await asyncio.sleep(1)
        looks.apply(mailbox.take())
