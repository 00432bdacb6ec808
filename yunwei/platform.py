"""The rooms wired into one running process.

One event loop polls, judges, writes and notifies; the web server's threads show. The order of starting is the order of
floors, and stopping goes the other way, so that nothing accepted is lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from importlib.metadata import version
from types import TracebackType
from typing import Any

from prometheus_client import CollectorRegistry

from alerting.engine import Engine
from alerting.incidents.responder import IncidentResponder
from alerting.notify.notifier import Notifier
from collectors.descriptors import raise_limit
from collectors.poller import Poller
from dashboard.app import create_app
from dashboard.live.state import LiveState
from dashboard.server import WebServer
from dashboard.services import Services
from foundation.bus import Bus, Mailbox
from foundation.clock import Clock
from foundation.messages import CollectorBeat, DegradedChange, IncidentChange, Message, StateChange
from storage.metrics.open import open_metric_store
from storage.metrics.rows import RowBuilder
from storage.metrics.writer import MetricWriter
from topology.cartogram import load_cartogram
from yunwei.health import Health
from yunwei.scheduler import Jobs
from yunwei.workspace import Workspace, open_records

log = logging.getLogger(__name__)

STOP_SECONDS = 2.0
"""How long one part may take to stop before the others go on without it."""


class Platform:
    """`async with Platform(workspace, clock) as platform: await platform.failed()`."""

    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "Platform":
        """Start every part. Raises OperatorError, with what was started stopped again, when one can't."""
        self._failed = asyncio.get_running_loop().create_future()
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every part, the last started first."""
        await self._stack.aclose()
        log.info("The platform has stopped.")

    async def failed(self) -> None:
        """Returns never; raises what a part died of."""
        assert self._failed is not None
        await asyncio.shield(self._failed)

    async def _start(self) -> None:
        workspace, clock, settings = self._workspace, self._clock, self._workspace.settings
        network = workspace.network
        raise_limit(len(network.devices))
        registry, bus = CollectorRegistry(), Bus()

        records = await asyncio.to_thread(open_records, workspace.directory, settings)
        self._stack.callback(records.close)
        store = await asyncio.to_thread(open_metric_store, settings.metrics, workspace.data, clock)
        self._stack.callback(store.close)
        cartogram = await asyncio.to_thread(load_cartogram, network, workspace.data / "cartogram.json")

        health = Health(network, bus, clock)
        live = LiveState(network, clock)
        writer = MetricWriter(bus, store, RowBuilder(network), clock, registry)
        responder = IncidentResponder(network, workspace.runbooks, workspace.roster, settings.acting)
        engine = Engine(network, workspace.rules, records, bus, clock, responder, registry, settings.judging)
        notifier = Notifier(records, settings.notify, clock, registry)
        poller = Poller(network, settings.collector, settings.credentials, bus, clock, registry)
        seen: Mailbox[Any] = bus.subscribe("live", StateChange, DegradedChange, IncidentChange, CollectorBeat)

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
            settings=settings.dashboard,
            live=live,
            health=health.report,
            reports_directory=workspace.data / settings.reports.directory,
            build=version("yunwei"),
        )
        # The web comes first: a port in use must be said before anything is polled.
        web = WebServer(create_app(services), settings.dashboard.host, settings.dashboard.port)
        await asyncio.to_thread(web.start)
        self._stack.push_async_callback(asyncio.to_thread, web.stop)

        self._run("metric writer", writer.run(), writer.stop)
        await engine.start()
        await asyncio.to_thread(live.load, records)
        self._run("alert engine", engine.run(), engine.stop)
        self._run("notifier", notifier.run(), notifier.stop)
        self._run("live state", _feed(seen, live))
        self._run("health", health.run())
        self._run("poll loop", poller.run())

        jobs = Jobs(workspace, records, store, bus, clock)
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
        await asyncio.wait({task}, timeout=STOP_SECONDS)
        if stop is None:
            return
        try:
            await asyncio.wait_for(stop(), STOP_SECONDS)
        except TimeoutError:
            log.error("The %s did not stop in %.0f seconds; the others go on.", task.get_name(), STOP_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task not in self._tasks or self._failed is None or self._failed.done():
            return
        error = None if task.cancelled() else task.exception()
        self._failed.set_exception(error or RuntimeError(f"the {task.get_name()} ended by itself"))


async def _feed(mailbox: Mailbox[Message], live: LiveState) -> None:
    while True:
        live.apply(await mailbox.batch())
