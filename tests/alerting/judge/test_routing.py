"""Routing neighbours: what a device tells of them becomes alarms of their own, unless something else explains it."""

from collections.abc import Iterable

import pytest

from alerting.changes import ChangeKind, ObjectKind, Severity
from alerting.maintenance.targets import TargetKind
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.messages import DegradedChange, RoutingReading, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from tests.alerting.windows import planned
from topology.network import Network

AGG_1, CORE_1, STRANGER = "10.6.0.1", "10.0.0.1", "192.0.2.9"


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def bgp(neighbour: str, *, up: bool = True, enabled: bool = True, state: str = "") -> RoutingReading:
    """A BGP neighbour as a device tells it."""
    return RoutingReading("bgp", neighbour, state or ("established" if up else "idle"), up, enabled)


def tell(bench: Bench, device: str, *readings: RoutingReading, seconds: int = 60, times: int = 1) -> None:
    """Looks at one device that tell its neighbours; until the next one everything is looked at every ten seconds."""
    for _ in range(times):
        bench.see(bench.look(device, routing=tuple(readings)))
        for _ in range(0, seconds, 10):
            bench.clock.advance(10 * SECOND)
            bench.sweep()


def keys(alerts: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return set(alerts)


LOST = ("routing-down", "county-a/bgp/192.0.2.9")


def test_a_neighbour_that_is_down_for_a_while_is_an_alarm_of_its_own(bench: Bench) -> None:
    first = bench.clock.now()
    tell(bench, "county-a", bgp(STRANGER, up=False), bgp(AGG_1))
    assert bench.alerts() == {}
    tell(bench, "county-a", bgp(STRANGER, up=False), bgp(AGG_1))
    alert = bench.alerts()[LOST]
    assert (alert.object_kind, alert.device, alert.started_at) == (ObjectKind.NEIGHBOUR, "county-a", first)
    assert alert.severity is Severity.MINOR, "the county's own severity"
    assert alert.labels["metric"] == "bgp"
    assert alert.summary == "county-a 与 192.0.2.9 的 BGP 邻居中断，状态 idle"
    assert alert.summary_en == "county-a: BGP neighbour 192.0.2.9 is idle"
    told = [one for one in bench.messages(DegradedChange) if isinstance(one, DegradedChange)]
    assert [(one.device, one.degraded) for one in told] == [("county-a", True)]
    assert bench.states()["county-a"] is State.DEGRADED


def test_it_clears_once_the_neighbour_has_been_up_for_a_while(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False), times=2)
    tell(bench, "county-a", bgp(STRANGER), seconds=30)
    assert LOST in bench.alerts()
    tell(bench, "county-a", bgp(STRANGER, up=False), seconds=30)
    tell(bench, "county-a", bgp(STRANGER), times=1)
    assert LOST in bench.alerts(), "it went down again meanwhile"
    tell(bench, "county-a", bgp(STRANGER))
    assert bench.alerts() == {}


@pytest.mark.slow
def test_a_look_that_does_not_list_the_neighbour_neither_raises_nor_clears(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False), times=2)
    tell(bench, "county-a", bgp(AGG_1), times=30)
    tell(bench, "county-a", times=30)
    assert LOST in bench.alerts()


@pytest.mark.slow
def test_a_neighbour_that_an_operator_shut_down_raises_nothing(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False, enabled=False), times=10)
    assert bench.alerts() == {}
    assert bench.told() == []


def test_shutting_it_down_ends_an_open_alert_with_that_reason(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False), times=2)
    tell(bench, "county-a", bgp(STRANGER, up=False, enabled=False))
    assert bench.alerts() == {}
    (ended,) = bench.history()
    assert ended.summary.endswith("已在设备上人为关闭）")
    assert ended.summary_en.endswith("(shut down on the device by an operator)")


def test_a_break_of_the_device_itself_starts_the_count_anew(bench: Bench) -> None:
    tell(bench, "a1", bgp(STRANGER, up=False), seconds=10)
    bench.dead = {"a1"}
    bench.run(60)
    bench.dead = set()
    tell(bench, "a1", bgp(STRANGER, up=False), seconds=10)
    assert not [key for key in bench.alerts() if key[0] == "routing-down"]


@pytest.mark.slow
def test_looks_far_apart_silence_nothing(bench: Bench) -> None:
    """A device behind a thin line may be looked at whole every ten minutes only."""
    tell(bench, "county-a", bgp(STRANGER, up=False), seconds=600, times=2)
    assert LOST in bench.alerts()
    tell(bench, "county-a", bgp(STRANGER), seconds=600, times=2)
    assert bench.alerts() == {}


def test_of_two_rows_of_one_neighbour_the_one_that_is_down_counts(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False), bgp(STRANGER), times=2)
    assert LOST in bench.alerts()


def test_a_dead_neighbour_explains_its_lost_session(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=3)
    alerts = bench.alerts()
    assert [key for key, alert in alerts.items() if not alert.suppressed_by] == [("device-down", "agg-2")]
    assert alerts["routing-down", "agg-1/bgp/10.6.0.2"].suppressed_by == "device:agg-2"
    assert [change for change in bench.told(ChangeKind.RAISED) if change[1] == "routing-down"] == []


