"""What a poll of 20 values costs in CPU, per device: bare gufo-snmp, gufo's asyncio session, and the collector.

    python -m bench.poll [--rounds N] [--sweep]

The sample province is simulated in a second process, whose CPU does not count. All three ask the same values of the
same devices in the same run, a bounded number of requests under way at once:

- bare: gufo's low-level sockets on one epoll; the answer is a dictionary and nothing is done with it
- session: gufo's `SnmpSession.get_many` on asyncio
- collector: the poller itself, asked for all devices: scheduled, decoded to an Observation with rates, published

Beside them, where Debian's prometheus-snmp-exporter is installed, that, for the same values; its CPU is its process's.

`--sweep` lets the poller start from nothing as the platform does, and prints how long until every device has been read
in full, how long a sweep takes, and what the paced loop costs.
"""

import argparse
import asyncio
import multiprocessing
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from typing import Final

from gufo.snmp.aio import SnmpSession
from prometheus_client import CollectorRegistry

from bench import exporter
from collectors.descriptors import raise_limit
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from collectors.snmp.gufo import SnmpV2cClientSocket, open_socket
from foundation.bus import Bus, Mailbox
from foundation.clock import SystemClock
from foundation.garbage import calm_collector
from foundation.messages import Observation, PollRequest
from foundation.settings import Secret
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from topology.loader import load_network
from topology.model import Role
from topology.network import Network

ROOT: Final = Path(__file__).resolve().parent.parent
PORT: Final = 26361
UNDER_WAY: Final = 96
COMMUNITY: Final = "public"


def read_network() -> Network:
    """The sample province."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


def play(ready: Event) -> None:
    """The simulator's process."""
    settings = SimulatorSettings(port=PORT, echo_port=PORT + 1, control_port=PORT + 2, community=COMMUNITY)
    asyncio.run(simulate(read_network(), settings, SystemClock(), started=ready.set))


class Measure:
    """CPU and wall time of a block, a device-poll."""

    def __init__(self, name: str, polls: int) -> None:
        self._name = name
        self._polls = polls
        self.cpu_us = 0.0

    def __enter__(self) -> "Measure":
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        self.cpu_us = cpu / self._polls * 1e6
        print(f"{self._name:<34} {self.cpu_us:7.1f} µs CPU/device-poll   {self._polls / wall:8.0f} polls/s")


def bare(sockets: dict[int, tuple[SnmpV2cClientSocket, list[str]]]) -> None:
    """Low-level sockets on one epoll."""
    epoll = select.epoll()
    for descriptor in sockets:
        epoll.register(descriptor, select.EPOLLIN)
    todo = iter(sockets.values())
    under_way = 0
    for socket, names in todo:
        socket.send_get_many(names)
        under_way += 1
        if under_way == UNDER_WAY:
            break
    while under_way:
        for descriptor, _event in epoll.poll(1.0):
            answer = sockets[descriptor][0].recv_get_many()
            assert len(answer) > 10
            under_way -= 1
            following = next(todo, None)
            if following is not None:
                following[0].send_get_many(following[1])
                under_way += 1
    epoll.close()


async def sessions(asked: list[tuple[str, list[str]]]) -> None:
    """Gufo's asyncio session, one a device."""
    kept = [(SnmpSession(address, PORT, COMMUNITY, timeout=5.0), names) for address, names in asked]
    todo = iter(kept)
    await asyncio.gather(*(work(todo) for _ in range(UNDER_WAY)))


async def work(todo: Iterator[tuple[SnmpSession, list[str]]]) -> None:
    """Ask the next device until none is left."""
    for session, names in todo:
        await session.get_many(names)


Round = tuple[float, float, float, float | None]
"""Microseconds of CPU a device: bare, session, collector, and the exporter where it is installed."""


