"""Interfaces that go down, and redundancy that is lost: uplinks, groups of interfaces, parts."""

from pathlib import Path

import pytest

from alerting.changes import ChangeKind, ObjectKind
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import HealthReading, HealthStatus, IfStatus, InterfaceReading, LimitSource
from storage.records.database import Records
from tests.alerting.bench import Bench, default_rules
from tests.alerting.written import written
from topology.network import Network

PORT = """
id: port-down
kind: interface-down
for: 1 min
clear_for: 1 min
summary: "{interface} {state}"
"""
LAG = """
id: lag-degraded
kind: redundancy-lost
members: ["/^xge/"]
group: Eth-Trunk1
summary: "{group} {lost} {lost_count} {carrying} {members}"
"""
POWER = """
id: power-redundancy-lost
kind: redundancy-lost
members: power
for: 1 min
summary: "{group} {lost} {carrying}/{members}"
"""
POWER_FAILED = """
id: power-failed
kind: health-state
health: power
"""
UPLINKS = """
id: uplink-redundancy-lost
kind: redundancy-lost
scope: {include: [{role: aggregation}]}
summary: "{group} {lost} {carrying}/{members}"
"""
LINK = """
id: link-down
kind: link-down
"""

UP, DOWN, LOWER, DORMANT = IfStatus.UP, IfStatus.DOWN, IfStatus.LOWER_LAYER_DOWN, IfStatus.DORMANT


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, PORT, LAG, POWER))


def tell(bench: Bench, device: str = "county-a", minutes: int = 1, admin: IfStatus = UP, **states: IfStatus) -> None:
    """The states of some interfaces, once a minute; the declared lines are up."""
    for _ in range(minutes):
        told = tuple(InterfaceReading(name, admin, oper) for name, oper in states.items())
        bench.see(bench.look(device, interfaces=bench.ports(device) + told))
        bench.clock.advance(MINUTE)


def power(bench: Bench, *statuses: HealthStatus, minutes: int = 1) -> None:
    """Power supplies PWR1, PWR2 … once a minute."""
    readings = tuple(
        HealthReading(f"PWR{number}", "power", 1.0, "", status, limit_source=LimitSource.DEVICE)
        for number, status in enumerate(statuses, 1)
    )
    for _ in range(minutes):
        bench.see(bench.look("county-a", health=readings))
        bench.clock.advance(MINUTE)


class TestOneInterface:
    def test_it_is_told_after_a_while_and_clears_after_a_while(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=DOWN)
        assert bench.alerts() == {}
        tell(bench, ge9=DOWN)
        alert = bench.alerts()["port-down", "county-a/ge9"]
        assert (alert.object_kind, alert.summary) == (ObjectKind.INTERFACE, "ge9 down")
        tell(bench, ge9=UP)
        assert len(bench.alerts()) == 1
        tell(bench, ge9=UP)
        assert bench.alerts() == {}

    def test_one_that_was_never_up_is_a_free_port(self, bench: Bench) -> None:
        tell(bench, ge9=DOWN, minutes=5)
        assert bench.alerts() == {}

    def test_one_that_an_operator_shuts_down_ends_its_alarm_with_that_reason(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=LOWER, minutes=3)
        assert ("port-down", "county-a/ge9") in bench.alerts()
        tell(bench, ge9=DOWN, admin=DOWN)
        assert bench.alerts() == {}
        assert "人为关闭" in bench.history()[0].summary

    def test_one_that_was_shut_down_raises_nothing(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=DOWN, admin=DOWN, minutes=5)
        assert bench.alerts() == {}

    def test_a_dormant_one_says_neither(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=DOWN, minutes=2)
        tell(bench, ge9=DORMANT, minutes=5)
        assert len(bench.alerts()) == 1

    def test_one_that_is_no_longer_listed_keeps_its_alarm(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=DOWN, minutes=2)
        tell(bench, minutes=5)
        assert len(bench.alerts()) == 1

    def test_a_declared_line_is_the_rule_on_lines_matter(self, bench: Bench) -> None:
        tell(bench)
        bench.cut = {"county-a:agg-1"}
        for _ in range(5):
            ports = tuple(InterfaceReading("down1", UP, DOWN) for _ in range(1))
            bench.see(bench.look("agg-1", interfaces=ports))
            bench.clock.advance(MINUTE)
        assert not [key for key in bench.alerts() if key[0] == "port-down"]

    def test_a_restart_of_the_platform_in_between_changes_nothing(self, bench: Bench) -> None:
        tell(bench, ge9=UP)
        tell(bench, ge9=DOWN, minutes=2)
        later = bench.again(settled=True)
        tell(later, ge9=DOWN)
        assert later.told() == []
        tell(later, ge9=UP, minutes=2)
        assert later.told() == [("cleared", "port-down", "county-a/ge9")]

    def test_behind_a_device_that_is_down_it_is_explained(self, bench: Bench) -> None:
        tell(bench, device="a1", ge9=UP)
        tell(bench, device="a1", ge9=DOWN, minutes=2)
        bench.dead = {"a1"}
        bench.run(30)
        assert bench.alerts()["port-down", "a1/ge9"].suppressed_by == "device:a1"