@pytest.mark.slow
def test_a_session_may_take_its_time_to_come_back_after_the_neighbour_does(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=2)
    bench.dead = set()
    bench.run(10)
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=2)
    assert bench.alerts()["routing-down", "agg-1/bgp/10.6.0.2"].suppressed_by == "device:agg-2"
    tell(bench, "agg-1", bgp("10.6.0.2"), times=3)
    assert bench.alerts() == {}
    assert [change for change in bench.told(ChangeKind.RAISED) if change[1] == "routing-down"] == []


@pytest.mark.slow
def test_a_session_that_stays_down_after_the_neighbour_is_back_is_told_in_the_end(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=2)
    bench.dead = set()
    bench.run(10)
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=5)
    assert bench.alerts()["routing-down", "agg-1/bgp/10.6.0.2"].suppressed_by == ""


@pytest.mark.slow
def test_a_cut_line_explains_the_session_over_it_by_the_interfaces_addresses(bench: Bench) -> None:
    bench.addresses["county-b"] = {"up1": ["172.16.0.2/30", "fe80::2/64"], "up2": ["172.16.0.6/30"], "odd": ["?"]}
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    tell(bench, "county-b", bgp("172.16.0.1", up=False), bgp("172.16.0.5"), times=3)
    alerts = bench.alerts()
    assert alerts["routing-down", "county-b/bgp/172.16.0.1"].suppressed_by == "link:county-b:agg-2"
    bench.cut = set()
    tell(bench, "county-b", bgp("172.16.0.1", up=False), bgp("172.16.0.5"), times=2)
    assert bench.alerts()["routing-down", "county-b/bgp/172.16.0.1"].suppressed_by == "link:county-b:agg-2"
    tell(bench, "county-b", bgp("172.16.0.1", up=False), bgp("172.16.0.5"), times=3)
    assert bench.alerts()["routing-down", "county-b/bgp/172.16.0.1"].suppressed_by == ""


def test_another_line_that_is_down_explains_nothing(bench: Bench) -> None:
    bench.addresses["county-b"] = {"up1": ["172.16.0.2/30"], "up2": ["172.16.0.6/30"]}
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    tell(bench, "county-b", bgp("172.16.0.1", up=False), bgp("172.16.0.5", up=False), times=3)
    alerts = bench.alerts()
    assert alerts["routing-down", "county-b/bgp/172.16.0.5"].suppressed_by == ""
    assert "county-a" in alerts["routing-down", "county-b/bgp/172.16.0.5"].summary


