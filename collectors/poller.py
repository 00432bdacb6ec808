"""The poll loop: one watcher a device, their turns, and what is told on the bus."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry

from collectors.budget.ledger import Ledger
from collectors.budget.places import Places
from collectors.descriptors import raise_limit
from collectors.facts import Facts
from collectors.reachability.gateways import Gateways, watch_gateways
from collectors.reachability.open import open_pinger
from collectors.reachability.ping import Pinger
from collectors.schedule.ladder import recheck_delay
from collectors.schedule.spread import phase
from collectors.schedule.timetable import Timetable
from collectors.schedule.turns import Turns
from collectors.settings import CollectorSettings, Credential, resolve_logins
from collectors.snmp.channel import Channel
from collectors.snmp.credentials import Keyring
from collectors.snmp.hub import SocketHub
from collectors.snmp.inventory import Inventory
from collectors.snmp.profiles.profile import ProfileSet
from collectors.telemetry import Telemetry
from collectors.watching.memory import Memory
from collectors.watching.tuning import LineUse, Tuning, recall, tuning_of
from collectors.watching.watcher import INVENTORY_DEADLINE, QUICK_BYTES, QUICK_COST, Watcher
from foundation.bus import Bus
from foundation.clock import SECOND, Clock
from foundation.messages import CollectorBeat, Observation, PollRequest
from foundation.problems import OperatorError
from topology.model import Device
from topology.network import Network

log = logging.getLogger(__name__)

TICK: Final = 0.05
"""Seconds between two runs of the timetable."""
BEAT: Final = 5.0
"""Seconds between two beats."""
GRACE: Final = 15.0
"""Seconds beyond all deadlines after which a look is given up: a deadline is only looked at between two requests."""


class Poller:
    """Looks at every device of a network by turns, and at once where it is asked to.

    Publishes `Observation` and `CollectorBeat`, takes `PollRequest`. Runs on one event loop; made for one `run`.
    """

    def __init__(
        self,
        network: Network,
        settings: CollectorSettings,
        credentials: Mapping[str, Credential],
        bus: Bus,
        clock: Clock,
        registry: CollectorRegistry,
        credential_sets: Mapping[str, Sequence[str]] | None = None,
        *,
        profiles: ProfileSet | None = None,
        keep: Callable[[str, Inventory], None] | None = None,
        known: Mapping[str, Facts] | None = None,
    ) -> None:
        """`profiles` are the device families that are known, the shipped ones by default; `keep` is told every
        inventory that was taken; `known` is what an earlier run kept, by device.

        Raises OperatorError when a device names credentials that there are none of, or a secret can't be read.
        """
        self.clock: Clock = clock
        self.telemetry = Telemetry(registry)
        self.profiles = ProfileSet.load() if profiles is None else profiles
        self.publish: Callable[[Observation], None] = bus.publish
        self._keep_inventory = keep
        self._known = known or {}
        self.watchers: dict[str, Watcher] = {}
        """By device id, once it runs."""
        self._bus = bus
        self._network = network
        self._settings = settings
        named = {device.credentials for device in network.devices.values()}
        self._logins = resolve_logins(named, credentials, credential_sets or {})
        self._requests = bus.subscribe("collector", PollRequest, capacity=10_000)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pinger: Pinger | None = None
        self._hub: SocketHub | None = None
        self._gateways = Gateways()
        self._lag = 0.0
        self._began = clock.monotonic()
        self._timetable = Timetable(self._began, TICK)
        self._turns = Turns(
            self._timetable,
            clock,
            self.telemetry,
            self._start,
            quick=settings.reachability_interval / SECOND,
            ratio=settings.interval // settings.reachability_interval,
            concurrency=settings.concurrency,
            site_concurrency=settings.site_concurrency,
        )
        self._places = Places(settings.concurrency, self._turns.resume)
        self._ledger = Ledger(
            network,
            share=settings.uplink_share,
            quick=QUICK_BYTES,
            quick_interval=settings.reachability_interval / SECOND,
            now=self._began,
        )

    async def run(self) -> None:
        """Poll until cancelled.

        Raises OperatorError when there are too few file descriptors for the devices, or no socket can be had.
        """
        raise_limit(len(self._network.devices))
        try:
            self._pinger = await open_pinger(self._settings.pinger, self._settings.echo_port)
            self._open()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tick())
                group.create_task(self._beat())
                group.create_task(self._listen())
                if self._settings.gateways and self._pinger is not None:
                    group.create_task(
                        watch_gateways(
                            self._settings.gateways, self._pinger.ping, self._gateways, self._publish_beat, self.clock
                        )
                    )
        finally:
            self.stop()

    def stop(self) -> None:
        """Close every socket; calling it twice is harmless."""
        for task in tuple(self._tasks):
            task.cancel()
        for watcher in self.watchers.values():
            watcher.channel.close()
        if self._hub is not None:
            self._hub.close()
        if self._pinger is not None:
            self._pinger.close()
            self._pinger = None

    # What watchers call ------------------------------------------------------------------------------------------

    def finished(self, device: str) -> None:
        """A look is over: when is the next?"""
        watcher = self.watchers[device]
        if watcher.down is None:
            self._turns.finished(device, None)
        else:
            self._turns.finished(device, recheck_delay(self.clock.now() - watcher.ladder_from) / SECOND)

    def recovered(self, device: str) -> None:
        """A device is back: what lies behind it has a way again, so it is looked at now and often."""
        now = self.clock.now()
        for step in self._network.neighbours(device):
            neighbour = self.watchers[step.device]
            if neighbour.down is not None:
                neighbour.ladder_from = now
                self._turns.hurry(step.device)

    def ping(self, address: str) -> "asyncio.Future[bool] | None":
        """Start a ping."""
        if self._pinger is None:
            return None
        self.telemetry.pings += 1
        return self._keep(asyncio.ensure_future(self._pinger.ping(address)))

    def learned(self, device: str, inventory: Inventory) -> None:
        """An inventory is to be kept."""
        if self._keep_inventory is not None:
            self._keep_inventory(device, inventory)

    def set_aside(self, device: str) -> None:
        """A look will take long."""
        self._turns.set_aside(device)

    def owe(self, device: str) -> None:
        """A look at all layers is put off."""
        self._turns.owe(device)

    def may_learn(self, device: str) -> bool:
        """Take a place for an inventory, or wait for one."""
        return self._places.take(device)

    def gave_place(self) -> None:
        """An inventory is over."""
        self._places.give_back()

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run an inventory."""
        return self._keep(asyncio.ensure_future(work))

    # What others ask ---------------------------------------------------------------------------------------------

    def lines(self) -> dict[str, LineUse]:
        """What polling puts on each line that devices are polled over, by the link's id."""
        carried = self._ledger.carried()
        return {
            link: LineUse(
                link=link,
                speed_mbps=line.speed_mbps,
                devices=line.devices,
                allowed_per_minute=round(line.rate * 60),
                carried_per_minute=round(carried[link]),
            )
            for link, line in self._ledger.lines.items()
        }

    def tuning(self, device: str) -> Tuning:
        """How a device is polled at present, and what that costs. Raises KeyError before it runs, or for no device."""
        return self._tuning(device, self.lines())

    def tunings(self) -> dict[str, Tuning]:
        """The same of all devices."""
        lines = self.lines()
        return {device: self._tuning(device, lines) for device in self.watchers}

    def _tuning(self, device: str, lines: Mapping[str, LineUse]) -> Tuning:
        account = self._ledger.accounts[device]
        full = 60 * SECOND / self._settings.interval
        return tuning_of(
            self.watchers[device],
            account,
            self._turns.punctuality(device),
            QUICK_COST,
            (60 * SECOND / self._settings.reachability_interval - full, full),
            tuple(lines[link] for link in account.links),
        )

    # The shell ---------------------------------------------------------------------------------------------------

    def _start(self, device: str, full: bool, now: float) -> None:
        self.watchers[device].look(full, now)

    def _open(self) -> None:
        hub = self._hub = SocketHub()
        settings = self._settings
        interval = settings.interval / SECOND
        declared: dict[str, set[str]] = {device: set() for device in self._network.devices}
        for link in self._network.links.values():
            declared[link.upper].add(link.upper_interface)
            declared[link.lower].add(link.lower_interface)
        for device in self._network.devices.values():
            address = settings.polled_address(device.address)
            place = phase(device.id, interval)
            memory = Memory(
                device.id,
                frozenset(declared[device.id]),
                timeout=settings.timeout / SECOND,
                values=settings.values_per_request,
                most_interfaces=settings.interfaces_per_device,
                inventory_interval=settings.inventory_interval / SECOND,
                share=place / interval,
            )
            if (facts := self._known.get(device.id)) is not None:
                memory.inventory = facts.inventory
            channel = self._channel(device, address, hub)
            watcher = self.watchers[device.id] = Watcher(
                device.id,
                address,
                channel,
                memory,
                self,
                settings.deadline / SECOND,
                self._ledger.accounts[device.id],
            )
            if facts is not None and facts.tuning is not None:
                recall(watcher, facts.tuning)
            self._turns.add(device.id, self._began + place, device.county or device.division)

    def _channel(self, device: Device, address: str, hub: SocketHub) -> Channel:
        port = device.snmp_port or self._settings.port
        keyring = Keyring(self._logins[device.credentials])
        try:
            return Channel(
                address,
                port,
                keyring,
                hub,
                self._timetable,
                self.clock,
                self.telemetry,
                1 / self._settings.device_packets_per_second,
            )
        except OSError as error:
            raise OperatorError(
                f"No SNMP socket can be opened for device {device.id} at {address}: {error}. "
                "Check its address, the limit on open files, and net.ipv4.ip_local_port_range: each device takes one "
                "local UDP port."
            ) from None

    async def _tick(self) -> None:
        planned = self.clock.monotonic()
        while True:
            now = self.clock.monotonic()
            self._lag = now - planned
            self._timetable.run(now)
            self._turns.start_waiting()
            planned = now + TICK
            await asyncio.sleep(TICK)

    async def _listen(self) -> None:
        while True:
            for request in await self._requests.batch():
                for device in request.devices:
                    self._turns.hurry(device)
            self._turns.start_waiting()

    async def _beat(self) -> None:
        while True:
            self._abandon_stuck()
            self._ledger.sample(self.clock.monotonic())
            self._publish_beat()
            await asyncio.sleep(BEAT)

    def _publish_beat(self) -> None:
        down = sum(watcher.down is not None for watcher in self.watchers.values())
        self._bus.publish(
            CollectorBeat(
                self.clock.now(),
                len(self.watchers),
                self.telemetry.looks,
                max(self._lag, self._turns.lateness) * SECOND,
                self._turns.inflight,
                {
                    "down": float(down),
                    "waiting": float(self._turns.waiting),
                    "timeouts": float(self.telemetry.timeouts),
                    "put_off": float(self._ledger.put_off),
                },
                gateway=self._gateways.word,
            )
        )

    def _abandon_stuck(self) -> None:
        """The hard deadline for a whole device, its inventory included, whatever it hangs in."""
        limit = self._settings.deadline / SECOND + INVENTORY_DEADLINE + GRACE
        now = self.clock.monotonic()
        for device in self._turns.busy:
            watcher = self.watchers[device]
            if now - watcher.started > limit:
                log.error("The look at device %s hung and was given up.", device, extra={"device": device})
                watcher.abandon()

    def _keep(self, task: "asyncio.Task[Any]") -> "asyncio.Task[Any]":
        self._tasks.add(task)
        task.add_done_callback(self._release)
        return task

    def _release(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A task of the poll loop ended by a defect.", exc_info=error)
