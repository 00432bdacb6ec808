"""One device in one trouble is one incident with the shipped rules, however many rules find something wrong with it."""

from pathlib import Path

import pytest

from foundation.clock import MINUTE, SteppedClock
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench, hot
from tests.alerting.written import written
from topology.network import Network

pytestmark = pytest.mark.slow

ERRORS = """
id: errors
kind: threshold
metric: in_errors
when: "> 1 /s"
clear: "< 0.1 /s"
"""
CPU = """
id: cpu
kind: threshold
metric: cpu
when: "> 80 %"
clear: "< 60 %"
scope: {include: [{role: core}]}
"""
BOTH = """
id: both
kind: composite
rule: errors
while: cpu
on: site
severity: major
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


def look(bench: Bench, minutes: int, *, cpu: float, rtt_ms: float = 5.0, errors: float = 0.0) -> None:
    for _ in range(minutes):
        ports = bench.ports("core-1", in_errors=errors)
        bench.see(bench.look("core-1", health=hot(value=cpu), rtt_ms=rtt_ms, interfaces=ports))
        bench.clock.advance(MINUTE)


@pytest.mark.parametrize("first", ["cpu-high", "response-slow"])
def test_a_device_short_of_cpu_and_slow_to_answer_is_one_incident_led_by_the_gravest(bench: Bench, first: str) -> None:
    both = {"cpu": 95.0, "rtt_ms": 900.0}
    look(bench, 7, **({"cpu": 95.0} if first == "cpu-high" else {"cpu": 10.0, "rtt_ms": 900.0}))
    assert [one.rule for one in incidents(bench)] == [first]
    look(bench, 14, **both)
    (found,) = incidents(bench)
    assert (found.rule, found.runbook, found.severity) == ("device-choking", "cpu-high", "critical")
    slow = bench.alerts()["response-slow", "core-1"]
    assert slow.suppressed_by == ("inhibition:cpu-high/core-1" if first == "cpu-high" else "")
    look(bench, 10, cpu=10)
    assert bench.alerts() == {}
    assert [one.state for one in incidents(bench)] == ["recovered"]


def test_a_composite_alert_joins_the_incident_of_the_part_it_leans_on(
    network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    act_on_changes(network, monkeypatch)
    one_port = ERRORS + "scope: {include: [{device: core-1, interface: down1}]}"
    bench = Bench(network, records, clock, rules=written(tmp_path, one_port, CPU, BOTH))
    look(bench, 2, cpu=10, errors=5)
    assert [one.object_kind for one in incidents(bench)] == ["interface"]
    look(bench, 2, cpu=95, errors=5)
    assert {rule for rule, _ in bench.alerts()} == {"errors", "cpu", "both"}
    by_rule = {one.rule: one for one in incidents(bench)}
    assert set(by_rule) == {"both", "cpu"}, "the port's incident is led by the graver alert now"
