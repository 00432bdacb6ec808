"""Metrics that rise or fall too fast, through the whole engine."""

from pathlib import Path

import pytest

from alerting.changes import ChangeKind, ObjectKind
from foundation.clock import MINUTE, SteppedClock
from foundation.messages import HealthReading, HealthStatus, LimitSource
from storage.records.database import Records
from tests.alerting.bench import Bench
from tests.alerting.written import written
from topology.network import Network

HEAT = """
id: heat-rising
kind: change
metric: temperature
rises: 10 °C
within: 10 min
summary: "{device} {entity} {before} → {value} {unit}，{within} 分钟内上升 {change}"
"""
TRAFFIC = """
id: traffic-falls
kind: change
metric: [in_bps, out_bps]
falls: 50 Mbps
within: 5 min
"""
SLOWER = """
id: slower
kind: change
metric: rtt_ms
rises: 0.2 s
within: 5 min
for: 1 min
clear_for: 2 min
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, HEAT, TRAFFIC, SLOWER))


def heat(bench: Bench, *celsius: float, entity: str = "slot 1") -> None:
    """One look a minute."""
    for value in celsius:
        bench.see(bench.look("county-a", health=(HealthReading(entity, "temperature", value, "°C"),)))
        bench.clock.advance(MINUTE)


def test_a_temperature_that_rises_too_fast_is_told_of_its_sensor(bench: Bench) -> None:
    heat(bench, 30, 33, 36, 39)
    assert bench.alerts() == {}
    heat(bench, 41)
    alert = bench.alerts()["heat-rising", "county-a/temperature/slot 1"]
    assert (alert.object_kind, alert.value, alert.limit) == (ObjectKind.SENSOR, 41, 10)
    assert alert.labels["metric"] == "temperature"
    assert alert.summary == "county-a slot 1 30 → 41 °C，10 分钟内上升 11"


def test_the_same_rise_over_a_longer_time_is_none(bench: Bench) -> None:
    heat(bench, *(30 + position * 0.9 for position in range(40)))
    assert bench.alerts() == {}


def test_it_is_over_once_the_value_has_moved_by_less_than_half_the_limit(bench: Bench) -> None:
    heat(bench, 30, 45)
    assert len(bench.alerts()) == 1
    heat(bench, *[45] * 8)
    assert len(bench.alerts()) == 1, "ten minutes ago it was cooler by more than half of it"
    heat(bench, *[45] * 4)
    assert bench.alerts() == {}
    assert [one[0] for one in bench.told()] == [ChangeKind.RAISED.value, ChangeKind.CLEARED.value]


def test_one_sensors_rise_is_not_taken_for_anothers(bench: Bench) -> None:
    heat(bench, 30)
    heat(bench, 45, entity="slot 2")
    assert bench.alerts() == {}


def test_a_fall_of_traffic_is_told_of_its_interface_and_a_rise_is_not(bench: Bench) -> None:
    for bps in (20e6, 90e6, 30e6):
        bench.see(bench.look("agg-1", interfaces=bench.ports("agg-1", in_bps=bps)[:1]))
        bench.clock.advance(MINUTE)
    (alert,) = bench.alerts().values()
    assert (alert.rule, alert.object_kind) == ("traffic-falls", ObjectKind.INTERFACE)
    assert alert.labels["metric"] == "in_bps"


def test_a_slower_answer_must_stay_slower_for_as_long_as_the_rule_asks(bench: Bench) -> None:
    def answer(*values: float) -> None:
        for value in values:
            bench.see(bench.look("a1", rtt_ms=value))
            bench.clock.advance(MINUTE)

    answer(10, 300, 10)
    assert bench.alerts() == {}
    answer(300, 300)
    assert list(bench.alerts()) == [("slower", "a1")]
    answer(20, 20)
    assert list(bench.alerts()) == [("slower", "a1")]
    answer(20)
    assert bench.alerts() == {}


def test_no_value_neither_raises_nor_clears(bench: Bench) -> None:
    heat(bench, 30, 45)
    for _ in range(30):
        bench.see(bench.look("county-a"))
        bench.clock.advance(MINUTE)
    assert len(bench.alerts()) == 1


def test_an_open_alert_goes_on_after_a_restart_of_the_platform(bench: Bench) -> None:
    heat(bench, 30, 45)
    later = bench.again(settled=True)
    heat(later, *[45] * 3)
    assert later.alerts() == {}
    assert later.told() == [("cleared", "heat-rising", "county-a/temperature/slot 1")]


def test_a_sensor_beyond_its_own_limit_is_judged_by_that_alone(bench: Bench) -> None:
    heat(bench, 30)
    hot = HealthReading("slot 1", "temperature", 80, "°C", HealthStatus.CRITICAL, 70, LimitSource.DEVICE)
    bench.see(bench.look("county-a", health=(hot,)))
    assert bench.alerts() == {}
