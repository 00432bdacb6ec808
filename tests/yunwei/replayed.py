"""Rows and rules that `yunwei rules test` is tried with, alone and beside a platform."""

from pathlib import Path

from foundation.clock import HOUR, MINUTE, SECOND, Instant
from foundation.messages import CounterVerdict, HealthReading, IfStatus, InterfaceReading, Observation, Reach
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.rows import RowBuilder
from topology.loader import load_network

SPOILT = """\
rules:
  - id: spoilt
    kind: ratio
    of: in_errors
    over: 30 min
    when: "> 5 %"
    clear: "< 1 %"
    severity: warning
    summary: "{device} {value}"
    summary_en: "{device}: {value}"
"""
CROWDED = """\
  - id: crowded
    kind: threshold
    metric: in_util
    when: "> 80 %"
    clear: "< 70 %"
    for: 5 min
    severity: warning
    summary: "{device} {value}"
    summary_en: "{device}: {value}"
"""


def keep(directory: Path, looks: list[Observation]) -> None:
    """Put looks into the metrics of a configuration, as a platform that ran before has stored them."""
    network = load_network(directory / "topology.yaml", directory / "agencies.csv")
    (directory / "data").mkdir(exist_ok=True)
    store = DuckDbStore(directory / "data" / "metrics.duckdb")
    store.write(RowBuilder(network).batch(looks))
    store.close()


def warm(device: str, end: Instant) -> list[Observation]:
    """The hour before `end`, of a device that is warm in its third quarter."""
    return [
        Observation(
            device, at, Reach.ANSWERED, rtt_ms=2.0, uptime_s=(at - end) / 1000 + 1e6,
            health=(HealthReading("cpu", "cpu", 70.0 if 30 <= (at - end + HOUR) // MINUTE < 45 else 20.0, "%"),),
        )
        for at in range(end - HOUR, end, 30 * SECOND)
    ]  # fmt: skip


def spoilt(device: str, end: Instant) -> list[Observation]:
    """The hour before `end`, of a crowded port that many packets reach with errors."""
    port = InterfaceReading(
        "x1", IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, 1e6, 1e6, 90.0, 1.0, 100.0, 0.0, 0.0, 0.0
    )
    return [
        Observation(device, at, Reach.ANSWERED, rtt_ms=2.0, uptime_s=9e5, interfaces=(port,), complete=True)
        for at in range(end - HOUR, end, 30 * SECOND)
    ]