async def collector(network: Network, rounds: int, figures: list[Round]) -> None:
    """The real poller, asked for all access routers at once, again and again; beside it gufo, for the same values."""
    settings = CollectorSettings.model_validate(
        {
            "port": PORT, "rewrite": "127.0.0.0/8", "pinger": "off", "concurrency": UNDER_WAY,
            "reachability_interval": "1 h", "interval": "1 h", "inventory_interval": "24 h",
        }
    )  # fmt: skip
    bus = Bus()
    mailbox = bus.subscribe("bench", Observation, capacity=100_000)
    poller = Poller(network, settings, credentials(network), bus, SystemClock(), CollectorRegistry())
    task = asyncio.create_task(poller.run())
    stack = ExitStack()
    try:
        await whole(mailbox, len(network.devices))
        devices = frozenset(device.id for device in network.devices.values() if device.role is Role.ACCESS)
        asked = {device: (poller.watchers[device].address, poller.watchers[device].asked) for device in devices}
        values = sum(len(names) for _, names in asked.values()) / len(asked)
        print(f"{len(asked)} access routers, {values:.1f} values each, {rounds} rounds")
        sockets: dict[int, tuple[SnmpV2cClientSocket, list[str]]] = {}
        for address, names in asked.values():
            opened = open_socket(address, PORT, COMMUNITY)
            sockets[opened.get_fd()] = (opened, names)
        other = stack.enter_context(exporter.running(asked, PORT, COMMUNITY)) if exporter.installed() else None
        for number in range(rounds):
            # Rates are derived over two seconds and more; the pause costs no CPU but the ticks.
            await asyncio.sleep(2.2)
            # All three in turn, so that a busy moment of the machine touches all alike.
            with Measure("bare gufo low-level sockets", len(asked)) as plain:
                bare(sockets)
            with Measure("gufo asyncio session", len(asked)) as session:
                await sessions(list(asked.values()))
            with Measure("collector (look, derive, publish)", len(devices)) as measure:
                bus.publish(PollRequest(devices, SystemClock().now()))
                rates = await whole(mailbox, len(devices))
            scraped = None if other is None else other.scrape()
            if scraped is not None:
                print(f"{exporter.PROGRAM:<34} {scraped:7.1f} µs CPU/device-poll")
            if number:  # the first one warms up
                figures.append((plain.cpu_us, session.cpu_us, measure.cpu_us, scraped))
        print(f"{'':34} {rates} interface rates in the last round")
    finally:
        stack.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def whole(mailbox: Mailbox[Observation], devices: int) -> int:
    """Wait until so many devices have been read in full; returns how many interface rates came."""
    seen: set[str] = set()
    rates = 0
    while len(seen) < devices:
        for observation in await mailbox.batch():
            if observation.complete:
                seen.add(observation.device)
                rates += sum(reading.in_bps is not None for reading in observation.interfaces)
    return rates


async def sweep(network: Network) -> None:
    """The start of the platform: nothing known, everything asked."""
    bus = Bus()
    mailbox = bus.subscribe("bench", Observation, capacity=100_000)
    settings = CollectorSettings(port=PORT, rewrite="127.0.0.0/8", pinger="off")
    poller = Poller(network, settings, credentials(network), bus, SystemClock(), CollectorRegistry())
    began, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(poller.run())
    try:
        await whole(mailbox, len(network.devices))
        print(
            f"start: every device inventoried and read in {time.perf_counter() - began:.1f} s, "
            f"{time.process_time() - cpu:.1f} s CPU"
        )
        for _ in range(2):
            await asyncio.sleep(2.2)
            began = time.perf_counter()
            bus.publish(PollRequest(frozenset(network.devices), SystemClock().now()))
            await whole(mailbox, len(network.devices))
            print(
                f"sweep of all {len(network.devices)} devices, all layers: {time.perf_counter() - began:.2f} s (≤ 3 s)"
            )
        cpu, looks = time.process_time(), poller.telemetry.looks
        await asyncio.sleep(20)
        spent, looks = time.process_time() - cpu, poller.telemetry.looks - looks
        print(
            f"steady: {spent / 20 * 100:.1f} % of a core, {spent / looks * 1e6:.0f} µs a look, {looks / 20:.0f} looks/s"
        )
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def credentials(network: Network) -> dict[str, Credential]:
    """The simulator's community for whatever name the topology uses."""
    credential = Credential(community=Secret(value=COMMUNITY))
    return {device.credentials: credential for device in network.devices.values()}


def main() -> None:
    """Print all figures and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--sweep", action="store_true", help="also time a start from nothing and a paced minute")
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    simulator = context.Process(target=play, args=(ready,), daemon=True)
    simulator.start()
    try:
        if not ready.wait(60):
            raise SystemExit("The simulator did not start.")
        network = read_network()
        calm_collector()
        raise_limit(3 * len(network.devices))
        figures: list[Round] = []
        asyncio.run(collector(network, arguments.rounds + 1, figures))
        plain, session, ours = (median(column) for column in zip(*(values[:3] for values in figures), strict=True))
        print(f"medians: bare {plain:.1f} µs, session {session:.1f} µs, collector {ours:.1f} µs")
        print(f"collector: {ours / plain:.2f} × bare (≤ 2), {ours / session:.2f} × session")
        scraped = [values[3] for values in figures if values[3] is not None]
        if scraped:
            theirs = median(scraped)
            print(f"{exporter.PROGRAM}: {theirs:.1f} µs; the collector takes {ours / theirs:.2f} of it (≤ 0.33)")
        if arguments.sweep:
            asyncio.run(sweep(network))
    finally:
        simulator.terminate()
        simulator.join()


if __name__ == "__main__":
    main()
