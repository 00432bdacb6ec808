"""How many devices one core polls: simulated ones by the ten thousand, in their ordinary cycle.

    python -m bench.scale [--devices N] [--seconds S] [--trouble]

The collector runs in one process, pinned to one core; the simulated agents in another one, pinned to the next, so the
figures of the one hold no work of the other. Every device is looked at each 10 s, and at all layers each 60 s. Printed
are the CPU of both, and how long after its turn each look began. A device takes one open file: where a process may not
open as many as there are devices, several collectors share the devices, all on the one core.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import resource
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from random import Random
from typing import Final

from prometheus_client import CollectorRegistry

from bench.networks import large_network
from bench.poll import COMMUNITY, credentials
from collectors.descriptors import RESERVE
from collectors.poller import Poller
from collectors.settings import CollectorSettings
from collectors.telemetry import BUCKETS
from foundation.bus import Bus, Mailbox
from foundation.clock import SystemClock
from foundation.garbage import calm_collector
from foundation.messages import Observation, Reach
from simulator.control import send
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from topology.model import Role
from topology.network import Network

PORT: Final = 26461
LIMIT: Final = 1_200.0
"""Seconds after which a start that is not over is given up."""
MOST: Final = 500_000
"""Open files that no bench needs more of."""


def play(devices: int, core: int, ready: Connection) -> None:
    """The simulator's process."""
    calm_collector()
    pin(core)
    settings = SimulatorSettings(port=PORT, echo_port=PORT + 1, control_port=PORT + 2, community=COMMUNITY)
    asyncio.run(simulate(large_network(devices), settings, SystemClock(), started=lambda: ready.send(True)))


def pin(core: int) -> None:
    """Keep the process on one core of those that it may use."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def room() -> int:
    """How many devices one process may have sockets for; as far as is permitted the limit is raised first."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY:
        return MOST
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, MOST))
        hard = MOST
    return hard - 2 * RESERVE


