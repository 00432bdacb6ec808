"""One alert while another is open, through the whole engine."""

from pathlib import Path

import pytest

from alerting.changes import Severity
from foundation.clock import MINUTE, SteppedClock
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from tests.alerting.written import written
from topology.network import Network

CPU = """
id: cpu
kind: threshold
metric: cpu
when: "> 80 %"
clear: "< 60 %"
summary: "CPU 高"
"""
SLOW = """
id: slow
kind: threshold
metric: rtt_ms
when: "> 500 ms"
clear: "< 300 ms"
summary: "响应慢"
"""
BOTH = """
id: choking
kind: composite
rule: slow
while: cpu
for: 2 min
severity: major
summary: "{device}：{first}，同时{second}"
"""
AT_SITE = """
id: site-choking
kind: composite
rule: slow
while: cpu
on: site
severity: major
summary: "{first}，{second}"
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, CPU, SLOW, BOTH))


def look(bench: Bench, device: str = "county-a", cpu: float = 20.0, rtt_ms: float = 5.0, minutes: int = 1) -> None:
    """One look a minute."""
    for _ in range(minutes):
        bench.see(bench.look(device, health=hot(value=cpu), rtt_ms=rtt_ms))
        bench.clock.advance(MINUTE)


def test_both_for_long_enough_make_a_third_and_graver_one(bench: Bench) -> None:
    look(bench, cpu=95, minutes=3)
    assert set(bench.alerts()) == {("cpu", "county-a")}
    look(bench, cpu=95, rtt_ms=900, minutes=2)
    assert set(bench.alerts()) == {("cpu", "county-a"), ("slow", "county-a")}
    look(bench, cpu=95, rtt_ms=900)
    alert = bench.alerts()["choking", "county-a"]
    assert alert.severity is Severity.MAJOR
    assert alert.summary == "county-a：响应慢，同时CPU 高"


def test_it_ends_with_either_of_them(bench: Bench) -> None:
    look(bench, cpu=95, rtt_ms=900, minutes=4)
    assert ("choking", "county-a") in bench.alerts()
    look(bench, cpu=30, rtt_ms=900)
    assert set(bench.alerts()) == {("slow", "county-a")}


def test_the_other_one_on_another_device_is_not_meant(bench: Bench) -> None:
    look(bench, "core-1", cpu=95)
    look(bench, "county-a", rtt_ms=900, minutes=4)
    assert set(bench.alerts()) == {("cpu", "core-1"), ("slow", "county-a")}


def test_at_a_site_the_other_may_be_on_any_of_its_devices(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, CPU, SLOW, AT_SITE))
    look(bench, "a1", rtt_ms=900)
    look(bench, "b1", cpu=95)
    assert ("site-choking", "a1") not in bench.alerts()
    look(bench, "county-a", cpu=95)
    assert bench.alerts()["site-choking", "a1"].summary == "响应慢，CPU 高"
    look(bench, "county-a", cpu=10)
    assert ("site-choking", "a1") not in bench.alerts()


def test_it_goes_on_after_a_restart_of_the_platform(bench: Bench) -> None:
    look(bench, cpu=95, rtt_ms=900, minutes=4)
    later = bench.again()
    look(later, cpu=95, rtt_ms=900, minutes=2)
    assert later.told() == []
    assert ("choking", "county-a") in later.alerts()
    look(later, cpu=10, rtt_ms=900)
    assert ("cleared", "choking", "county-a") in later.told()
