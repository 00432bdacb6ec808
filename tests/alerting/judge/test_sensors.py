"""Sensors by their own limits, and devices that refuse our credentials, through the whole engine."""

import pytest

from alerting.changes import ChangeKind, ObjectKind, Severity
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import DegradedChange, HealthReading, HealthStatus, LimitSource, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network

OK, WARNING, CRITICAL, UNKNOWN = HealthStatus.OK, HealthStatus.WARNING, HealthStatus.CRITICAL, HealthStatus.UNKNOWN


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def fan(status: HealthStatus, entity: str = "Fan 1", word: str = "abnormal") -> HealthReading:
    """A fan as its state object tells it."""
    return HealthReading(entity, "fan", 2.0, "", status, limit_source=LimitSource.DEVICE, word=word)


def heat(celsius: float, status: HealthStatus, limit: float | None = 70.0, entity: str = "slot 1") -> HealthReading:
    """A temperature with the device's own limit."""
    source = LimitSource.NONE if limit is None else LimitSource.DEVICE
    return HealthReading(entity, "temperature", celsius, "°C", status, limit, source)


def tell(bench: Bench, *readings: HealthReading, device: str = "county-a", minutes: int = 1) -> None:
    """A look each minute."""
    for _ in range(minutes):
        bench.see(bench.look(device, health=readings))
        bench.clock.advance(MINUTE)


def test_a_failed_fan_is_told_as_the_sensor_it_is(bench: Bench) -> None:
    first = bench.clock.now()
    tell(bench, fan(CRITICAL))
    assert bench.alerts() == {}
    tell(bench, fan(CRITICAL))
    alert = bench.alerts()["fan-failed", "county-a/fan/Fan 1"]
    assert (alert.object_kind, alert.device, alert.started_at) == (ObjectKind.SENSOR, "county-a", first)
    assert alert.severity is Severity.MINOR
    assert alert.labels["metric"] == "fan"
    assert alert.summary == "county-a 风扇 Fan 1 异常：abnormal"
    told = [one for one in bench.messages(DegradedChange) if isinstance(one, DegradedChange)]
    assert [(one.device, one.degraded) for one in told] == [("county-a", True)]
    tell(bench, fan(OK, word="normal"), minutes=3)
    assert bench.alerts() == {}


def test_the_severity_follows_the_status_and_the_role(bench: Bench) -> None:
    tell(bench, heat(72.0, WARNING), device="core-1", minutes=2)
    alert = bench.alerts()["temperature-limit", "core-1/temperature/slot 1"]
    assert alert.severity is Severity.MAJOR, "one step below the core's own, at the status warning"
    assert (alert.value, alert.limit) == (72.0, 70.0)
    assert alert.summary == "core-1 slot 1 温度 72 °C，超出设备限值 70 °C"
    assert alert.summary_en == "core-1: temperature of slot 1 72 °C, beyond the device's limit 70 °C"
    tell(bench, heat(91.0, CRITICAL, 90.0), device="core-1")
    alert = bench.alerts()["temperature-limit", "core-1/temperature/slot 1"]
    assert (alert.severity, alert.value) == (Severity.CRITICAL, 91.0)
    assert bench.told() == [
        ("raised", "temperature-limit", "core-1/temperature/slot 1"),
        ("updated", "temperature-limit", "core-1/temperature/slot 1"),
    ]


def test_a_sensor_with_a_limit_of_its_own_is_no_threshold_rules_matter(bench: Bench) -> None:
    """68 °C is above the rule's 65 °C and well inside what this board is made for."""
    tell(bench, heat(68.0, OK, 90.0), minutes=8)
    assert bench.alerts() == {}
    tell(bench, heat(68.0, OK, None), heat(50.0, OK, 90.0, "slot 2"), minutes=8)
    assert set(bench.alerts()) == {("temperature-high", "county-a")}


def test_a_threshold_hands_over_once_the_sensors_tell_their_own_limits(bench: Bench) -> None:
    tell(bench, heat(68.0, OK, None), minutes=8)
    assert set(bench.alerts()) == {("temperature-high", "county-a")}
    tell(bench, heat(68.0, OK, 90.0))
    assert bench.alerts() == {}


@pytest.mark.slow
def test_no_reading_and_an_unknown_one_neither_raise_nor_clear(bench: Bench) -> None:
    tell(bench, fan(CRITICAL), minutes=2)
    tell(bench, minutes=10)
    tell(bench, fan(UNKNOWN), minutes=10)
    assert ("fan-failed", "county-a/fan/Fan 1") in bench.alerts()
    tell(bench, fan(UNKNOWN, "Fan 2"), minutes=10)
    assert len(bench.alerts()) == 1


def test_of_two_parts_with_one_name_the_worse_one_counts(bench: Bench) -> None:
    tell(bench, fan(CRITICAL), fan(OK), minutes=2)
    assert len(bench.alerts()) == 1


