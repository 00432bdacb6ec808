"""Devices that answer while a part of what they tell fails to come, through the whole engine."""

from pathlib import Path

import pytest

from foundation.clock import MINUTE, SteppedClock
from foundation.messages import IfStatus, InterfaceReading, Observation
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from tests.alerting.written import written
from topology.network import Network

INTERFACES = """
id: interfaces-missing
kind: missing-data
layer: interfaces
for: 10 min
summary: "{device} 已 {minutes} 分钟没有{layer}"
"""
HEALTH = """
id: health-missing
kind: missing-data
layer: health
for: 10 min
summary: "{layer}"
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, INTERFACES, HEALTH))


def whole(bench: Bench) -> Observation:
    """A look with rates and sensors."""
    port = InterfaceReading("up1", IfStatus.UP, IfStatus.UP, in_bps=1e6, out_bps=1e6)
    return bench.look("county-a", interfaces=(port,), health=hot(value=20.0))


def without_rates(bench: Bench) -> Observation:
    """Interfaces without values, as after a broken counter; sensors are there."""
    return bench.look(
        "county-a", interfaces=(InterfaceReading("up1", IfStatus.UP, IfStatus.UP),), health=hot(value=20.0)
    )


def test_a_layer_that_stops_giving_values_is_told_after_its_time_and_clears_with_the_first_value(
    bench: Bench,
) -> None:
    bench.see(whole(bench))
    last = bench.clock.now()
    for _ in range(9):
        bench.clock.advance(MINUTE)
        bench.see(without_rates(bench))
    assert bench.alerts() == {}
    bench.clock.advance(MINUTE)
    bench.see(without_rates(bench))
    (alert,) = bench.alerts().values()
    assert (alert.rule, alert.object_id, alert.started_at) == ("interfaces-missing", "county-a", last)
    assert alert.labels["metric"] == "interfaces"
    assert alert.summary == "county-a 已 10 分钟没有接口数据"
    bench.clock.advance(MINUTE)
    bench.see(whole(bench))
    assert bench.alerts() == {}


def test_a_layer_that_never_gave_a_value_is_not_missed(bench: Bench) -> None:
    for _ in range(30):
        bench.see(bench.look("a1", interfaces=()))
        bench.clock.advance(MINUTE)
    assert bench.alerts() == {}


def test_looks_that_only_ask_whether_it_lives_count_as_time_but_not_as_values(bench: Bench) -> None:
    bench.see(whole(bench))
    for _ in range(12):
        bench.clock.advance(MINUTE)
        bench.see(bench.look("county-a", complete=False, interfaces=()))
    assert set(bench.alerts()) == {("interfaces-missing", "county-a"), ("health-missing", "county-a")}


@pytest.mark.slow
def test_the_time_of_an_outage_does_not_count(bench: Bench) -> None:
    bench.see(whole(bench))
    bench.dead = {"county-a"}
    for _ in range(30):
        bench.clock.advance(MINUTE)
        bench.see(bench.look("county-a"))
    bench.dead = set()
    for _ in range(8):
        bench.clock.advance(MINUTE)
        bench.see(without_rates(bench))
    assert not [key for key in bench.alerts() if key[0] == "interfaces-missing"]
    for _ in range(3):
        bench.clock.advance(MINUTE)
        bench.see(without_rates(bench))
    assert ("interfaces-missing", "county-a") in bench.alerts()


def test_a_restart_of_the_platform_neither_clears_nor_tells_it_again(bench: Bench) -> None:
    bench.see(whole(bench))
    for _ in range(11):
        bench.clock.advance(MINUTE)
        bench.see(without_rates(bench))
    assert len(bench.alerts()) == 1
    later = bench.again(settled=True)
    later.see(without_rates(later))
    assert later.told() == []
    assert len(later.alerts()) == 1
    later.see(whole(later))
    assert later.told() == [("cleared", "interfaces-missing", "county-a")]
