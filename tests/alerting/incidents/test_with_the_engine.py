"""Judging and acting together: what the engine finds becomes incidents, in its own transactions."""

import pytest

from alerting.audit.log import verify
from alerting.incidents import actions
from alerting.maintenance.targets import TargetKind
from alerting.notify.queries import recent_messages
from foundation.clock import MINUTE, SteppedClock
from foundation.messages import HealthReading, HealthStatus, IncidentChange, LimitSource, RoutingReading
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench
from tests.alerting.windows import planned
from tests.networks import wide_network
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An engine that hands its changes to the real responder, with the shipped rules and runbooks."""
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


@pytest.mark.slow
def test_a_dead_county_router_is_one_incident_with_its_runbook_and_recovers_by_itself(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    (found,) = incidents(bench)
    assert (found.state, found.fault_class, found.agencies, found.runbook) == ("open", 3, 3, "county-cut-off")
    heard = [message for message in bench.heard.take() if isinstance(message, IncidentChange)]
    assert {message.incident for message in heard} == {found.id}
    bench.dead = set()
    bench.run(60)
    (found,) = incidents(bench)
    assert (found.state, found.agencies, found.most_agencies) == ("recovered", 0, 3)


@pytest.mark.slow
def test_a_device_lost_before_its_parent_is_held_and_goes_on_when_the_parent_returns(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.dead = {"a1", "county-a"}
    bench.run(30)
    first, second = incidents(bench)
    assert (first.device, first.state, first.agencies) == ("a1", "open", 0)
    assert (second.device, second.state, second.agencies) == ("county-a", "open", 3)
    bench.dead = {"a1"}
    bench.run(60)
    first, second = incidents(bench)
    assert (first.state, first.agencies) == ("open", 1)
    assert second.state == "recovered"
    assert first.started_at < second.started_at


@pytest.mark.slow
def test_a_silent_agent_that_then_dies_is_one_incident(bench: Bench) -> None:
    bench.silent = {"county-a"}
    bench.run(60)
    (found,) = incidents(bench)
    assert found.rule == "snmp-silent"
    bench.silent, bench.dead = set(), {"county-a"}
    bench.run(30)
    (found,) = incidents(bench)
    assert (found.rule, found.runbook, found.state, found.agencies) == ("device-down", "county-cut-off", "open", 3)


@pytest.mark.slow
def test_a_cut_line_is_the_incident_and_not_the_router_behind_it(bench: Bench) -> None:
    bench.cut = {"county-b:county-a"}
    bench.run(90)
    bench.cut = {"county-a:agg-1", "county-b:county-a"}
    bench.run(40)
    by_object = {found.object_id: found for found in incidents(bench)}
    assert set(by_object) == {"county-a:agg-1", "county-b:county-a"}
    assert by_object["county-a:agg-1"].agencies == 3
    assert "线路中断" in by_object["county-a:agg-1"].title


@pytest.mark.slow
def test_two_failures_of_one_moment_that_cut_the_same_devices_off_are_one_incident(bench: Bench) -> None:
    bench.gateway = True
    bench.dead = {"core-1", "core-2"}
    bench.run(30)
    (found,) = incidents(bench)
    assert (found.fault_class, found.agencies) == (1, 6)
    assert {one.object_id for one in bench.alerts().values() if not one.suppressed_by} == {"core-1", "core-2"}
    bench.dead = {"core-2"}
    bench.run(60)
    (found,) = incidents(bench)
    assert (found.state, found.agencies, found.most_agencies) == ("open", 0, 6)
    bench.dead = set()
    bench.run(60)
    assert [one.state for one in incidents(bench)] == ["recovered"]


@pytest.mark.slow
def test_a_core_that_had_failed_before_still_joins_the_failure_of_both(bench: Bench) -> None:
    for core in ("core-1", "core-2"):
        bench.dead = {core}
        bench.run(30)
        bench.dead = set()
        bench.run(60)
    bench.dead = {"core-1", "core-2"}
    bench.run(30)
    assert sum(one.state == "open" for one in incidents(bench)) == 1


@pytest.mark.slow
def test_a_failure_that_comes_later_is_an_incident_of_its_own_though_it_completes_the_outage(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(90)
    bench.dead = {"core-1", "core-2"}
    bench.run(30)
    assert [(found.device, found.agencies) for found in incidents(bench)] == [("core-1", 6), ("core-2", 6)]


@pytest.mark.slow
def test_failures_of_one_moment_that_share_no_victim_are_incidents_of_their_own(bench: Bench) -> None:
    bench.dead = {"county-a", "county-b"}
    bench.run(30)
    assert {found.device for found in incidents(bench)} == {"county-a", "county-b"}


@pytest.mark.slow
def test_a_restart_of_the_platform_opens_and_calls_nothing_anew(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    before = incidents(bench)
    bench.clock.advance(5 * MINUTE)
    bench.again(settled=True)
    assert incidents(bench) == before


@pytest.mark.slow
def test_the_audit_trail_of_a_storm_is_whole(bench: Bench) -> None:
    for dead in ({"a1", "a2", "b1"}, {"county-a"}, {"core-1", "agg-2"}, set()):
        bench.dead = set(dead)
        bench.run(40)
    with bench.records.reading() as session:
        assert verify(session).whole
    assert {found.state for found in incidents(bench)} == {"recovered"}


def minutes(
    bench: Bench,
    number: int,
    device: str,
    *,
    routing: tuple[RoutingReading, ...] = (),
    health: tuple[HealthReading, ...] = (),
) -> None:
    """Looks at a device, one a minute, that tell what is given; meanwhile all are looked at as they are."""
    for _ in range(number):
        bench.see(bench.look(device, routing=routing, health=health))
        for _ in range(6):
            bench.clock.advance(10_000)
            bench.sweep()


def neighbours(*addresses: str, up: bool = False) -> tuple[RoutingReading, ...]:
    return tuple(RoutingReading("bgp", address, "established" if up else "idle", up) for address in addresses)


def fans(*entities: str, status: HealthStatus = HealthStatus.CRITICAL) -> tuple[HealthReading, ...]:
    return tuple(HealthReading(one, "fan", 2.0, "", status, None, LimitSource.DEVICE, "failed") for one in entities)


@pytest.mark.slow
def test_all_neighbours_of_one_router_lost_together_are_one_incident_with_its_runbook(bench: Bench) -> None:
    minutes(bench, 2, "county-a", routing=neighbours("192.0.2.1", "192.0.2.2", "192.0.2.3"))
    (found,) = incidents(bench)
    assert (found.rule, found.runbook, found.fault_class, found.object_kind) == (
        "routing-down", "routing-down", 4, "neighbour",
    )  # fmt: skip
    assert found.title == "昭通市 镇雄县 county-a BGP 192.0.2.1 邻居中断"
    minutes(bench, 2, "county-a", routing=neighbours("192.0.2.1", "192.0.2.2", "192.0.2.3", up=True))
    (found,) = incidents(bench)
    assert found.state == "recovered"


@pytest.mark.slow
def test_two_fans_of_a_tray_are_one_incident_and_a_later_one_after_recovery_is_another(bench: Bench) -> None:
    minutes(bench, 2, "county-a", health=fans("Fan 1", "Fan 2"))
    (found,) = incidents(bench)
    assert (found.rule, found.runbook) == ("fan-failed", "fan-failed")
    minutes(bench, 3, "county-a", health=fans("Fan 1", "Fan 2", status=HealthStatus.OK))
    minutes(bench, 2, "county-a", health=fans("Fan 3"))
    assert [one.state for one in incidents(bench)] == ["recovered", "open"]


@pytest.mark.slow
def test_a_lost_session_told_by_both_ends_is_one_incident(bench: Bench) -> None:
    for _ in range(2):
        bench.see(bench.look("core-1", routing=neighbours("10.6.0.1")))
        minutes(bench, 1, "agg-1", routing=neighbours("10.0.0.1"))
    (found,) = incidents(bench)
    assert found.device == "core-1"


@pytest.mark.slow
def test_a_dead_router_and_all_its_lost_sessions_are_one_incident(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    for device in ("core-1", "core-2", "agg-1"):
        minutes(bench, 2, device, routing=neighbours("10.6.0.2"))
    assert [(found.rule, found.device) for found in incidents(bench)] == [("device-down", "agg-2")]


@pytest.mark.slow
def test_no_text_message_about_a_neighbour_carries_its_address(bench: Bench) -> None:
    minutes(bench, 2, "county-a", routing=neighbours("192.0.2.1"))
    with bench.records.reading() as session:
        sent = [message.body for message in recent_messages(session, 20) if message.channel == "sms"]
    assert sent
    assert not any("192.0.2.1" in text for text in sent)
    assert "昭通county-a14:30路由邻居中断" in sent[0]


@pytest.fixture
def wide(records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The same on the network of many agencies."""
    network = wide_network()
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


