"""Loss, delay, death and thousands of agents at once: who is well is looked at on time and never said to be down.

The agents are the simulator's, in a process of their own; the collector runs here, against the real clock. Lateness is
the collector's own figure against its own schedule: that is the promise, not the speed of the machine.
"""

import asyncio
import multiprocessing
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bench.networks import large_network
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from collectors.telemetry import BUCKETS
from foundation.bus import Bus
from foundation.clock import SystemClock
from foundation.messages import Observation, Reach
from foundation.settings import Secret
from simulator.control import send
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from topology.model import Role
from topology.network import Network

pytestmark = [pytest.mark.slow, pytest.mark.alone]

CREDENTIALS = {"default": Credential(community=Secret(value="public"))}


def play(devices: int, settings: SimulatorSettings, ready: Connection) -> None:
    """The simulator's process."""
    asyncio.run(simulate(large_network(devices), settings, SystemClock(), started=lambda: ready.send(True)))


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


@contextmanager
def simulated(devices: int) -> Iterator[SimulatorSettings]:
    """A province of so many devices, on free ports."""
    settings = SimulatorSettings(
        port=free_port(socket.SOCK_DGRAM),
        echo_port=free_port(socket.SOCK_DGRAM),
        control_port=free_port(socket.SOCK_STREAM),
    )
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=play, args=(devices, settings, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert ours.poll(120), "the simulator did not start"
        ours.recv()
        yield settings
    finally:
        process.terminate()
        process.join()


class Work:
    """A collector at work, and all that it found."""

    def __init__(self, poller: Poller, network: Network) -> None:
        self.poller = poller
        self.network = network
        self.read: dict[str, int] = {}
        """Full looks, by device."""
        self.last: dict[str, Reach] = {}
        self.missed: set[str] = set()

    def take(self, found: list[Observation]) -> None:
        for one in found:
            self.last[one.device] = one.reach
            if one.complete:
                self.read[one.device] = self.read.get(one.device, 0) + 1
            if one.reach is Reach.MISSED:
                self.missed.add(one.device)

    async def until(self, condition: Any, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.1)

    def within(self, seconds: float, before: tuple[int, ...]) -> float:
        """The share of looks that began within so many seconds after their turn, since a reading of the lateness. At
        the start all are due at once, and the first sweep is only as quick as the machine."""
        counts = [new - old for old, new in zip(before, self.poller.telemetry.lateness, strict=True)]
        return sum(count for count, end in zip(counts, BUCKETS, strict=False) if end <= seconds) / sum(counts)


@asynccontextmanager
async def working(devices: int, agents: SimulatorSettings, **settings: Any) -> AsyncIterator[Work]:
    network, bus = large_network(devices), Bus()
    mailbox = bus.subscribe("test", Observation, capacity=1_000_000)
    chosen = CollectorSettings.model_validate(
        {
            "port": agents.port, "rewrite": "127.0.0.0/8", "pinger": "udp_echo", "echo_port": agents.echo_port,
            **settings,
        }
    )  # fmt: skip
    poller = Poller(network, chosen, CREDENTIALS, bus, SystemClock(), CollectorRegistry())
    work = Work(poller, network)

    async def listen() -> None:
        while True:
            work.take(await mailbox.batch())

    tasks = [asyncio.create_task(poller.run()), asyncio.create_task(listen())]
    try:
        yield work
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def access_routers(network: Network) -> list[str]:
    found = [device.id for device in network.devices.values() if device.role is Role.ACCESS]
    Random(5).shuffle(found)
    return found


def test_loss_delay_and_dead_devices_keep_nobody_waiting_and_bring_nobody_down_that_is_well() -> None:
    async def play_it(agents: SimulatorSettings) -> None:
        chosen = access_routers(large_network(400))
        dead = chosen[:40]
        slow = chosen[40:173]
        for device in dead:
            send(agents.control_port, {"fault": "device-dead", "target": device})
        for device in slow:
            send(agents.control_port, {"fault": "loss", "target": device, "percent": 5})
            send(agents.control_port, {"fault": "delay", "target": device, "delay": "300 ms", "jitter": "50 ms"})
        async with working(400, agents, interval="10 s", reachability_interval="5 s") as work:
            well = set(work.network.devices) - set(dead)
            await work.until(lambda: well <= set(work.read) and set(dead) <= work.missed, 120)
            assert not work.missed & well, "nobody that is well was missed, at the start neither"
            # Two full cycles of everybody that is well, beside those that are not.
            before, lateness = dict(work.read), work.poller.telemetry.lateness
            late = {device: work.poller.tuning(device).late_looks for device in well}
            await work.until(lambda: all(work.read[device] >= before[device] + 2 for device in well), 120)
            assert work.missed == set(dead)
            assert {work.last[device] for device in dead} == {Reach.MISSED}
            assert {work.last[device] for device in well} == {Reach.ANSWERED}
            assert work.within(1.0, lateness) >= 0.99
            tunings = work.poller.tunings()
            assert sum(tunings[device].late_looks - late[device] for device in well) <= len(well) // 100
            rapid = next(device for device in well if device not in slow)
            delayed = tunings[slow[0]].round_trip_ms
            assert delayed is not None
            assert delayed > 240
            assert tunings[slow[0]].timeout_s > tunings[rapid].timeout_s, "each waits as long as its own line needs"

    with simulated(400) as agents:
        asyncio.run(play_it(agents))


def test_three_thousand_agents_are_read_at_once_and_all_on_time() -> None:
    async def play_it(agents: SimulatorSettings) -> None:
        async with working(3_000, agents, interval="30 s") as work:
            everybody = set(work.network.devices)
            assert len(everybody) >= 3_000
            await work.until(lambda: everybody <= set(work.read), 240)
            assert not work.missed
            telemetry = work.poller.telemetry
            await asyncio.sleep(10)  # the last of the first sweep have found their turns by then
            before, dropped = telemetry.lateness, telemetry.late
            await work.until(lambda: sum(telemetry.lateness) >= sum(before) + 2 * len(everybody), 120)
            assert telemetry.late == dropped
            assert work.within(1.0, before) >= 0.99
            assert work.poller.telemetry.sockets == len(everybody)

    with simulated(3_000) as agents:
        asyncio.run(play_it(agents))


def test_more_dead_devices_than_there_are_places_delay_nobody() -> None:
    async def play_it(agents: SimulatorSettings) -> None:
        dead = access_routers(large_network(100))[:60]
        for device in dead:
            send(agents.control_port, {"fault": "device-dead", "target": device})
        # Eight places, and sixty devices that each hold one for seconds: if they did.
        async with working(100, agents, concurrency=8, interval="5 s", reachability_interval="5 s") as work:
            well = set(work.network.devices) - set(dead)
            await work.until(lambda: all(work.read.get(device, 0) >= 3 for device in well), 90)
            await work.until(lambda: work.missed == set(dead), 90)
            lateness = work.poller.telemetry.lateness
            before = dict(work.read)
            await work.until(lambda: all(work.read[device] >= before[device] + 3 for device in well), 60)
            assert work.within(1.0, lateness) >= 0.99
            assert not work.missed & well

    with simulated(100) as agents:
        asyncio.run(play_it(agents))