def part(network: Network, number: int, parts: int) -> Network:
    """One of the parts of a network, in the order of its devices, with the links inside it."""
    names = list(network.devices)
    size = -(-len(names) // parts)
    devices = {name: network.devices[name] for name in names[number * size : (number + 1) * size]}
    links = {id_: link for id_, link in network.links.items() if link.upper in devices and link.lower in devices}
    return Network(replace(network.inventory, devices=devices, links=links))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quantile(counts: list[int], share: float) -> float:
    """Seconds that this share of looks began within, from a histogram, straight lines between its marks."""
    wanted, seen = share * sum(counts), 0
    for (low, high), count in zip(pairwise((0.0, *BUCKETS, 2 * BUCKETS[-1])), counts, strict=True):
        if seen + count >= wanted and count:
            return low + (high - low) * (wanted - seen) / count
        seen += count
    return 0.0


async def drain(mailbox: Mailbox[Observation], seen: set[str], missed: set[str]) -> None:
    """Take what is published, as a store would; `seen` are the devices that were read in full, `missed` those that
    were said to be down."""
    while True:
        for found in await mailbox.batch():
            if found.complete:
                seen.add(found.device)
            elif found.reach is Reach.MISSED:
                missed.add(found.device)


def troubled(network: Network) -> tuple[list[str], list[str]]:
    """The dead access routers, a tenth, and the slow and lossy ones, a third."""
    access = [device.id for device in network.devices.values() if device.role is Role.ACCESS]
    Random(5).shuffle(access)
    dead = len(access) // 10
    return access[:dead], access[dead : dead + len(access) // 3]


def cause_trouble(network: Network) -> None:
    """Tell the simulator."""
    dead, slow = troubled(network)
    for device in dead:
        send(PORT + 2, {"fault": "device-dead", "target": device})
    for device in slow:
        send(PORT + 2, {"fault": "loss", "target": device, "percent": 5})
        send(PORT + 2, {"fault": "delay", "target": device, "delay": "300 ms", "jitter": "50 ms"})


async def poll(network: Network, dead: set[str], seconds: float, together: Barrier, figures: Connection) -> None:
    """Start, wait until every device has been read, and until the others are as far; then measure."""
    bus, registry = Bus(), CollectorRegistry()
    mailbox, seen, missed = bus.subscribe("bench", Observation, capacity=1_000_000), set[str](), set[str]()
    settings = CollectorSettings(port=PORT, rewrite="127.0.0.0/8", pinger="udp_echo", echo_port=PORT + 1)
    well = set(network.devices) - dead
    poller = Poller(network, settings, credentials(network), bus, SystemClock(), registry)
    telemetry = poller.telemetry
    tasks = [asyncio.create_task(poller.run()), asyncio.create_task(drain(mailbox, seen, missed))]
    began, cpu = time.perf_counter(), time.process_time()
    try:
        reached = 0.0
        while len(seen) < len(well) and time.perf_counter() - began < LIMIT:
            await asyncio.sleep(0.25)
            if not reached and telemetry.looks >= len(well):
                reached = time.perf_counter() - began
        print(
            f"start: {len(well):,} devices that are well reached after {reached:.1f} s, {len(seen):,} of them "
            f"inventoried and read in full after {time.perf_counter() - began:.1f} s "
            f"({time.process_time() - cpu:.1f} s CPU)",
            flush=True,
        )
        await asyncio.to_thread(together.wait, LIMIT)
        await asyncio.sleep(settings.reachability_interval / 1000)
        before, dropped, looks, timeouts = telemetry.lateness, telemetry.late, telemetry.looks, telemetry.timeouts
        full, misses, telemetry.latest, cpu = telemetry.full_looks, telemetry.misses, 0.0, time.process_time()
        await asyncio.sleep(seconds)
        cpu = time.process_time() - cpu
        figures.send(
            Figures(
                telemetry.looks - looks, telemetry.full_looks - full, telemetry.timeouts - timeouts,
                telemetry.misses - misses, len(missed & well), telemetry.late - dropped, telemetry.latest, cpu,
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
                [new - old for old, new in zip(before, telemetry.lateness, strict=True)],
            )
        )  # fmt: skip
        await asyncio.to_thread(together.wait, LIMIT)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Figures:
    """Of one collector, over the measured time."""

    looks: int
    full: int
    timeouts: int
    missed: int
    wronged: int
    """Devices that are well and were said to be down, since the start."""
    dropped: int
    latest: float
    cpu: float
    memory: float
    lateness: list[int]


def collect(
    devices: int, trouble: bool, number: int, parts: int, seconds: float, together: Barrier, figures: Connection
) -> None:
    """A collector's process."""
    room()
    calm_collector()
    pin(0)
    network = large_network(devices)
    dead = set(troubled(network)[0]) if trouble else set()
    asyncio.run(poll(part(network, number, parts), dead, seconds, together, figures))


def report(found: list[Figures], wall: float, simulator: float) -> None:
    """Print the figures of all collectors together."""
    looks = sum(one.looks for one in found)
    cpu = sum(one.cpu for one in found)
    counts = [sum(column) for column in zip(*(one.lateness for one in found), strict=True)]
    print(
        f"{wall:.0f} s: {looks:,} looks ({looks / wall:,.0f} a second), {sum(one.full for one in found):,} of them at "
        f"all layers; {sum(one.timeouts for one in found):,} timeouts, {sum(one.missed for one in found):,} looks "
        f"missed; {sum(one.wronged for one in found)} devices said to be down that are well"
    )
    print(
        f"  began after their turn: p50 {quantile(counts, 0.5) * 1000:.0f} ms, p99 {quantile(counts, 0.99) * 1000:.0f} "
        f"ms, at most {max(one.latest for one in found) * 1000:.0f} ms; {sum(one.dropped for one in found)} dropped"
    )
    print(
        f"  {len(found)} collector(s) {cpu / wall * 100:.0f} % of one core ({cpu / looks * 1e6:.0f} µs a look), "
        f"{sum(one.memory for one in found):.0f} MB; simulator {simulator / wall * 100:.0f} % of the other"
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--trouble", action="store_true", help="dead, slow and lossy devices (2,700 of them at most)")
    arguments = parser.parse_args()
    parts = -(-arguments.devices // room())
    if parts > 1:
        print(f"One process may open files for {room():,} devices only: {parts} collectors share them.")
    context = multiprocessing.get_context("spawn")
    ready, theirs = context.Pipe()
    simulator = context.Process(target=play, args=(arguments.devices, 1, theirs), daemon=True)
    simulator.start()
    theirs.close()
    processes = [simulator]
    try:
        ready.recv()
        if arguments.trouble:
            cause_trouble(large_network(arguments.devices))
        together = context.Barrier(parts + 1)
        pipes = []
        for number in range(parts):
            figures, theirs = context.Pipe()
            values = (arguments.devices, arguments.trouble, number, parts, arguments.seconds, together, theirs)
            processes.append(context.Process(target=collect, args=values, daemon=True))
            processes[-1].start()
            theirs.close()
            pipes.append(figures)
        assert simulator.pid is not None
        together.wait(2 * LIMIT)
        cpu, wall = cpu_seconds(simulator.pid), time.perf_counter()
        found = [pipe.recv() for pipe in pipes]
        wall = time.perf_counter() - wall
        # Both ways of measuring the time hold the pause before it; the simulator's share is over the whole.
        spent = (cpu_seconds(simulator.pid) - cpu) * arguments.seconds / wall
        report(found, arguments.seconds, spent)
        together.wait(LIMIT)
    except EOFError:
        raise SystemExit("A process did not come up: see above.") from None
    finally:
        for process in reversed(processes):
            process.terminate()
            process.join()


if __name__ == "__main__":
    main()