class TestAGroupOfInterfaces:
    def test_one_of_two_is_told_as_one_alarm_of_the_device(self, bench: Bench) -> None:
        tell(bench, xge1=UP, xge2=UP)
        tell(bench, xge1=UP, xge2=DOWN, minutes=3)
        (alert,) = bench.alerts().values()
        assert (alert.rule, alert.object_id, alert.summary) == ("lag-degraded", "county-a", "Eth-Trunk1 xge2 1 1 2")
        assert (alert.value, alert.limit) == (1, 2)
        tell(bench, xge1=UP, xge2=UP)
        assert bench.alerts() == {}

    def test_all_of_them_at_once_are_told_too(self, bench: Bench) -> None:
        tell(bench, xge1=UP, xge2=UP)
        tell(bench, xge1=DOWN, xge2=DOWN)
        assert ("lag-degraded", "county-a") in bench.alerts()

    def test_a_member_that_an_operator_shut_down_is_none(self, bench: Bench) -> None:
        tell(bench, xge1=UP, xge2=UP)
        tell(bench, xge1=DOWN, xge2=DOWN, admin=DOWN, minutes=2)
        assert bench.alerts() == {}

    def test_a_single_interface_has_no_redundancy_to_lose(self, bench: Bench) -> None:
        tell(bench, xge1=UP)
        tell(bench, xge1=DOWN, minutes=3)
        assert bench.alerts() == {}

    def test_a_lost_member_that_vanishes_from_the_list_keeps_the_alarm_over_a_restart(self, bench: Bench) -> None:
        tell(bench, xge1=UP, xge2=UP)
        tell(bench, xge1=UP, xge2=DOWN)
        tell(bench, xge1=UP, minutes=3)
        assert ("lag-degraded", "county-a") in bench.alerts()
        later = bench.again(settled=True)
        tell(later, xge1=UP, minutes=3)
        assert ("lag-degraded", "county-a") in later.alerts()
        tell(later, xge1=UP, xge2=UP)
        assert later.alerts() == {}


class TestPowerSupplies:
    def test_one_of_two_is_told_after_a_while(self, bench: Bench) -> None:
        power(bench, HealthStatus.OK, HealthStatus.CRITICAL)
        assert bench.alerts() == {}
        power(bench, HealthStatus.OK, HealthStatus.CRITICAL)
        alert = bench.alerts()["power-redundancy-lost", "county-a"]
        assert alert.summary == "电源 PWR2 1/2"
        power(bench, HealthStatus.OK, HealthStatus.OK)
        assert bench.alerts() == {}

    def test_the_only_one_has_no_redundancy_to_lose(self, bench: Bench) -> None:
        power(bench, HealthStatus.CRITICAL, minutes=4)
        assert bench.alerts() == {}

    def test_one_pulled_out_of_its_slot_keeps_the_alarm(self, bench: Bench) -> None:
        power(bench, HealthStatus.OK, HealthStatus.CRITICAL, minutes=2)
        power(bench, HealthStatus.OK, minutes=4)
        assert ("power-redundancy-lost", "county-a") in bench.alerts()

    def test_an_alarm_on_the_very_supply_explains_it(
        self, network: Network, records: Records, clock: SteppedClock, tmp_path: Path
    ) -> None:
        bench = Bench(network, records, clock, rules=written(tmp_path, POWER, POWER_FAILED))
        power(bench, HealthStatus.OK, HealthStatus.CRITICAL, minutes=3)
        alerts = bench.alerts()
        assert alerts["power-failed", "county-a/power/PWR2"].suppressed_by == ""
        assert alerts["power-redundancy-lost", "county-a"].suppressed_by == "sensor:county-a/power/PWR2"
        assert [one[1] for one in bench.told(ChangeKind.RAISED)] == ["power-failed"]


class TestUplinks:
    @pytest.fixture
    def bench(self, network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
        return Bench(network, records, clock, rules=written(tmp_path, UPLINKS))

    def test_one_of_several_is_told_where_no_rule_tells_lines(self, bench: Bench) -> None:
        bench.cut = {"agg-1:core-2"}
        bench.run(30)
        (alert,) = bench.alerts().values()
        assert (alert.rule, alert.object_id) == ("uplink-redundancy-lost", "agg-1")
        assert alert.summary == "上联线路 agg-1:core-2 1/2"
        bench.cut = set()
        bench.run(30)
        assert bench.alerts() == {}

    def test_a_line_with_an_alarm_of_its_own_explains_it(
        self, network: Network, records: Records, clock: SteppedClock, tmp_path: Path
    ) -> None:
        bench = Bench(network, records, clock, rules=written(tmp_path, UPLINKS, LINK))
        bench.cut = {"agg-1:core-2"}
        bench.run(30)
        alerts = bench.alerts()
        assert alerts["link-down", "agg-1:core-2"].suppressed_by == ""
        assert alerts["uplink-redundancy-lost", "agg-1"].suppressed_by == "link:agg-1:core-2"

    def test_an_upper_end_that_is_down_explains_it_for_all_below(self, bench: Bench) -> None:
        bench.dead = {"core-2"}
        bench.run(60)
        firing = {key for key, alert in bench.alerts().items() if not alert.suppressed_by}
        assert firing == {("device-down", "core-2")}

    def test_a_device_that_loses_all_of_them_is_cut_off_and_that_is_told_instead(self, bench: Bench) -> None:
        bench.dead = {"core-1", "core-2"}
        bench.run(60)
        firing = {key for key, alert in bench.alerts().items() if not alert.suppressed_by}
        assert firing == {("device-down", "core-1"), ("device-down", "core-2")}


def test_the_default_rules_tell_a_lost_line_once(network: Network, records: Records, clock: SteppedClock) -> None:
    bench = Bench(network, records, clock, rules=default_rules())
    bench.cut = {"agg-1:core-2"}
    bench.run(180)
    bench.clock.advance(SECOND)
    assert [key for key, alert in bench.alerts().items() if not alert.suppressed_by] == [("link-down", "agg-1:core-2")]