def test_parts_of_one_name_and_different_kinds_are_different_sensors(bench: Bench) -> None:
    low = HealthReading("XGE0/0/1", "optical_rx", -31.0, "dBm", CRITICAL, -28.0, LimitSource.DEVICE)
    high = HealthReading("XGE0/0/1", "optical_bias", 80.0, "mA", WARNING, 70.0, LimitSource.DEVICE)
    tell(bench, low, high, minutes=5)
    assert set(bench.alerts()) == {
        ("optical-power", "county-a/optical_rx/XGE0/0/1"),
        ("optical-power", "county-a/optical_bias/XGE0/0/1"),
    }
    alert = bench.alerts()["optical-power", "county-a/optical_rx/XGE0/0/1"]
    assert alert.summary == "county-a 光模块 XGE0/0/1 接收光功率 -31 dBm，超出设备限值 -28 dBm"


def test_a_part_that_is_known_to_be_missing_is_left_out_by_its_name(
    network: Network, records: Records, clock: SteppedClock, bench: Bench
) -> None:
    tell(bench, fan(CRITICAL), minutes=2)
    shipped = bench.rules.rules["fan-failed"]
    scope = shipped.scope.model_validate({"exclude": [{"device": "county-a", "entity": "Fan 1"}]})
    rules = type(bench.rules)({**bench.rules.rules, "fan-failed": shipped.model_copy(update={"scope": scope})})
    again = Bench(network, records, clock, rules=rules)
    tell(again, fan(CRITICAL), fan(CRITICAL, "Fan 2"), minutes=3)
    assert set(again.alerts()) == {("fan-failed", "county-a/fan/Fan 2")}


def test_a_device_that_dies_takes_its_sensors_alerts_with_it(bench: Bench) -> None:
    tell(bench, fan(CRITICAL), device="a1", minutes=2)
    bench.dead = {"a1"}
    bench.run(30)
    assert bench.alerts()["fan-failed", "a1/fan/Fan 1"].suppressed_by == "device:a1"
    bench.dead = set()
    bench.run(10)
    tell(bench, fan(CRITICAL), device="a1")
    assert bench.alerts()["fan-failed", "a1/fan/Fan 1"].suppressed_by == ""


def test_an_open_alert_survives_a_restart_of_the_platform(bench: Bench) -> None:
    tell(bench, fan(CRITICAL), minutes=2)
    again = bench.again(settled=True)
    tell(again, fan(CRITICAL), minutes=2)
    assert again.told() == []
    tell(again, fan(OK), minutes=3)
    assert again.alerts() == {}


def test_refused_credentials_are_told_as_such_and_the_device_stays_up(bench: Bench) -> None:
    bench.refusing = {"county-a"}
    first = bench.clock.now()
    bench.see(bench.look("county-a", missed_since=first))
    assert bench.alerts() == {}
    bench.clock.advance(30 * SECOND)
    bench.see(bench.look("county-a", missed_since=first))
    alert = bench.alerts()["snmp-rejected", "county-a"]
    assert (alert.started_at, len(bench.alerts())) == (first, 1)
    assert "凭据被拒绝" in alert.summary
    assert bench.states()["county-a"] is State.DEGRADED
    bench.refusing = set()
    bench.see(bench.look("county-a"))
    assert bench.alerts() == {}


def test_an_agent_that_refuses_and_then_falls_silent_is_one_alarm_at_a_time(bench: Bench) -> None:
    bench.refusing = {"county-a"}
    bench.run(60)
    bench.refusing, bench.silent = set(), {"county-a"}
    bench.run(20)
    assert set(bench.alerts()) == {("snmp-rejected", "county-a")}, "not silent for long yet"
    since = bench.clock.now() - 20 * SECOND
    bench.clock.advance(20 * SECOND)
    bench.see(bench.look("county-a", missed_since=since))
    assert set(bench.alerts()) == {("snmp-silent", "county-a")}
    bench.refusing, bench.silent = {"county-a"}, set()
    bench.run(60)
    assert set(bench.alerts()) == {("snmp-rejected", "county-a")}
    assert bench.told(ChangeKind.CLEARED) == [
        ("cleared", "snmp-rejected", "county-a"),
        ("cleared", "snmp-silent", "county-a"),
    ]


def test_a_device_that_refuses_counts_as_a_living_door_and_dies_like_any_other(bench: Bench) -> None:
    bench.refusing, bench.dead = {"county-a"}, {"a1"}
    bench.run(60)
    assert set(bench.alerts()) == {("device-down", "a1"), ("snmp-rejected", "county-a")}
    bench.refusing, bench.dead = set(), {"county-a"}
    bench.run(30)
    assert bench.alerts()["snmp-rejected", "county-a"].suppressed_by == "device:county-a"


def test_without_a_rule_for_it_a_refusing_agent_is_told_as_silent(
    network: Network, records: Records, clock: SteppedClock, bench: Bench
) -> None:
    rules = {key: rule for key, rule in bench.rules.rules.items() if key != "snmp-rejected"}
    again = Bench(network, records, clock, rules=type(bench.rules)(rules))
    again.refusing = {"county-a"}
    first = again.clock.now()
    for _ in range(5):
        again.see(again.look("county-a", missed_since=first))
        again.clock.advance(10 * SECOND)
    assert set(again.alerts()) == {("snmp-silent", "county-a")}


def test_refusal_survives_a_restart_of_the_platform(bench: Bench) -> None:
    bench.refusing = {"county-a"}
    bench.run(60)
    again = bench.again(settled=True)
    assert set(again.alerts()) == {("snmp-rejected", "county-a")}
    again.refusing = set()
    again.run(10)
    assert again.alerts() == {}
