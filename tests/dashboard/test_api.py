"""The API: who may ask, what is answered, and what watches the platform."""

import dataclasses
from itertools import product

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from dashboard.app import create_app
from dashboard.services import Services
from dashboard.settings import DashboardSettings
from foundation.clock import SteppedClock
from foundation.messages import State, StateChange
from foundation.settings import Secret
from tests.dashboard.conftest import API_TOKEN
from tests.dashboard.happenings import device_goes_down

BEARER = {"Authorization": f"Bearer {API_TOKEN}"}
PATHS = ("summary", "devices", "incidents", "alerts")


@pytest.mark.slow
def test_strangers_get_401_as_json(client: FlaskClient) -> None:
    strangers: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {API_TOKEN}"},
    )
    for path, headers in product(PATHS, strangers):
        response = client.get(f"/api/v1/{path}", headers=headers)
        assert response.status_code == 401
        assert response.json is not None
        assert response.json["error"]["status"] == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_or_a_login_opens_it(client: FlaskClient, viewer: FlaskClient) -> None:
    for path in PATHS:
        assert client.get(f"/api/v1/{path}", headers=BEARER).status_code == 200
        assert viewer.get(f"/api/v1/{path}").status_code == 200


@pytest.mark.slow
def test_the_summary_tells_counts_availability_and_age(
    client: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    house.live.apply([StateChange("agency", "agency-a1", State.DOWN, clock.now(), "a1")])
    device_goes_down(house, "a1", clock.now())
    clock.advance(2000)
    body = client.get("/api/v1/summary", headers=BEARER).get_json()
    assert body["agencies"]["total"] == 6
    assert body["agencies"]["down"] == 1
    assert body["data_age_ms"] == 2000
    assert body["collector_silent"] is False
    assert body["incidents"]["unacknowledged"] == 1
    assert body["prefectures"][0]["code"] == "530600"


def test_devices_are_paged_and_filtered(client: FlaskClient, house: Services, clock: SteppedClock) -> None:
    house.live.apply([StateChange("device", "a1", State.DOWN, clock.now(), "a1")])
    first = client.get("/api/v1/devices?limit=5", headers=BEARER).get_json()
    assert [item["id"] for item in first["items"]] == ["core-1", "core-2", "agg-1", "agg-2", "county-a"]
    assert first["more"] is True
    last = client.get("/api/v1/devices?limit=5&offset=10", headers=BEARER).get_json()
    assert [item["id"] for item in last["items"]] == ["b2", "p1"]
    assert last["more"] is False
    down = client.get("/api/v1/devices?state=down", headers=BEARER).get_json()
    assert down["items"] == [
        {
            "id": "a1", "name": "a1", "role": "access", "tier": "agency", "division": "530627", "county": "530627",
            "agency": "agency-a1", "address": "10.6.27.11", "state": "down", "degraded": False, "since": clock.now(),
            "cause": "a1",
        }
    ]  # fmt: skip
    cores = client.get("/api/v1/devices?role=core", headers=BEARER).get_json()
    assert len(cores["items"]) == 2


def test_numbers_out_of_bounds_are_brought_within(client: FlaskClient) -> None:
    body = client.get("/api/v1/devices?limit=999999&offset=-5", headers=BEARER).get_json()
    assert (body["limit"], body["offset"]) == (1000, 0)
    assert client.get("/api/v1/devices?limit=x", headers=BEARER).get_json()["limit"] == 100


@pytest.mark.slow
def test_incidents_and_alerts_have_their_documented_fields(
    client: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    device_goes_down(house, "county-a", clock.now())
    (incident,) = client.get("/api/v1/incidents", headers=BEARER).get_json()["items"]
    assert set(incident) == {
        "id", "number", "title", "title_en", "class", "severity", "state", "object_kind", "object_id", "device",
        "division", "started_at", "discovered_at", "acknowledged_at", "acknowledged_by", "assigned_to",
        "recovered_at", "closed_at",
        "closed_by", "runbook", "agencies", "counties", "private_networks", "most_agencies", "degraded_agencies",
    }  # fmt: skip
    assert (incident["class"], incident["state"], incident["agencies"]) == (3, "open", 3)
    (alert,) = client.get("/api/v1/alerts?scope=all", headers=BEARER).get_json()["items"]
    assert (alert["rule"], alert["state"]) == ("device-down", "firing")


def test_what_is_not_there_is_404_as_json(client: FlaskClient) -> None:
    response = client.get("/api/v1/nothing")
    assert response.status_code == 404
    assert response.is_json


def test_metrics_need_no_login_and_tell_the_dashboards_own_figures(client: FlaskClient) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "yunwei_wall_streams 0.0" in response.text
    assert 'yunwei_agencies{state="unknown"} 6.0' in response.text


@pytest.mark.slow
def test_metrics_ask_for_their_token_when_one_is_set(house: Services) -> None:
    settings = house.settings.model_copy(update={"metrics_token": Secret(value="scrape")})
    client = create_app(dataclasses.replace(house, settings=settings, registry=CollectorRegistry())).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer scrape"}).status_code == 200


@pytest.mark.slow
def test_healthz_is_503_only_when_the_platform_fails(house: Services) -> None:
    for status, expected in (("ok", 200), ("starting", 200), ("failing", 503)):
        health: dict[str, object] = {"status": status, "devices": 12}
        registry = CollectorRegistry()
        changed = dataclasses.replace(house, health=health.copy, registry=registry)
        response = create_app(changed).test_client().get("/healthz")
        assert (response.status_code, response.get_json()) == (expected, health)


def test_every_setting_has_a_default() -> None:
    assert DashboardSettings().wall.token is None


def test_the_impact_of_a_failure_is_told_with_contacts_and_a_message(client: FlaskClient) -> None:
    told = client.get("/api/v1/impact?object=county-a", headers=BEARER)
    assert told.status_code == 200
    assert told.json is not None
    assert [county["name"] for county in told.json["cut_off"]["counties"]] == ["镇雄县"]
    assert len(told.json["cut_off"]["agencies"]) == 3
    assert told.json["contacts"][0]["operator"]["phone"]
    assert "镇雄县" in told.json["message"]
    assert client.get("/api/v1/impact", headers=BEARER).status_code == 400
    refusal = client.get("/api/v1/impact?object=county-x", headers=BEARER)
    assert refusal.status_code == 404
    assert "Did you mean" in refusal.get_data(as_text=True)
