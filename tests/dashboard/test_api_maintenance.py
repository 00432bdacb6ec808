"""Maintenance by the API: who may read and who may plan, what is refused and how it is told."""

import pytest
from flask.testing import FlaskClient

from alerting.audit.queries import entries
from dashboard.services import Services
from foundation.clock import HOUR, MINUTE, SteppedClock
from tests.dashboard.conftest import ACTOR, API_TOKEN
from tests.dashboard.pages import token_in

READER = {"Authorization": f"Bearer {API_TOKEN}"}
WINDOW = {
    "kind": "link", "target": "a1/up1", "starts_at": "2026-11-24 23:30", "ends_at": "2026-11-25 02:00",
    "reason": "光缆割接", "approver": "赵主任", "announced_at": "2026-11-20 09:00", "author": "李四",
}  # fmt: skip
PLANS = "/api/v1/maintenance"


def test_a_program_plans_reads_and_ends_a_window_in_a_persons_name(
    program: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    made = program.post(PLANS, json=WINDOW, headers=ACTOR)
    assert made.status_code == 201
    body = made.get_json()
    assert (body["kind"], body["target"], body["standing"]) == ("link", "a1:county-a", "planned")
    assert body["local"] == "2026-11-24 23:30:00 – 2026-11-25 02:00:00 UTC+08:00"
    assert (body["author"], body["announced_in_advance"]) == ("李四", True)
    listed = program.get(PLANS, headers=READER).get_json()["items"]
    assert [one["id"] for one in listed] == [body["id"]]
    one = program.get(f"{PLANS}/{body['id']}", headers=READER).get_json()
    assert one["concerns"] == {
        "devices": [], "links": ["a1:county-a"], "behind": ["a1"], "agencies": ["agency-a1"],
    }  # fmt: skip
    clock.advance(9 * HOUR + MINUTE)
    assert program.post(f"{PLANS}/1/cancel", json={"by": "李四"}, headers=ACTOR).status_code == 409
    over = program.post(f"{PLANS}/1/end", json={"by": "王五"}, headers=ACTOR)
    assert (over.status_code, over.get_json()["ended_by"]) == (200, "王五")
    with house.records.reading() as session:
        assert [(entry.action, entry.actor) for entry in entries(session)] == [
            ("maintenance.end", "王五"), ("maintenance.plan", "李四"),
        ]  # fmt: skip
    assert program.get(PLANS, headers=READER).get_json()["items"] == []
    assert len(program.get(f"{PLANS}?scope=all", headers=READER).get_json()["items"]) == 1


def test_several_targets_are_one_window(program: FlaskClient) -> None:
    targets = [{"kind": "device", "target": "a1"}, {"kind": "site", "target": "彝良县"}]
    alone = {key: value for key, value in WINDOW.items() if key not in ("kind", "target")}
    body = program.post(PLANS, json={**alone, "targets": targets, "confirmed": True}, headers=ACTOR).get_json()
    assert (body["kind"], body["target"]) == ("several", "device:a1; division:530628")
    assert body["targets"] == [{"kind": "device", "target": "a1"}, {"kind": "division", "target": "530628"}]
    again = {**alone, "kind": "several", "target": body["target"], "confirmed": True}
    checked = program.post(f"{PLANS}/check", json=again, headers=ACTOR).get_json()
    assert "overlaps" in [one["code"] for one in checked["findings"]]
    refused = program.post(PLANS, json={**alone, "targets": [{"kind": "device"}, {}]}, headers=ACTOR)
    assert refused.status_code == 422
    assert "names no kind" in refused.get_json()["findings"][0]["text_en"]


def test_what_is_refused_is_told_with_every_finding_and_saves_nothing(program: FlaskClient) -> None:
    refused = program.post(f"{PLANS}?lang=en", json=WINDOW | {"target": "a9", "reason": ""}, headers=ACTOR)
    assert refused.status_code == 422
    body = refused.get_json()
    assert 'There is no link "a9"' in body["error"]["message"]
    assert [one["code"] for one in body["findings"]] == ["no-reason", "unknown-target"]
    assert program.get(PLANS, headers=READER).get_json()["items"] == []


def test_what_is_remarkable_must_be_confirmed_by_its_code(program: FlaskClient) -> None:
    whole = WINDOW | {"kind": "site", "target": "昭通市"}
    check = program.post(f"{PLANS}/check", json=whole, headers=ACTOR).get_json()
    assert [(one["level"], one["code"]) for one in check["findings"]] == [("confirm", "large")]
    assert len(check["concerns"]["devices"]) == 10
    assert program.post(PLANS, json=whole, headers=ACTOR).status_code == 422
    assert program.post(PLANS, json=whole | {"confirmed": ["large"]}, headers=ACTOR).status_code == 201


def test_the_reading_token_does_not_plan(program: FlaskClient) -> None:
    for headers in ({}, READER, {"Authorization": "Bearer wrong"}):
        assert program.post(PLANS, json=WINDOW, headers=headers).status_code == 401
    assert program.get(PLANS).status_code == 401


def test_without_its_setting_no_token_plans(client: FlaskClient) -> None:
    assert client.post(PLANS, json=WINDOW, headers=ACTOR).status_code == 401


@pytest.mark.slow
def test_a_person_plans_in_their_own_name_and_only_from_a_page(operator: FlaskClient, viewer: FlaskClient) -> None:
    assert operator.post(PLANS, json=WINDOW).status_code == 400, "another site's page has no token"
    token = {"X-CSRFToken": token_in(operator.get("/maintenance"))}
    made = operator.post(PLANS, json=WINDOW, headers=token)
    assert (made.status_code, made.get_json()["author"]) == (201, "operator")
    token = {"X-CSRFToken": token_in(viewer.get("/maintenance"))}
    assert viewer.post(PLANS, json=WINDOW, headers=token).status_code == 403


def test_nonsense_is_answered_and_not_a_defect(program: FlaskClient) -> None:
    assert program.post(PLANS, data="[", content_type="application/json", headers=ACTOR).status_code == 400
    assert program.post(PLANS, json=[1], headers=ACTOR).status_code == 400
    assert program.post(PLANS, headers=ACTOR).status_code == 422
    assert program.post(f"{PLANS}/99/end", json={"by": "李四"}, headers=ACTOR).status_code == 404
    assert program.post(f"{PLANS}/99/end", headers=ACTOR).status_code == 422
    assert program.get(f"{PLANS}/99", headers=READER).status_code == 404
