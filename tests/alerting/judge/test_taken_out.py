"""A person takes one alert out of a storm or a common cause: it is told as a trouble of its own, and stays so."""

import pytest

from alerting.alerts.queries import AlertView
from alerting.alerts.states import AlertState
from alerting.audit.queries import entries
from alerting.incidents import queries
from alerting.incidents.parting import NoSuchAlertError, apart, take_out
from alerting.maintenance.targets import TargetKind
from alerting.notify.queries import messages_of
from alerting.rules.loader import RuleSet
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import HealthReading, HealthStatus, IncidentChange, LimitSource
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench, default_rules
from tests.alerting.windows import planned
from tests.networks import wide_network

pytestmark = pytest.mark.slow

SITES = [f"c0-{number}" for number in range(12)]
STORM = ("alert-storm", "530620")
POWER = ("power-or-fibre-cut", "530620")
FOLLOWED = 6
"""Seconds within which judging follows a person's wish."""


@pytest.fixture
def bench(records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    network = wide_network(counties=2)
    act_on_changes(network, monkeypatch)
    known = default_rules().rules
    storm = known["alert-storm"].model_copy(update={"alerts": 5})
    return Bench(network, records, clock, rules=RuleSet({**known, "alert-storm": storm}))


def fans(bench: Bench, minutes: int = 2) -> None:
    """Every site of the county has a failed fan: five are told, the others are listed by a storm."""
    status = HealthStatus.CRITICAL
    fan = HealthReading("Fan 1", "fan", 2.0, "", status, limit_source=LimitSource.DEVICE, word="abnormal")
    for _ in range(2 * minutes):
        bench.sweep(without=set(SITES))
        bench.see(*(bench.look(site, health=(fan,)) for site in SITES))
        bench.clock.advance(30 * SECOND)


def power_cut(bench: Bench) -> None:
    bench.dead = set(SITES)
    bench.run(40)


def held(bench: Bench) -> list[AlertView]:
    found = (alert for alert in bench.alerts().values() if alert.suppressed_by.startswith(("storm:", "area:")))
    return sorted(found, key=lambda alert: alert.id)


def taken(bench: Bench, alert: AlertView) -> list[IncidentChange]:
    with bench.records.transaction() as session:
        return take_out(session, alert.id, "张三", bench.clock.now(), source="console")


def follow(bench: Bench) -> None:
    bench.run(FOLLOWED, every=1)


def test_one_taken_out_of_a_storm_is_an_incident_of_its_own_with_a_full_budget(bench: Bench) -> None:
    fans(bench)
    before, alert = incidents(bench), held(bench)[2]
    wished = bench.clock.now()
    taken(bench, alert)
    follow(bench)
    own = incidents(bench)[-1]
    assert len(incidents(bench)) == len(before) + 1
    assert (own.rule, own.object_id, own.state) == ("fan-failed", alert.object_id, "open")
    assert own.discovered_at >= wished
    with bench.records.reading() as session:
        calls, plan = messages_of(session, own.id), queries.escalation(session, own.id)
    assert {message.kind for message in calls} == {"opening"}
    assert all(step.due_at >= wished for step in plan), "it calls from its first step on"
    assert len(held(bench)) == 6
    bench.run(20)
    assert bench.alerts()[STORM].value == 6.0, "the storm says how much it holds now"


def test_it_is_written_into_the_storms_timeline_and_the_audit_trail(bench: Bench) -> None:
    fans(bench)
    alert = held(bench)[0]
    (change,) = taken(bench, alert)
    with bench.records.reading() as session:
        (entry,) = [one for one in queries.timeline(session, change.incident) if one.kind == "taken-out"]
        (audited,) = [one for one in entries(session) if one.action == "incident.taken-out"]
    assert alert.summary in entry.text
    assert (entry.actor, audited.actor, audited.source) == ("张三", "张三", "console")
    assert taken(bench, alert) == [], "wished twice it changes nothing"


def test_a_site_taken_out_of_a_common_cause_is_told_by_itself_and_counted_once(bench: Bench) -> None:
    power_cut(bench)
    (area,) = incidents(bench)
    assert (area.object_id, area.agencies) == ("530620", 12)
    alert = bench.alerts()["device-down", "c0-4"]
    taken(bench, alert)
    follow(bench)
    bench.run(60)
    area, own = incidents(bench)
    assert (area.agencies, area.state) == (11, "open")
    assert (own.object_id, own.agencies, own.state) == ("c0-4", 1, "open")
    bench.dead = {"c0-4"}
    bench.run(60)
    area, own = incidents(bench)
    assert (area.state, own.state) == ("recovered", "open"), "the cause of the others is mended, its own is not"


def test_when_all_are_taken_out_the_common_cause_is_over_and_nothing_is_silent(bench: Bench) -> None:
    power_cut(bench)
    for alert in held(bench):
        taken(bench, alert)
    follow(bench)
    assert POWER not in bench.alerts()
    found = {key for key, alert in bench.alerts().items() if alert.state is AlertState.FIRING}
    assert found == {("device-down", site) for site in SITES}


@pytest.mark.parametrize("gathered", [fans, power_cut])
def test_a_restart_gathers_nothing_again_that_was_taken_out(bench: Bench, gathered: object) -> None:
    assert callable(gathered)
    gathered(bench)
    at_once, later = held(bench)[1], held(bench)[3]
    taken(bench, at_once)
    follow(bench)
    taken(bench, later)  # the platform is killed before judging has followed
    again = bench.again()
    if gathered is fans:
        fans(again)
    again.run(60)
    keys = {(alert.rule, alert.object_id) for alert in (at_once, later)}
    assert {key: again.alerts()[key].state for key in keys} == dict.fromkeys(keys, AlertState.FIRING)
    assert len([one for one in incidents(again) if (one.rule, one.object_id) in keys]) == 2


def test_planned_work_still_comes_first(bench: Bench) -> None:
    fans(bench)
    alert, now = held(bench)[0], bench.clock.now()
    taken(bench, alert)
    planned(bench.records, bench.network, now, TargetKind.DEVICE, alert.device, now, now + 5 * MINUTE)
    fans(bench)
    assert bench.alerts()[alert.rule, alert.object_id].suppressed_by == "maintenance:1"
    fans(bench, 5)
    assert bench.alerts()[alert.rule, alert.object_id].state is AlertState.FIRING, "then it is told, by no storm held"


def test_what_comes_again_later_may_be_gathered_again(bench: Bench) -> None:
    fans(bench)
    alert = held(bench)[0]
    taken(bench, alert)
    follow(bench)
    for _ in range(8):
        bench.sweep()
        bench.see(*(bench.look(site, health=(_well(),)) for site in SITES))
        bench.clock.advance(30 * SECOND)
    assert (alert.rule, alert.object_id) not in bench.alerts()
    with bench.records.reading() as session:
        assert apart(session) == frozenset()


def _well() -> HealthReading:
    return HealthReading("Fan 1", "fan", 2.0, "", HealthStatus.OK, limit_source=LimitSource.DEVICE)


def test_what_is_not_gathered_is_refused_in_a_sentence_with_the_remedy(bench: Bench) -> None:
    fans(bench)
    told = next(alert for alert in bench.alerts().values() if alert.rule == "fan-failed" and not alert.suppressed_by)
    with pytest.raises(OperatorError, match="已经单独告知"):
        taken(bench, told)
    with bench.records.transaction() as session, pytest.raises(NoSuchAlertError, match="没有编号为 4711 的告警"):
        take_out(session, 4711, "张三", bench.clock.now(), source="console")
    bench.dead = {"c0"}
    bench.run(40)
    silent = next(alert for alert in bench.alerts().values() if alert.suppressed_by == "device:c0")
    with pytest.raises(OperatorError, match="请处理引起它的故障"):
        taken(bench, silent)
