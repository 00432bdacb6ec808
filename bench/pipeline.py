"""What one device-poll costs through the whole pipeline: poll, derive, judge, act, store.

    python -m bench.pipeline [--rounds N]

The sample province is simulated in a second process, whose CPU does not count. The platform's own parts run in this
one: poll loop, alert engine with the default rules and the real responder on SQLite, metric writer on DuckDB. Beside
them, in turn and in the same run, bare gufo-snmp asks the same values of the same devices: by its low-level sockets,
and by the session that its documentation shows. What the platform spends while it only waits (its ticks) is measured
too, and told apart: it does not grow with the number of polls.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from prometheus_client import CollectorRegistry

from alerting.engine.engine import Engine
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.oncall.roster import load_roster
from alerting.rules.loader import load_rules
from alerting.runbooks.loader import load_runbooks
from alerting.settings import JudgingSettings
from bench.poll import PORT, ROOT, UNDER_WAY, Measure, bare, credentials, play, read_network, sessions, whole
from collectors.descriptors import raise_limit
from collectors.poller import Poller
from collectors.settings import CollectorSettings
from collectors.snmp.gufo import SnmpV2cClientSocket, open_socket
from foundation.bus import Bus
from foundation.clock import SystemClock
from foundation.garbage import calm_collector
from foundation.messages import Observation, PollRequest
from storage.metrics.open import open_metric_store, open_metric_writer, open_spool
from storage.metrics.rows import RowBuilder
from storage.metrics.settings import MetricSettings
from storage.records.database import Records
from storage.records.migrate import upgrade
from topology.model import Role
from topology.network import Network

DRAIN: Final = 6.0
"""Seconds after a round in which the writer's and the engine's share of it is done; they count.

The waiting that they hold is measured over as long a time in which nothing is polled."""


async def pipeline(network: Network, rounds: int, data: Path) -> list[tuple[float, float, float, float]]:
    """CPU a device-poll in µs for each round: bare low-level sockets, gufo's session, whole pipeline, waiting."""
    clock, bus, registry = SystemClock(), Bus(), CollectorRegistry()
    settings = CollectorSettings.model_validate(
        {
            "port": PORT, "rewrite": "127.0.0.0/8", "pinger": "off", "concurrency": UNDER_WAY,
            "reachability_interval": "1 h", "interval": "1 h", "inventory_interval": "24 h",
        }
    )  # fmt: skip
    rules = load_rules(ROOT / "rules")
    records = Records(f"sqlite:///{data / 'records.sqlite'}")
    upgrade(records)
    store = open_metric_store(MetricSettings(), data, clock)
    roster = load_roster(ROOT / "roster.yaml", network)
    responder = IncidentResponder(network, load_runbooks(ROOT / "runbooks", rules), roster, ActingSettings())
    engine = Engine(network, rules, records, bus, clock, responder, registry, JudgingSettings())
    spool = open_spool(MetricSettings(), data)
    writer = open_metric_writer(MetricSettings(), bus, store, RowBuilder(network), clock, registry, spool)
    mailbox = bus.subscribe("bench", Observation, capacity=100_000)
    poller = Poller(network, settings, credentials(network), bus, clock, registry)
    await engine.start()
    tasks = [asyncio.create_task(part.run()) for part in (engine, writer, poller)]
    figures: list[tuple[float, float, float, float]] = []
    try:
        await whole(mailbox, len(network.devices))
        devices = frozenset(device.id for device in network.devices.values() if device.role is Role.ACCESS)
        asked = {device: (poller.watchers[device].address, poller.watchers[device].asked) for device in devices}
        values = sum(len(names) for _, names in asked.values()) / len(asked)
        print(f"{len(asked)} access routers, {values:.1f} values each, {rounds} rounds")
        sockets: dict[int, tuple[SnmpV2cClientSocket, list[str]]] = {}
        for address, names in asked.values():
            opened = open_socket(address, PORT, "public")
            sockets[opened.get_fd()] = (opened, names)
        await asyncio.sleep(DRAIN)
        for number in range(rounds + 1):
            with Measure("bare gufo low-level sockets", len(asked)) as plain:
                bare(sockets)
            with Measure("gufo asyncio session", len(asked)) as session:
                await sessions(list(asked.values()))
            with Measure("waiting, spread over the round's polls", len(devices)) as waiting:
                await asyncio.sleep(DRAIN)
            with Measure("pipeline (poll, derive, judge, store)", len(devices)) as measure:
                bus.publish(PollRequest(devices, clock.now()))
                await whole(mailbox, len(devices))
                await asyncio.sleep(DRAIN)
            if number:  # the first one warms up
                figures.append((plain.cpu_us, session.cpu_us, measure.cpu_us, waiting.cpu_us))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.stop()
        await writer.stop()
        store.close()
        records.close()
    return figures


def main() -> None:
    """Print the figures and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=4)
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
        with tempfile.TemporaryDirectory() as directory:
            began = time.process_time()
            figures = asyncio.run(pipeline(network, arguments.rounds, Path(directory)))
        plain, session, ours, waiting = (median(column) for column in zip(*figures, strict=True))
        print(f"medians: bare sockets {plain:.1f} µs, session {session:.1f} µs, pipeline {ours:.1f} µs (≤ 200 µs)")
        print(f"         of the pipeline's, {waiting:.1f} µs are waiting, so a poll adds {ours - waiting:.1f} µs")
        print(
            f"pipeline: {(ours - waiting) / plain:.2f} × bare sockets (≤ 3; {ours / plain:.2f} with the waiting), "
            f"{(ours - waiting) / session:.2f} × gufo's session ({ours / session:.2f})"
        )
        print(f"whole run: {time.process_time() - began:.1f} s CPU")
    finally:
        simulator.terminate()
        simulator.join()


if __name__ == "__main__":
    main()
