"""The poll loop: which device is looked at when, never more at once than allowed, and what is told on the bus."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from prometheus_client import CollectorRegistry

from collectors.descriptors import raise_limit
from collectors.look import INVENTORY_DEADLINE, Watcher
from collectors.reachability.open import open_pinger
from collectors.reachability.ping import Pinger
from collectors.schedule.ladder import recheck_delay
from collectors.schedule.spread import next_slot, phase
from collectors.schedule.timetable import Action, Timetable
from collectors.settings import CollectorSettings, Credential
from collectors.snmp.channel import Channel
from collectors.telemetry import Telemetry
from foundation.bus import Bus
from foundation.clock import SECOND, Clock
from foundation.messages import CollectorBeat, Observation, PollRequest
from foundation.problems import OperatorError, did_you_mean
from topology.model import Device
from topology.network import Network

log = logging.getLogger(__name__)

TICK: Final = 0.02
"""Seconds between two runs of the timetable."""
BEAT: Final = 5.0
"""Seconds between two beats."""


class Poller:
    """Looks at every device of a network by turns, and at once where it is asked to.

    Publishes `Observation` and `CollectorBeat`, takes `PollRequest`. Runs on one event loop, made for one `run`.
    """

    def __init__(
        self,
        network: Network,
        settings: CollectorSettings,
        credentials: Mapping[str, Credential],
        bus: Bus,
        clock: Clock,
        registry: CollectorRegistry,
    ) -> None:
        """Raises OperatorError when a device names credentials that there are none of, or a secret can't be read."""
        self.clock = clock
        self.telemetry = Telemetry(registry)
        self.publish: Callable[[Observation], None] = bus.publish
        self._bus = bus
        self._network = network
        self._settings = settings
        self._communities = _communities(network, credentials)
        self._requests = bus.subscribe("collector", PollRequest, capacity=10_000)
        self._timetable = Timetable(clock.monotonic(), TICK)
        self.watchers: dict[str, Watcher] = {}
        """By device id, once it runs."""
        self._dues: dict[str, Action] = {}
        self._waiting: deque[Watcher] = deque()
        self._urgent: deque[Watcher] = deque()
        self._again: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pinger: Pinger | None = None
        self._began = 0.0
        self._lag = 0.0
        self._inflight = 0
        self._concurrency = settings.concurrency
        self._quick = settings.reachability_interval / SECOND
        self._ratio = settings.interval // settings.reachability_interval
        self._running = False

    async def run(self) -> None:
        """Poll until cancelled.

        Raises OperatorError when there are too few file descriptors for the devices.
        """
        raise_limit(len(self._network.devices))
        self._pinger = await open_pinger(self._settings.pinger, self._settings.echo_port)
        self._began = self.clock.monotonic()
        self._timetable = Timetable(self._began, TICK)
        self._running = True
        try:
            self._open()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tick())
                group.create_task(self._beat())
                group.create_task(self._listen())
        finally:
            self.stop()

    def stop(self) -> None:
        """Close every socket; calling it twice is harmless."""
        self._running = False
        for task in self._tasks:
            task.cancel()
        for watcher in self.watchers.values():
            watcher.channel.close()
        if self._pinger is not None:
            self._pinger.close()
            self._pinger = None

    # What watchers call ------------------------------------------------------------------------------------------

    def finished(self, watcher: Watcher) -> None:
        """A look is over: when is the next?"""
        self._inflight -= 1
        self.telemetry.inflight = self._inflight
        now = self.clock.monotonic()
        if watcher.device in self._again:
            self._again.discard(watcher.device)
            watcher.full_next = True
            watcher.slot_at = None
            watcher.due_at = now
            self._queue(watcher, self._urgent)
        elif watcher.down is not None:
            delay = recheck_delay(self.clock.now() - watcher.ladder_from) / SECOND
            self._enter(watcher, now + delay)
        else:
            # A look out of turn (the first, a requested one, a re-check) drops no turns.
            last = now if watcher.slot_at is None else watcher.slot_at
            slot = next_slot(last, now, watcher.phase, self._quick, self._ratio)
            watcher.full_next = watcher.full_next or slot.full
            self.telemetry.late += slot.skipped
            self._enter(watcher, slot.when)
            watcher.slot_at = slot.when
        if self._running and (self._urgent or self._waiting):
            self._start_waiting()

    def recovered(self, watcher: Watcher) -> None:
        """A device is back: what lies behind it has a way again, so it is looked at now and often."""
        now = self.clock.now()
        for step in self._network.neighbours(watcher.device):
            neighbour = self.watchers[step.device]
            if neighbour.down is not None:
                neighbour.ladder_from = now
                self._hurry(neighbour)

    def ping(self, watcher: Watcher) -> asyncio.Future[bool] | None:
        """Start a ping."""
        if self._pinger is None:
            return None
        self.telemetry.pings += 1
        task = asyncio.ensure_future(self._pinger.ping(watcher.address))
        self._keep(task)
        return task

    def inventory(self, watcher: Watcher) -> None:
        """Run a watcher's inventory."""
        task = asyncio.ensure_future(watcher.take_inventory())
        self._keep(task)

    # Scheduling --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        settings = self._settings
        declared: dict[str, set[str]] = {device: set() for device in self._network.devices}
        for link in self._network.links.values():
            declared[link.upper].add(link.upper_interface)
            declared[link.lower].add(link.lower_interface)
        for device in self._network.devices.values():
            address = settings.polled_address(device.address)
            watcher = Watcher(
                device.id,
                address,
                self._channel(device, address),
                frozenset(declared[device.id]),
                self,
                timeout=settings.timeout / SECOND,
                deadline=settings.deadline / SECOND,
                values=settings.values_per_request,
                interfaces=settings.interfaces_per_device,
                inventory_interval=settings.inventory_interval / SECOND,
                phase=self._began + phase(device.id, settings.interval / SECOND),
            )
            watcher.due_at = self._began
            self.watchers[device.id] = watcher
            self._dues[device.id] = partial(self._due, watcher)
            # The first sweep is as fast as concurrency allows, so that the picture is whole soon after a start.
            self._queue(watcher, self._waiting)

    def _channel(self, device: Device, address: str) -> Channel:
        port = device.snmp_port or self._settings.port
        try:
            return Channel(
                address, port, self._communities[device.credentials], self._timetable, self.clock, self.telemetry
            )
        except OSError as error:
            raise OperatorError(
                f"No SNMP socket can be opened for device {device.id} at {address}: {error}. "
                "Check its address, and the limit on open files."
            ) from None

    def _enter(self, watcher: Watcher, when: float) -> None:
        watcher.turn += 1
        watcher.slot_at = None
        watcher.due_at = when
        self._timetable.enter(when, self._dues[watcher.device], watcher.turn)

    def _due(self, watcher: Watcher, turn: int) -> None:
        if turn != watcher.turn or watcher.busy or watcher.queued:
            return
        if self._inflight < self._concurrency and not self._waiting:
            self._start(watcher)
        else:
            self._queue(watcher, self._waiting)

    def _queue(self, watcher: Watcher, queue: deque[Watcher]) -> None:
        watcher.queued = True
        queue.append(watcher)

    def _hurry(self, watcher: Watcher) -> None:
        """Look at it before all others; where a look is under way, once more when that is over."""
        watcher.full_next = True
        if watcher.busy:
            self._again.add(watcher.device)
        elif not watcher.queued:
            watcher.turn += 1  # its planned turn is void
            watcher.slot_at = None
            watcher.due_at = self.clock.monotonic()
            self._queue(watcher, self._urgent)
        elif watcher in self._waiting:
            self._waiting.remove(watcher)
            self._urgent.append(watcher)

    def _start_waiting(self) -> None:
        for queue in (self._urgent, self._waiting):
            while queue and self._inflight < self._concurrency:
                watcher = queue.popleft()
                watcher.queued = False
                self._start(watcher)

    def _start(self, watcher: Watcher) -> None:
        full, watcher.full_next = watcher.full_next, False
        watcher.busy = True
        self._inflight += 1
        self.telemetry.inflight = self._inflight
        now = self.clock.monotonic()
        late = now - watcher.due_at
        self.telemetry.started_after(late if late > 0 else 0.0)
        watcher.look(full, now)

    # Tasks -------------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        planned = self.clock.monotonic()
        while True:
            now = self.clock.monotonic()
            self._lag = now - planned
            self._timetable.run(now)
            self._start_waiting()
            planned = now + TICK
            await asyncio.sleep(TICK)

    async def _listen(self) -> None:
        while True:
            for request in await self._requests.batch():
                for device in request.devices:
                    watcher = self.watchers.get(device)
                    if watcher is not None:
                        self._hurry(watcher)
            self._start_waiting()

    async def _beat(self) -> None:
        while True:
            self._abandon_stuck()
            waiting = self._waiting[0].due_at if self._waiting else None
            now = self.clock.monotonic()
            late = max(self._lag, 0.0 if waiting is None else now - waiting)
            down = sum(watcher.down is not None for watcher in self.watchers.values())
            self._bus.publish(
                CollectorBeat(
                    self.clock.now(),
                    len(self.watchers),
                    self.telemetry.looks,
                    late * 1000,
                    self._inflight,
                    {
                        "down": float(down),
                        "waiting": float(len(self._waiting) + len(self._urgent)),
                        "timeouts": float(self.telemetry.timeouts),
                    },
                )
            )
            await asyncio.sleep(BEAT)

    def _abandon_stuck(self) -> None:
        """A defect in one device's look must not take the device out of the schedule for ever."""
        limit = 2 * self._settings.deadline / SECOND + 2 * INVENTORY_DEADLINE
        now = self.clock.monotonic()
        for watcher in self.watchers.values():
            if watcher.busy and now - watcher.began > limit:
                log.error(
                    "The look at device %s hung and was given up.", watcher.device, extra={"device": watcher.device}
                )
                watcher.abandon()

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._release)

    def _release(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A look's task ended by a defect.", exc_info=error)


def _communities(network: Network, credentials: Mapping[str, Credential]) -> dict[str, str]:
    names = {device.credentials for device in network.devices.values()}
    for name in sorted(names - credentials.keys()):
        remedy = did_you_mean(name, credentials) or "Add them under credentials."
        raise OperatorError(f'The topology refers to credentials "{name}", which the settings don\'t have. {remedy}')
    return {name: credentials[name].community.resolve() for name in sorted(names)}
