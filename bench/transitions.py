"""What one more transition costs among 10,000 open alerts: judged, written and committed.

Part of `python -m bench.judge`. CPU is what the platform spends; the wait for the disk that a commit takes is told
beside it, since it is the disk's. The files lie where the system keeps temporary ones: with `TMPDIR=/dev/shm` they lie
in memory and nothing is waited for.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from alerting.alerts.effects import AlertEffect, AlertKey
from alerting.alerts.writer import write_effects
from alerting.changes import ChangeKind, ObjectKind, Severity
from alerting.engine.engine import Engine
from alerting.rules.loader import RuleSet
from alerting.settings import JudgingSettings
from bench.acting import START, NobodyActs, observation
from foundation.bus import Bus
from foundation.clock import SECOND, SteppedClock
from foundation.messages import CollectorBeat, Gateway, HealthReading, HealthStatus, LimitSource, Observation
from storage.records.base import Base
from storage.records.database import Records
from topology.model import Role
from topology.network import Network

OPEN = 10_000
TIMES = 50
LIMIT_MS = 1.0


@dataclass
class Best:
    """The cheapest of many, in milliseconds."""

    cpu: float = float("inf")
    wall: float = float("inf")

    def take(self, cpu: float, wall: float) -> None:
        """One measurement, in seconds."""
        self.cpu, self.wall = min(self.cpu, cpu * 1e3), min(self.wall, wall * 1e3)

    def __str__(self) -> str:
        return f"{self.cpu:.2f} ms CPU, {self.wall:.2f} ms with the wait for the disk"


def transitions(network: Network, rules: RuleSet, directory: Path) -> None:
    """Write one, with its commit; then let the engine judge and write one: a failed fan, and its device degraded."""
    sites = [device.id for device in network.devices.values() if device.role is Role.ACCESS]
    records = Records(f"sqlite:///{directory / 'alerts.sqlite'}")
    Base.metadata.create_all(records.engine)

    def effect(number: int, kind: ChangeKind) -> AlertEffect:
        site = sites[number % len(sites)]
        key = AlertKey(ObjectKind.INTERFACE, f"{site}/lan{number}", "interface-saturated")
        return AlertEffect(kind, key, site, "530000", Severity.MINOR, START, START, "", "", {})

    with records.transaction() as session:
        write_effects(session, [effect(number, ChangeKind.RAISED) for number in range(OPEN + TIMES)])
    written = Best()
    for number in range(TIMES):
        cpu, wall = time.process_time(), time.perf_counter()
        with records.transaction() as session:
            write_effects(session, [effect(number, ChangeKind.CLEARED)])
        written.take(time.process_time() - cpu, time.perf_counter() - wall)
    whole, raised = _judged(network, rules, records, sites)
    records.close()
    print(f"10,000 open alerts, one more transition written and committed: {written}")
    print(f"  judged too, a whole turn of the engine: {whole}")
    if not raised:
        raise SystemExit("The engine raised nothing: what was measured is no transition.")
    reached = max(written.cpu, whole.cpu) <= LIMIT_MS
    print(f"  target ≤ {LIMIT_MS:g} ms CPU, commit included: {'reached' if reached else 'MISSED'}")


def _judged(network: Network, rules: RuleSet, records: Records, sites: list[str]) -> tuple[Best, int]:
    """The turns of an engine in which one alert is raised, and how many there were."""
    clock, bus, acting = SteppedClock(START + SECOND), Bus(), NobodyActs()
    engine = Engine(network, rules, records, bus, clock, acting, CollectorRegistry(), JudgingSettings())
    engine.load()
    failing = sites[:: len(sites) // TIMES][:TIMES]
    for _ in range(4):
        bus.publish_all(observation(network, device, clock.now()) for device in network.devices)
        engine.turn()
        clock.advance(10 * SECOND)
    for _ in range(7):  # its rule waits for a minute
        bus.publish_all(_failing(network, device, clock.now()) for device in failing)
        bus.publish_all(
            observation(network, device, clock.now()) for device in network.devices if device not in failing
        )
        if len(acting.changes):
            raise SystemExit("An alert was raised before it was to be measured.")
        clock.advance(9 * SECOND)
        engine.turn()
    best = Best()
    for device in failing:
        clock.advance(200)
        now = clock.now()
        bus.publish(CollectorBeat(now, len(network.devices), 0, 0.0, 0, gateway=Gateway(True, START, now)))
        bus.publish(_failing(network, device, now))
        before = len(acting.changes)
        cpu, wall = time.process_time(), time.perf_counter()
        engine.turn()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if len(acting.changes) > before:
            best.take(cpu, wall)
    return best, len(acting.changes)


def _failing(network: Network, device: str, at: int) -> Observation:
    found = observation(network, device, at)
    fan = HealthReading(
        "Fan 1", "fan", 2.0, "", HealthStatus.CRITICAL, limit_source=LimitSource.DEVICE, word="abnormal"
    )
    found.health += (fan,)
    return found
