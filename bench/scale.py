"""How many devices one core polls: simulated ones by the ten thousand, in their ordinary cycle.

    python -m bench.scale [--devices N] [--seconds S]

The collector runs in this process, pinned to one core; the simulated agents in another one, pinned to the next, so the
figures of the one hold no work of the other. Every device is looked at each 10 s, and at all layers each 60 s. Printed
are the CPU of both, and how long after its turn each look began: "late" is more than a second. As root the limit on
open files is raised as far as the devices need.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import time
from itertools import pairwise
from multiprocessing.connection import Connection
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
from foundation.messages import Observation
from simulator.run import simulate
from simulator.settings import SimulatorSettings

PORT: Final = 26461
LIMIT: Final = 600.0
"""Seconds after which a start that is not over is given up."""


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


def allow_files(needed: int) -> None:
    """Raise the hard limit too, where that is permitted."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, needed))


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


async def drain(mailbox: Mailbox[Observation], seen: set[str]) -> None:
    """Take what is published, as a store would; `seen` are the devices that were read in full."""
    while True:
        seen.update(found.device for found in await mailbox.batch() if found.complete)


async def poll(devices: int, seconds: float, simulator: int) -> None:
    """Start, wait until every device has been read, then measure."""
    network = large_network(devices)
    bus, registry = Bus(), CollectorRegistry()
    mailbox, seen = bus.subscribe("bench", Observation, capacity=1_000_000), set[str]()
    settings = CollectorSettings(port=PORT, rewrite="127.0.0.0/8", pinger="off")
    poller = Poller(network, settings, credentials(network), bus, SystemClock(), registry)
    telemetry = poller.telemetry
    tasks = [asyncio.create_task(poller.run()), asyncio.create_task(drain(mailbox, seen))]
    began, cpu = time.perf_counter(), time.process_time()
    try:
        reached = 0.0
        while len(seen) < len(network.devices) and time.perf_counter() - began < LIMIT:
            await asyncio.sleep(0.25)
            if not reached and telemetry.looks >= len(network.devices):
                reached = time.perf_counter() - began
        print(
            f"start: all {len(network.devices):,} devices reached after {reached:.1f} s, {len(seen):,} of them "
            f"inventoried and read in full after {time.perf_counter() - began:.1f} s "
            f"({time.process_time() - cpu:.1f} s CPU)"
        )
        await asyncio.sleep(settings.reachability_interval / 1000)
        before, dropped, looks, timeouts = telemetry.lateness, telemetry.late, telemetry.looks, telemetry.timeouts
        full, misses, telemetry.latest = telemetry.full_looks, telemetry.misses, 0.0
        cpu, theirs, wall = time.process_time(), cpu_seconds(simulator), time.perf_counter()
        await asyncio.sleep(seconds)
        wall = time.perf_counter() - wall
        cpu, theirs = time.process_time() - cpu, cpu_seconds(simulator) - theirs
        counts = [new - old for old, new in zip(before, telemetry.lateness, strict=True)]
        looks = telemetry.looks - looks
        print(
            f"{wall:.0f} s: {looks:,} looks ({looks / wall:,.0f} a second), {telemetry.full_looks - full:,} of them at "
            f"all layers; {telemetry.timeouts - timeouts} timeouts, {telemetry.misses - misses} missed"
        )
        print(
            f"  began after their turn: p50 {quantile(counts, 0.5) * 1000:.0f} ms, "
            f"p99 {quantile(counts, 0.99) * 1000:.0f} ms, at most {telemetry.latest * 1000:.0f} ms; "
            f"{telemetry.late - dropped} turns dropped"
        )
        print(
            f"  collector {cpu / wall * 100:.0f} % of one core ({cpu / looks * 1e6:.0f} µs a look), "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB; "
            f"simulator {theirs / wall * 100:.0f} % of the other"
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    arguments = parser.parse_args()
    allow_files(arguments.devices * 11 // 10 + 2 * RESERVE)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=play, args=(arguments.devices, 1, theirs), daemon=True)
    process.start()
    assert process.pid is not None
    theirs.close()
    try:
        ours.recv()
        pin(0)
        calm_collector()
        asyncio.run(poll(arguments.devices, arguments.seconds, process.pid))
    except EOFError:
        raise SystemExit("The simulator did not start: see above.") from None
    finally:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
