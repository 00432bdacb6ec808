"""A storm of milder alerts: what is beyond the limit is listed by one incident, nothing graver is ever silent."""

import pytest

from alerting.alerts.queries import AlertView
from alerting.alerts.states import AlertState
from alerting.alerts.suppression import Reason
from alerting.changes import ChangeKind, Severity
from alerting.incidents import actions
from alerting.maintenance.targets import TargetKind
from alerting.notify.queries import recent_messages
from alerting.rules.loader import RuleSet
from alerting.rules.storms import StormRule
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import DegradedChange, HealthReading, HealthStatus, LimitSource, Observation
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench, default_rules
from tests.alerting.windows import planned
from tests.networks import wide_network
from topology.network import Network

CENTRE = "530620"
STORM = ("alert-storm", CENTRE)
NAME = f"storm:alert-storm/{CENTRE}"
SITES = [f"c0-{number}" for number in range(12)]


@pytest.fixture
def network() -> Network:
    return wide_network(counties=2)


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock, rules=rules())


@pytest.fixture
def acting(network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose changes are acted on."""
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock, rules=rules())


def rules(alerts: int = 5) -> RuleSet:
    """The shipped rules with a storm that begins sooner."""
    known = default_rules().rules
    storm = known["alert-storm"].model_copy(update={"alerts": alerts})
    return RuleSet({**known, "alert-storm": storm})


def fans(bench: Bench, sites: list[str], minutes: int = 2, entity: str = "Fan 1", kind: str = "fan") -> None:
    """One part of each of these sites fails, and is the only one of them that does; a look each half minute."""
    for _ in range(2 * minutes):
        bench.sweep(without=set(SITES))
        bench.see(*(look(bench, site, entity if site in sites else "", kind) for site in SITES))
        bench.clock.advance(30 * SECOND)


def look(bench: Bench, site: str, entity: str, kind: str = "fan") -> Observation:
    status = HealthStatus.CRITICAL if entity else HealthStatus.OK
    reading = HealthReading(entity or "Fan 1", kind, 2.0, "", status, limit_source=LimitSource.DEVICE, word="abnormal")
    return bench.look(site, health=(reading,))


def fan(bench: Bench, site: str) -> AlertView:
    return bench.alerts()["fan-failed", f"{site}/fan/Fan 1"]


def test_those_beyond_the_limit_are_suppressed_with_reason_and_name_and_the_others_told(bench: Bench) -> None:
    fans(bench, SITES)
    found = [alert for alert in bench.alerts().values() if alert.rule == "fan-failed"]
    assert sorted(alert.state for alert in found) == [AlertState.FIRING] * 5 + [AlertState.SUPPRESSED] * 7
    held = [alert for alert in found if alert.state is AlertState.SUPPRESSED]
    assert {(alert.suppressed_reason, alert.suppressed_by) for alert in held} == {(Reason.STORM_DIGEST, NAME)}
    assert all(alert.raised_at is None for alert in held)
    storm = bench.alerts()[STORM]
    assert (storm.state, storm.severity, storm.device, storm.value, storm.limit) == ("firing", "major", "", 7.0, 5.0)
    assert "现有 7 条未消除" in storm.summary
    told = bench.told(ChangeKind.RAISED)
    assert len(told) == 6
    assert told.count(("raised", *STORM)) == 1


def test_a_site_whose_alert_is_only_listed_is_shown_as_degraded(bench: Bench) -> None:
    fans(bench, SITES)
    degraded = {one.device for one in bench.messages(DegradedChange) if isinstance(one, DegradedChange)}
    assert degraded == set(SITES)


def test_another_centre_is_told_as_ever(bench: Bench) -> None:
    fans(bench, SITES)
    bench.told()
    for _ in range(4):
        bench.see(look(bench, "c1-0", "Fan 1"))
        bench.clock.advance(30 * SECOND)
    assert fan(bench, "c1-0").state is AlertState.FIRING


def test_outages_are_told_in_the_middle_of_a_storm(bench: Bench) -> None:
    fans(bench, SITES)
    bench.told()
    bench.dead = {"c0-3", "c0-7"}
    bench.run(40)
    assert {object_id for _, rule, object_id in bench.told(ChangeKind.RAISED) if rule == "device-down"} == bench.dead


def test_what_grows_graver_leaves_the_list_and_is_told(bench: Bench) -> None:
    fans(bench, SITES)
    site = next(site for site in SITES if fan(bench, site).state is AlertState.SUPPRESSED)
    bench.told()
    graver = bench.rules.rules["fan-failed"].model_copy(update={"severity_by_role": {}, "severity": Severity.MAJOR})
    bench.rules = RuleSet({**bench.rules.rules, "fan-failed": graver})
    again = bench.again(settled=True)
    fans(again, [site], 1)
    assert fan(again, site).state is AlertState.FIRING
    assert ("raised", "fan-failed", f"{site}/fan/Fan 1") in again.told()


def test_more_parts_of_a_device_that_is_told_are_one_trouble_and_no_storm(bench: Bench) -> None:
    for _ in range(5):
        parts = tuple(
            HealthReading(f"Fan {number}", "fan", 2.0, "", HealthStatus.CRITICAL, word="x") for number in range(20)
        )
        bench.see(bench.look("c0", health=parts))
        bench.clock.advance(30 * SECOND)
    states = [alert.state for alert in bench.alerts().values() if alert.rule == "fan-failed"]
    assert states == [AlertState.FIRING] * 20


@pytest.mark.slow
def test_once_it_is_past_new_ones_are_told_and_those_held_stay(bench: Bench) -> None:
    fans(bench, SITES[:10])
    held = {site for site in SITES[:10] if fan(bench, site).state is AlertState.SUPPRESSED}
    assert len(held) == 5
    fans(bench, SITES[:10], 16)
    assert bench.alerts()[STORM].limit is None, "it does not last any more"
    bench.told()
    fans(bench, SITES[:11], 2)
    assert bench.told(ChangeKind.RAISED) == [("raised", "fan-failed", "c0-10/fan/Fan 1")]
    assert all(fan(bench, site).suppressed_by == NAME for site in held)
    fans(bench, [], 4)
    assert bench.alerts() == {}
    assert ("cleared", *STORM) in bench.told(ChangeKind.CLEARED)


@pytest.mark.slow
def test_a_restart_in_the_middle_tells_nothing_again_and_goes_on_listing(bench: Bench) -> None:
    fans(bench, SITES[:8])
    again = bench.again(settled=True)
    fans(again, SITES)
    assert [one for one in again.told(ChangeKind.RAISED) if one[1] == "fan-failed"] == []
    assert again.alerts()[STORM].value == 7.0
    fans(again, [], 20)
    assert again.alerts() == {}


@pytest.mark.slow
def test_a_storm_that_was_past_before_a_restart_takes_nothing_after_it(bench: Bench) -> None:
    fans(bench, SITES[:8])
    fans(bench, SITES[:8], 16)
    again = bench.again(settled=True)
    fans(again, SITES[:9], 2)
    assert again.told(ChangeKind.RAISED) == [("raised", "fan-failed", "c0-8/fan/Fan 1")]


def test_when_its_rule_is_removed_what_it_held_is_told(bench: Bench) -> None:
    fans(bench, SITES)
    kept = {key: rule for key, rule in bench.rules.rules.items() if not isinstance(rule, StormRule)}
    bench.rules = RuleSet(kept)
    again = bench.again(settled=True)
    fans(again, SITES, 1)
    assert {alert.state for alert in again.alerts().values()} == {AlertState.FIRING}
    assert len([one for one in again.told(ChangeKind.RAISED) if one[1] == "fan-failed"]) == 7


@pytest.mark.slow
def test_maintenance_comes_first_and_after_it_what_still_holds_is_weighed_anew(bench: Bench) -> None:
    fans(bench, SITES)
    site = next(site for site in SITES if fan(bench, site).state is AlertState.SUPPRESSED)
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, site, now, now + 20 * MINUTE)
    fans(bench, SITES, 1)
    assert fan(bench, site).suppressed_reason is Reason.MAINTENANCE
    fans(bench, SITES, 25)
    assert fan(bench, site).state is AlertState.FIRING, "the storm is past by then"


@pytest.mark.slow
def test_one_that_comes_and_goes_in_a_storm_is_told_as_flapping(bench: Bench) -> None:
    quick = bench.rules.rules["fan-failed"].model_copy(update={"hold": 0, "clear_hold": 0})
    bench.rules = RuleSet({**bench.rules.rules, "fan-failed": quick})
    bench = bench.again(settled=True)
    fans(bench, SITES[:11])
    for _ in range(7):
        for entity in ("Fan 1", ""):
            bench.see(look(bench, "c0-11", entity))
            bench.clock.advance(10 * SECOND)
    assert fan(bench, "c0-11").state is AlertState.FLAPPING
    assert bench.told(ChangeKind.RAISED)[-1] == ("raised", "fan-failed", "c0-11/fan/Fan 1")


@pytest.mark.slow
def test_it_is_one_incident_told_once_with_its_runbook_and_its_title_says_how_much_it_holds(acting: Bench) -> None:
    fans(acting, SITES)
    storm = next(found for found in incidents(acting) if found.object_kind == "centre")
    assert (storm.state, storm.runbook, storm.division, storm.agencies) == ("open", "alert-storm", CENTRE, 0)
    assert storm.title == "昭通市 第0县告警风暴:汇总 7 条"
    assert storm.title_en == "County 0, Zhaotong City: alert storm, 7 alerts in its list"
    assert len(incidents(acting)) == 6
    fans(acting, SITES[6:], 4)
    held = acting.alerts()[STORM].value
    found = next(found for found in incidents(acting) if found.id == storm.id)
    assert found.title == f"昭通市 第0县告警风暴:汇总 {held:.0f} 条"
    with acting.records.reading() as session:
        messages = [one for one in recent_messages(session, 1000) if one.incident == storm.id]
    assert {(message.kind, message.channel) for message in messages} == {("opening", "sms"), ("opening", "email")}
    assert len(messages) == 2
    fans(acting, [], 20)
    assert {found.state for found in incidents(acting)} == {"recovered"}


@pytest.mark.slow
def test_its_incident_can_not_be_closed_while_it_holds_anything(acting: Bench) -> None:
    fans(acting, SITES[:8])
    storm = next(found for found in incidents(acting) if found.object_kind == "centre")
    with acting.records.transaction() as session:
        actions.acknowledge(session, storm.id, "张三", acting.clock.now(), source="test")
        with pytest.raises(OperatorError, match="不能关闭"):
            actions.close(session, storm.id, "已处理", "张三", acting.clock.now(), source="test")
