"""Scenarios on a stepped clock: open, climb, acknowledge, recover, relapse, close."""

from dataclasses import replace

import pytest

from alerting.audit.log import verify
from alerting.audit.queries import entries
from alerting.changes import ChangeKind, Severity
from alerting.incidents import queries
from alerting.incidents.settings import ActingSettings
from foundation.clock import DAY, MINUTE, SECOND, SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.incidents.scene import Scene
from topology.network import Network


def called_since(scene: Scene, before: int) -> list[str]:
    """Who got text messages after the first `before`: `530627-o1` …"""
    return [f"{text.address[1:7]}-{text.recipient}" for text in scene.texts()[before:]]


def test_a_minor_fault_climbs_after_30_and_60_minutes_until_nobody_is_left(scene: Scene) -> None:
    scene.raised(1, "a1")
    assert called_since(scene, 0) == ["530627-o1"]
    scene.clock.advance(30 * MINUTE - 1)
    scene.due()
    assert called_since(scene, 1) == []
    scene.clock.advance(1)
    scene.due()
    assert called_since(scene, 1) == ["530627-leader", "530600-o1"]
    scene.clock.advance(30 * MINUTE)
    scene.due()
    assert called_since(scene, 3) == ["530627-director", "530600-leader", "530000-o1"]
    scene.clock.advance(DAY)
    scene.due()
    assert called_since(scene, 6) == []


def test_a_grave_fault_calls_the_leader_at_once_and_climbs_after_5_10_and_15_minutes(scene: Scene) -> None:
    scene.raised(1, "agg-1", cut=[*scene.network.devices])  # all: a whole private network and prefecture
    assert called_since(scene, 0) == ["530600-o1", "530600-leader"]
    seen = 2
    for expected in (["530600-leader", "530000-o1"], ["530600-director", "530000-leader"], ["530000-director"]):
        scene.clock.advance(5 * MINUTE)
        scene.due()
        assert called_since(scene, seen) == expected
        seen += len(expected)