@pytest.mark.slow
def test_a_power_cut_is_one_incident_and_each_that_stays_away_then_gets_its_own_with_its_own_calls(wide: Bench) -> None:
    wide.dead = {f"c0-{place}" for place in range(12)}
    wide.run(60)
    (found,) = incidents(wide)
    assert (found.title, found.title_en) == (
        "昭通市 第0县疑似停电或光缆中断,影响 12 家单位",
        "County 0, Zhaotong City: probable power or fibre cut, 12 agencies cut off",
    )
    assert (found.state, found.agencies, found.runbook) == ("open", 12, "power-or-fibre-cut")
    with wide.records.reading() as session:
        calls = len(recent_messages(session))
    wide.dead = {"c0-5"}
    wide.run(300)
    first, second = incidents(wide)
    assert (first.state, first.most_agencies) == ("recovered", 12)
    assert (second.device, second.state, second.agencies, second.runbook) == ("c0-5", "open", 1, "device-down-access")
    with wide.records.reading() as session:
        messages = recent_messages(session)
    assert len(messages) > calls
    assert {message.incident for message in messages} == {first.id, second.id}


def states_of_alerts(bench: Bench) -> dict[str, str]:
    return {alert.object_id: alert.state.value for alert in reversed(bench.history())}


def test_an_alert_that_cleared_while_nobody_acknowledged_waits_until_somebody_does(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.dead = set()
    bench.run(20)
    assert states_of_alerts(bench) == {"a1": "cleared-unacked"}
    (found,) = incidents(bench)
    with bench.records.transaction() as session:
        actions.acknowledge(session, found.id, "张三", bench.clock.now(), source="test")
    assert states_of_alerts(bench) == {"a1": "closed"}


def test_an_alert_whose_incident_is_acknowledged_closes_as_it_clears(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    (found,) = incidents(bench)
    with bench.records.transaction() as session:
        actions.acknowledge(session, found.id, "张三", bench.clock.now(), source="test")
    assert states_of_alerts(bench) == {"a1": "firing"}
    bench.dead = set()
    bench.run(20)
    assert states_of_alerts(bench) == {"a1": "closed"}


def test_an_alert_that_only_ever_was_suppressed_waits_for_nobody(bench: Bench) -> None:
    bench.dead = {"a1"}
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "a1", now, now + 60 * MINUTE)
    bench.run(20)
    assert states_of_alerts(bench) == {"a1": "suppressed"}
    bench.dead = set()
    bench.run(20)
    assert states_of_alerts(bench) == {"a1": "closed"}


@pytest.mark.slow
def test_a_blind_collector_is_one_incident_of_the_first_class_for_the_provinces_centre(bench: Bench) -> None:
    bench.dead = set(bench.network.devices)
    bench.run(60)
    (found,) = incidents(bench)
    assert found.title == "采集机失明：全部核心路由器同时无应答，其后 12 台设备状态未知"
    assert (found.state, found.fault_class, found.division, found.runbook, found.agencies) == (
        "open", 1, "530000", "collector-blind", 0,
    )  # fmt: skip
    with bench.records.reading() as session:
        assert recent_messages(session)
    bench.dead = set()
    bench.run(120)
    (found,) = incidents(bench)
    assert found.state == "recovered"
