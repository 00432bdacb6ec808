"""One incident for each root cause, with its class, title, runbook, impact and first call."""

import pytest

from alerting.changes import ChangeKind, Severity
from alerting.incidents import queries
from tests.alerting.incidents.scene import Scene


def test_a_lost_county_router_opens_one_incident_with_all_its_agencies(scene: Scene) -> None:
    incident = scene.incident(scene.raised(1, cut=["county-a", "a1", "a2", "a3"]))
    assert (incident.number, incident.state, incident.fault_class) == ("YN1124-0001", "open", 3)
    assert incident.title == "昭通市 镇雄县 county-a 失联,影响 3 家单位"
    assert incident.title_en == "Zhenxiong County, Zhaotong City: county router county-a down, 3 agencies cut off"
    assert (incident.agencies, incident.counties, incident.private_networks) == (3, 1, 1)
    assert incident.discovered_at - incident.started_at == 12_000
    with scene.records.reading() as session:
        names = [(entry.kind, entry.name) for entry in queries.impact(session, incident.id)]
        steps = [(step.number, step.text) for step in queries.steps(session, incident.id)]
    assert names == [
        ("county", "镇雄县"),
        ("private_network", "卫生专网"),
        ("agency", "机构a1"),
        ("agency", "机构a2"),
        ("agency", "机构a3"),
        ("degraded_county", "彝良县"),
        ("degraded_agency", "机构b1"),
        ("degraded_agency", "机构b2"),
    ]
    assert steps == [(1, "看电源"), (2, "看链路")]


def test_numbers_count_within_the_local_day(scene: Scene) -> None:
    assert scene.incident(scene.raised(1, "a1")).number == "YN1124-0001"
    assert scene.incident(scene.raised(2, "b1")).number == "YN1124-0002"
    scene.clock.advance(10 * 3_600_000)
    assert scene.incident(scene.raised(3, "b2")).number == "YN1125-0001"


def test_a_suppressed_alert_never_opens_an_incident(scene: Scene) -> None:
    scene.suppressed(1, "a1", by="county-a")
    with scene.records.reading() as session:
        assert queries.recent_incidents(session) == []


def test_two_lost_devices_are_two_incidents(scene: Scene) -> None:
    assert scene.raised(1, "a1") != scene.raised(2, "a2")


def test_another_alert_of_a_troubled_device_joins_its_incident(scene: Scene) -> None:
    first = scene.raised(1)
    assert scene.raised(2, rule="cpu-high") == first
    assert scene.incident(first).runbook == "down"
    assert "joined" in scene.kinds(first)


def test_an_outage_takes_the_lead_of_a_lesser_trouble_of_the_same_device(scene: Scene) -> None:
    incident = scene.raised(1, rule="cpu-high", severity=Severity.CRITICAL)
    assert scene.incident(incident).fault_class == 4
    assert scene.raised(2, cut=["county-a", "a1"], severity=Severity.MAJOR) == incident
    found = scene.incident(incident)
    assert found.severity == "critical"
    assert (found.runbook, found.fault_class) == ("down", 3)
    assert "失联" in found.title
    scene.cleared(1, rule="cpu-high")
    assert scene.incident(incident).state == "open"


def test_an_interface_alert_joins_the_incident_of_the_link_on_it(scene: Scene) -> None:
    link = "county-a:agg-1"
    incident = scene.raised(1, "agg-1", rule="link-down", link=link)
    assert scene.raised(2, "county-a", rule="interface-errors", interface="up1") == incident
    assert scene.raised(3, "agg-1", rule="interface-errors", interface="peer") != incident


def test_a_full_line_is_one_incident_though_both_its_ends_tell(scene: Scene) -> None:
    upper = scene.change(ChangeKind.RAISED, 1, "agg-1", rule="interface-utilisation", interface="down1")
    lower = scene.change(ChangeKind.RAISED, 2, "county-a", rule="interface-utilisation", interface="up1")
    (incident,) = set(scene.respond(upper, lower))
    assert scene.raised(3, "county-b", rule="interface-utilisation", interface="up1") != incident


def test_an_alert_that_clears_while_another_takes_its_place_is_no_recovery(scene: Scene) -> None:
    incident = scene.raised(1, rule="snmp-silent")
    scene.respond(
        scene.change(ChangeKind.CLEARED, 1, rule="snmp-silent"),
        scene.change(ChangeKind.RAISED, 2),
    )
    found = scene.incident(incident)
    assert (found.state, found.rule) == ("open", "device-down")
    assert "recovered" not in scene.kinds(incident)


@pytest.mark.parametrize(
    ("device", "called"),
    [
        ("a1", ["530627-o1"]),
        ("b1", ["530600-o1"]),  # 彝良县 has no centre: the prefecture's serves it
        ("core-1", ["530000-o1", "530000-leader"]),  # 一级: with the leader at once
    ],
)
def test_the_operator_on_duty_is_called_at_once(scene: Scene, device: str, called: list[str]) -> None:
    scene.raised(1, device)
    assert [f"{text.address[1:7]}-{text.recipient}" for text in scene.texts()] == called
    assert {text.kind for text in scene.texts()} == {"opening"}