def test_an_acknowledgement_stops_the_climb(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.clock.advance(29 * MINUTE)
    scene.acknowledge(incident)
    scene.clock.advance(DAY)
    scene.due()
    assert called_since(scene, 1) == []
    found = scene.incident(incident)
    assert (found.state, found.acknowledged_by, found.assigned_to) == ("acknowledged", "张三", "张三")
    assert found.time_to_acknowledge == 29 * MINUTE


def test_who_is_on_duty_is_asked_when_the_step_fires(scene: Scene) -> None:
    scene.clock.advance(17 * 60 * MINUTE + 45 * MINUTE)  # 08:15: o1's shift still
    scene.raised(1, "a1")
    scene.clock.advance(30 * MINUTE)  # 08:45: handed over to o2
    scene.due()
    assert called_since(scene, 0) == ["530627-o1", "530627-leader", "530600-o2"]


def test_steps_missed_while_the_platform_was_off_are_made_up_for(scene: Scene) -> None:
    scene.raised(1, "a1")
    scene.clock.advance(3 * 60 * MINUTE)
    scene.due()
    assert len(called_since(scene, 1)) == 5
    with scene.records.reading() as session:
        assert [step.state for step in queries.escalation(session, 1)] == ["fired"] * 3


def test_a_recovered_incident_stops_climbing_and_tells_those_who_were_told(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.clock.advance(10 * MINUTE)
    scene.cleared(1, "a1")
    found = scene.incident(incident)
    assert (found.state, found.agencies, found.most_agencies) == ("recovered", 0, 1)
    assert found.time_to_restore == 10 * MINUTE + 12 * SECOND
    assert called_since(scene, 1) == ["530627-o1"]
    assert "已恢复" in scene.texts()[-1].body
    scene.clock.advance(DAY)
    scene.due()
    assert len(scene.texts()) == 2


def test_a_call_that_has_not_left_is_replaced_by_the_recovery(scene: Scene) -> None:
    scene.raised(1, "a1")
    scene.cleared(1, "a1")
    states = [(text.kind, text.state) for text in scene.texts()]
    assert states == [("opening", "withdrawn"), ("recovery", "pending")]


def test_an_escalation_that_has_not_left_is_withdrawn_by_the_acknowledgement(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.clock.advance(30 * MINUTE)
    scene.due()
    scene.acknowledge(incident, "李<四>")
    states = [(text.kind, text.state) for text in scene.texts()]
    assert states == [("opening", "pending"), ("escalation", "withdrawn"), ("escalation", "withdrawn")]
    opening = scene.texts()[0].body
    assert "李<四>已确认" in opening
    assert "请" not in opening
    scene.cleared(1, "a1")
    assert called_since(scene, 3) == ["530627-o1"], "those who never heard of the trouble don't hear of its end"


def test_a_relapse_reopens_the_same_incident_and_calls_again(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.cleared(1, "a1")
    scene.clock.advance(MINUTE)
    assert scene.raised(2, "a1") == incident
    found = scene.incident(incident)
    assert (found.state, found.relapses, found.recovered_at, found.agencies) == ("open", 1, None, 1)
    assert called_since(scene, 2) == ["530627-o1"]
    scene.clock.advance(30 * MINUTE)
    scene.due()
    assert called_since(scene, 3) == ["530627-leader", "530600-o1"]


def test_a_relapse_in_hand_stays_in_the_same_hands(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.acknowledge(incident)
    scene.cleared(1, "a1")
    scene.clock.advance(29 * MINUTE)
    scene.raised(2, "a1")
    found = scene.incident(incident)
    assert (found.state, found.acknowledged_by) == ("acknowledged", "张三")
    assert scene.texts()[-1].kind == "update"
    assert "再次发生" in scene.texts()[-1].body


def test_a_late_relapse_calls_people_anew_but_keeps_the_first_acknowledgement(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.clock.advance(MINUTE)
    scene.acknowledge(incident)
    scene.cleared(1, "a1")
    scene.clock.advance(31 * MINUTE)
    scene.raised(2, "a1")
    found = scene.incident(incident)
    assert (found.state, found.acknowledged_at, found.time_to_acknowledge) == ("open", None, MINUTE)
    assert scene.texts()[-1].kind == "opening"


def test_another_trouble_of_a_recovered_device_is_a_new_incident(scene: Scene) -> None:
    incident = scene.raised(1, rule="cpu-high")
    scene.cleared(1, rule="cpu-high")
    assert scene.raised(2) != incident


def test_a_closed_incident_never_comes_back(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.cleared(1, "a1")
    scene.close(incident)
    assert scene.raised(2, "a1") != incident
    assert scene.incident(incident).state == "closed"


def test_growing_impact_raises_the_class_and_calls_by_the_new_one(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    assert scene.incident(incident).fault_class == 4
    scene.clock.advance(MINUTE)
    scene.updated(1, "a1", cut=["a1", "b1"], severity=Severity.CRITICAL)
    found = scene.incident(incident)
    assert (found.fault_class, found.severity, found.agencies) == (2, "critical", 2)
    assert found.title.endswith("影响 2 家单位")
    assert called_since(scene, 1) == ["530627-o1", "530627-leader"]
    scene.clock.advance(5 * MINUTE)
    scene.due()
    assert called_since(scene, 3) == ["530627-leader", "530600-o1"]
    assert {"class", "impact", "severity"} <= set(scene.kinds(incident))


def test_shrinking_impact_keeps_the_class_and_closes_the_rows_of_those_who_returned(scene: Scene) -> None:
    incident = scene.raised(1, cut=["county-a", "a1", "a2", "a3"])
    start = scene.clock.now() - 12 * SECOND
    later = scene.clock.advance(MINUTE)
    scene.updated(1, cut=["a2"])
    found = scene.incident(incident)
    assert (found.fault_class, found.agencies, found.counties, found.most_agencies) == (3, 1, 0, 3)
    assert found.title.endswith("影响 3 家单位")
    with scene.records.reading() as session:
        rows = {entry.id: (entry.from_at, entry.until_at) for entry in queries.impact(session, incident)}
    assert rows["agency-a1"] == (start, later)
    assert rows["agency-a2"] == (start, None)
    assert scene.kinds(incident).count("impact") == 1


def test_an_update_that_changes_nothing_leaves_no_trace(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    before = scene.kinds(incident)
    scene.clock.advance(MINUTE)
    scene.updated(1, "a1")
    assert scene.kinds(incident) == before


def test_a_suppressed_alert_holds_the_incident_open_without_climbing(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.suppressed(1, "a1", by="county-a")
    scene.clock.advance(30 * MINUTE)
    scene.due()
    found = scene.incident(incident)
    assert (found.state, found.agencies) == ("open", 0)
    assert called_since(scene, 1) == []
    scene.updated(1, "a1")
    scene.due()
    assert called_since(scene, 1) == ["530627-o1"], "its time begins anew: it was not this trouble's while it was held"
    scene.clock.advance(30 * MINUTE)
    scene.due()
    assert called_since(scene, 2) == ["530627-leader", "530600-o1"]


def test_an_incident_recovers_only_with_the_last_of_its_alerts(scene: Scene) -> None:
    incident = scene.raised(1)
    scene.raised(2, rule="cpu-high")
    scene.cleared(1)
    assert scene.incident(incident).state == "open"
    scene.cleared(2, rule="cpu-high")
    assert scene.incident(incident).state == "recovered"


def test_overlapping_impact_of_two_alerts_is_counted_once(scene: Scene) -> None:
    incident = scene.raised(1, "agg-1", rule="link-down", link="county-a:agg-1", cut=["a1"])
    scene.clock.advance(MINUTE)
    scene.raised(2, "county-a", rule="interface-errors", interface="up1", cut=["a1", "a2"])
    assert scene.incident(incident).agencies == 2
    later = scene.clock.advance(MINUTE)
    scene.cleared(1, "agg-1", rule="link-down", link="county-a:agg-1")
    scene.clock.advance(MINUTE)
    scene.cleared(2, "county-a", rule="interface-errors", interface="up1")
    with scene.records.reading() as session:
        found = [entry for entry in queries.impact(session, incident) if entry.id == "agency-a1"]
    assert [entry.until_at for entry in found] == [later + MINUTE]


def test_a_recovered_incident_closes_by_itself_only_under_the_approved_rule(
    network: Network, records: Records, clock: SteppedClock
) -> None:
    scene = Scene(network, records, clock, ActingSettings.model_validate({"close_recovered_after": "24 h"}))
    incident = scene.raised(1, "a1")
    scene.cleared(1, "a1")
    scene.clock.advance(DAY - 1)
    scene.due()
    assert scene.incident(incident).state == "recovered"
    scene.clock.advance(1)
    scene.due()
    found = scene.incident(incident)
    assert (found.state, found.closed_by) == ("closed", "system")


def test_without_the_rule_it_stays_until_a_person_closes_it(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.cleared(1, "a1")
    scene.clock.advance(400 * DAY)
    scene.due()
    assert scene.incident(incident).state == "recovered"


def test_one_person_in_two_roles_gets_one_message_a_step(scene: Scene) -> None:
    """At step 1 of a province-wide fault the leader is called by role and as operator's superior: once."""
    scene.raised(1, "core-1")
    scene.clock.advance(5 * MINUTE)
    scene.due()
    step_1 = [text.recipient for text in scene.texts() if text.step == 1]
    assert step_1 == ["leader"]
    assert len({(text.step, text.recipient) for text in scene.texts()}) == len(scene.texts())


def test_repeating_a_change_opens_calls_and_counts_nothing_twice(scene: Scene) -> None:
    change = scene.change(ChangeKind.RAISED, 1, "a1")
    scene.respond(change)
    scene.respond(change)
    assert len(scene.texts()) == 1
    assert scene.incident(1).agencies == 1
    with scene.records.reading() as session:
        assert len(queries.recent_incidents(session)) == 1


def test_a_transaction_that_fails_leaves_nothing_at_all(scene: Scene) -> None:
    def fail() -> None:
        with scene.records.transaction() as session:
            scene.responder.respond(session, [scene.change(ChangeKind.RAISED, 1)], scene.clock.now())
            raise OperatorError("The disk is full.")

    with pytest.raises(OperatorError):
        fail()
    with scene.records.reading() as session:
        assert queries.recent_incidents(session) == []
        assert entries(session) == []
    assert scene.texts() == []


def test_the_whole_life_is_in_the_audit_trail(scene: Scene) -> None:
    incident = scene.raised(1, "a1")
    scene.acknowledge(incident)
    scene.cleared(1, "a1")
    scene.close(incident)
    with scene.records.reading() as session:
        trail = [entry.action for entry in reversed(entries(session, object=f"incident:{incident}"))]
        assert verify(session).whole
    assert trail == [
        "incident.opened",
        "incident.called",
        "incident.acknowledged",
        "incident.cleared",
        "incident.impact",
        "incident.recovered",
        "incident.closed",
    ]


def test_who_loses_redundancy_is_on_the_incident_until_it_is_over(scene: Scene) -> None:
    incident = scene.raised(1, "agg-2", rule="link-down", link="county-b:agg-2", cut=[])
    with scene.records.reading() as session:
        found = {(entry.kind, entry.id): entry.until_at for entry in queries.impact(session, incident)}
    assert found == {
        ("degraded_county", "530628"): None,
        ("degraded_private_network", "health"): None,
        ("degraded_agency", "agency-b1"): None,
        ("degraded_agency", "agency-b2"): None,
    }
    assert scene.incident(incident).agencies == 0, "they are served"
    assert scene.incident(incident).degraded_agencies == 2
    back = scene.clock.advance(MINUTE)
    scene.cleared(1, "agg-2", rule="link-down", link="county-b:agg-2")
    with scene.records.reading() as session:
        assert {entry.until_at for entry in queries.impact(session, incident)} == {back}
    assert scene.incident(incident).degraded_agencies == 0


def test_who_is_cut_off_is_not_told_as_without_redundancy_too(scene: Scene) -> None:
    incident = scene.raised(1, "agg-2", rule="link-down", link="county-b:agg-2", cut=[])
    scene.raised(2, "county-b", rule="interface-errors", interface="up1", cut=["b1"])
    with scene.records.reading() as session:
        kinds = [entry.kind for entry in queries.impact(session, incident) if entry.id == "agency-b1"]
    assert kinds == ["agency"]
    found = scene.incident(incident)
    assert (found.agencies, found.degraded_agencies) == (1, 1)


def test_the_title_says_what_the_leading_alert_says_now_and_nobody_is_called_again(scene: Scene) -> None:
    """A rule whose incidents are called by the alert's summary: a group that others join."""
    incident = scene.raised(1, "county-a", rule="gathered")
    calls = len(scene.texts())
    change = scene.change(ChangeKind.UPDATED, 1, "county-a", rule="gathered")
    scene.respond(replace(change, summary="县内 12 家同时失联", summary_en="12 agencies lost at once"))
    assert (scene.incident(incident).title, scene.incident(incident).title_en) == (
        "县内 12 家同时失联", "12 agencies lost at once",
    )  # fmt: skip
    scene.respond(replace(change, kind=ChangeKind.RESTATED, summary="县内 13 家同时失联"))
    assert scene.incident(incident).title == "县内 13 家同时失联"
    assert len(scene.texts()) == calls