def test_an_address_that_belongs_to_nobody_known_is_explained_by_nothing(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    tell(bench, "agg-1", bgp(STRANGER, up=False), times=3)
    assert bench.alerts()["routing-down", f"agg-1/bgp/{STRANGER}"].suppressed_by == ""


def test_an_address_inside_a_private_network_is_not_taken_for_a_management_address(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    tell(bench, "agg-1", bgp("gov-video/10.6.0.2", up=False), times=3)
    assert bench.alerts()["routing-down", "agg-1/bgp/gov-video/10.6.0.2"].suppressed_by == ""


@pytest.mark.slow
def test_the_same_session_told_from_both_ends_is_one_alarm(bench: Bench) -> None:
    for _ in range(4):
        bench.see(bench.look("core-1", routing=(bgp(AGG_1, up=False),)))
        tell(bench, "agg-1", bgp(CORE_1, up=False))
    alerts = bench.alerts()
    assert alerts["routing-down", f"core-1/bgp/{AGG_1}"].suppressed_by == ""
    assert alerts["routing-down", f"agg-1/bgp/{CORE_1}"].suppressed_by == f"neighbour:core-1/bgp/{AGG_1}"
    assert len(bench.told(ChangeKind.RAISED)) == 1
    for _ in range(3):
        bench.see(bench.look("core-1", routing=(bgp(AGG_1),)))
        tell(bench, "agg-1", bgp(CORE_1))
    assert bench.alerts() == {}
    assert bench.told(ChangeKind.RAISED) == []


@pytest.mark.slow
def test_when_the_end_that_told_it_is_content_the_other_end_tells_it(bench: Bench) -> None:
    for up in (False, False, False, True, True, True):
        bench.see(bench.look("core-1", routing=(bgp(AGG_1, up=up),)))
        tell(bench, "agg-1", bgp(CORE_1, up=False))
    assert keys(bench.alerts()) == {("routing-down", f"agg-1/bgp/{CORE_1}")}
    assert bench.alerts()["routing-down", f"agg-1/bgp/{CORE_1}"].suppressed_by == ""


@pytest.mark.slow
def test_a_device_that_dies_takes_its_own_lost_neighbours_with_it(bench: Bench) -> None:
    tell(bench, "a1", bgp(STRANGER, up=False), times=2)
    bench.dead = {"a1"}
    bench.run(30)
    assert bench.alerts()["routing-down", f"a1/bgp/{STRANGER}"].suppressed_by == "device:a1"
    bench.dead = set()
    bench.run(10)
    tell(bench, "a1", bgp(STRANGER, up=False), times=2)
    assert bench.alerts()["routing-down", f"a1/bgp/{STRANGER}"].suppressed_by == "device:a1", "it just came back"
    tell(bench, "a1", bgp(STRANGER, up=False), times=3)
    assert bench.alerts()["routing-down", f"a1/bgp/{STRANGER}"].suppressed_by == ""


def test_a_cut_off_device_is_explained_by_what_cuts_it_off(bench: Bench) -> None:
    tell(bench, "a1", bgp(STRANGER, up=False), times=2)
    bench.dead = {"county-a"}
    bench.run(30)
    assert bench.alerts()["routing-down", f"a1/bgp/{STRANGER}"].suppressed_by == "device:county-a"


def test_a_neighbour_that_just_started_anew_explains_its_lost_session(bench: Bench) -> None:
    bench.see(bench.look("agg-2", restarted=True, uptime_s=20.0))
    tell(bench, "agg-1", bgp("10.6.0.2", up=False), times=2)
    assert bench.alerts()["routing-down", "agg-1/bgp/10.6.0.2"].suppressed_by == "device:agg-2"


def window(bench: Bench, device: str, *, minutes: int) -> str:
    """A maintenance window that is open from now on."""
    now = bench.clock.now()
    end = now + minutes * MINUTE
    return f"maintenance:{planned(bench.records, bench.network, now, TargetKind.DEVICE, device, now, end)}"


def test_maintenance_of_the_device_or_of_the_neighbour_explains_it(bench: Bench) -> None:
    name = window(bench, "agg-1", minutes=30)
    bench.run(10)
    tell(bench, "agg-1", bgp(STRANGER, up=False), times=2)
    tell(bench, "core-1", bgp(AGG_1, up=False), times=2)
    alerts = bench.alerts()
    assert alerts["routing-down", f"agg-1/bgp/{STRANGER}"].suppressed_by == name
    assert alerts["routing-down", f"core-1/bgp/{AGG_1}"].suppressed_by == name


@pytest.mark.slow
def test_an_open_alert_survives_a_restart_of_the_platform_and_clears_by_data(bench: Bench) -> None:
    tell(bench, "county-a", bgp(STRANGER, up=False), times=2)
    again = bench.again(settled=True)
    assert LOST in again.alerts()
    tell(again, "county-a", bgp(STRANGER, up=False), times=2)
    assert again.told() == [], "what was told is not told again"
    tell(again, "county-a", bgp(STRANGER), times=3)
    assert again.alerts() == {}


@pytest.mark.slow
def test_a_restart_of_the_platform_tells_no_session_anew_whichever_end_told_it(bench: Bench) -> None:
    bench.addresses["county-b"] = {"up1": ["172.16.0.2/30"]}
    bench.addresses["agg-2"] = {"down1": ["172.16.0.1/30"]}

    def both(place: Bench, *, up: bool, times: int) -> None:
        for _ in range(times):
            place.see(place.look("agg-2", routing=(bgp("172.16.0.2", up=up),)))
            tell(place, "county-b", bgp("172.16.0.1", up=up))

    both(bench, up=False, times=3)
    assert bench.told(ChangeKind.RAISED) == [("raised", "routing-down", "agg-2/bgp/172.16.0.2")]
    again = bench.again(settled=True)
    for order in (False, True):
        if order:
            tell(again, "county-b", bgp("172.16.0.1", up=False))
        both(again, up=False, times=2)
    assert again.told() == []
    assert again.alerts()["routing-down", "county-b/bgp/172.16.0.1"].suppressed_by == "neighbour:agg-2/bgp/172.16.0.2"
    both(again, up=True, times=3)
    assert again.alerts() == {}


@pytest.mark.slow
def test_a_rule_for_one_protocol_leaves_the_other_alone_and_scopes_name_neighbours(
    network: Network, records: Records, clock: SteppedClock, bench: Bench
) -> None:
    shipped = bench.rules.rules["routing-down"]
    scope = shipped.scope.model_validate({"exclude": [{"device": "county-a", "neighbour": "/^192\\.0\\.2\\./"}]})
    rule = shipped.model_copy(update={"protocol": "bgp", "scope": scope})
    tell(bench, "county-a", bgp(STRANGER, up=False), times=2)
    rules = type(bench.rules)({**bench.rules.rules, "routing-down": rule})
    again = Bench(network, records, clock, rules=rules)
    ospf = RoutingReading("ospf", "10.9.9.9", "init", up=False)
    tell(again, "county-a", bgp(STRANGER, up=False), ospf, bgp("198.51.100.1", up=False), times=3)
    assert keys(again.alerts()) == {("routing-down", "county-a/bgp/198.51.100.1")}, "the excluded one was let go"


@pytest.mark.slow
def test_hours_of_lost_neighbours_are_told_once(bench: Bench) -> None:
    start = bench.clock.now()
    while bench.clock.now() < start + HOUR:
        tell(bench, "county-a", bgp(STRANGER, up=False))
    assert bench.told() == [("raised", *LOST)]
