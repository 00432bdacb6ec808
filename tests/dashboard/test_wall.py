"""The wall's page and addresses: who may see it, what it is made of."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.build import build_id
from dashboard.services import Services
from dashboard.wall.displays import KEPT, Displays, parse
from dashboard.wall.sizes import units_per_arcminute
from foundation.clock import MINUTE, SteppedClock
from tests.dashboard.conftest import WALL_TOKEN

ADDRESSES = ("/wall/stream", "/wall/snapshot", "/wall/layout.css")


def test_without_token_or_login_there_is_no_wall(client: FlaskClient) -> None:
    assert client.get("/wall").location == "/login?next=/wall"
    assert client.get("/wall?token=wrong").status_code == 302
    for address in ADDRESSES:
        assert client.get(address).status_code == 401
        assert client.get(f"{address}?token=wrong").status_code == 401
    assert client.post("/wall/health", json={}).status_code == 401


def test_the_display_token_opens_the_wall_and_nothing_else(client: FlaskClient) -> None:
    assert client.get(f"/wall?token={WALL_TOKEN}").status_code == 200
    for address in ("/", "/devices", "/incidents"):
        assert client.get(f"{address}?token={WALL_TOKEN}").status_code == 302
    assert client.get(f"/api/v1/summary?token={WALL_TOKEN}").status_code == 401


def test_a_login_opens_the_wall(viewer: FlaskClient) -> None:
    assert viewer.get("/wall").status_code == 200


def test_the_page_draws_one_hexagon_an_agency_in_the_networks_order(client: FlaskClient, house: Services) -> None:
    page = client.get(f"/wall?token={WALL_TOKEN}").text
    cells = re.search(r'<g id="cells"[^>]*>(.*?)</g>', page, re.S)
    assert cells is not None
    starts = re.findall(r'd="M([\d.]+) ', cells[1])
    assert [float(x) for x in starts] == [
        round(house.cartogram.cells[agency][0], 1) for agency in house.network.agencies
    ]
    assert "示意图" in page


def test_the_page_is_complete_in_english(client: FlaskClient) -> None:
    page = client.get(f"/wall?token={WALL_TOKEN}&lang=en").text
    shown = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.findall(r"[\u4e00-\u9fff]+", shown)
    config = json.loads(re.search(r'id="config">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert config["words"]["classes"][1] == "Class I"
    assert config["stream"] == "/wall/stream?lang=en&token=the-wall%27s-own-token"


def test_a_line_of_the_page_never_carries_script_or_style_of_its_own(client: FlaskClient) -> None:
    page = client.get(f"/wall?token={WALL_TOKEN}").text
    assert " style=" not in page
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page)
    assert not re.findall(r"\son[a-z]+=", page)


def test_sizes_follow_distance_and_picture_height() -> None:
    assert units_per_arcminute(5.0, 685.0) == pytest.approx(2.49, abs=0.01)
    assert units_per_arcminute(10.0, 685.0) == pytest.approx(2 * units_per_arcminute(5.0, 685.0))
    assert units_per_arcminute(5.0, 1370.0) == pytest.approx(units_per_arcminute(5.0, 685.0) / 2)


def test_the_sheet_carries_the_size_of_an_arcminute(client: FlaskClient) -> None:
    response = client.get(f"/wall/layout.css?token={WALL_TOKEN}")
    assert response.mimetype == "text/css"
    assert "--arc: 2.49" in response.text
    assert ".at-530600 { left: 42.86%; top: 50.00%; }" in response.text


@pytest.mark.slow
def test_streams_above_the_limit_are_refused_with_a_time_to_come_back(app: Flask) -> None:
    streams = [app.test_client().get(f"/wall/stream?token={WALL_TOKEN}", buffered=False) for _ in range(2)]
    assert [stream.status_code for stream in streams] == [200, 200]
    refused = app.test_client().get(f"/wall/stream?token={WALL_TOKEN}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "15")
    streams[0].close()
    again = app.test_client().get(f"/wall/stream?token={WALL_TOKEN}", buffered=False)
    assert again.status_code == 200
    again.close()
    streams[1].close()


REPORT: dict[str, object] = {
    "id": "w1",
    "build": "b",
    "open_s": 60,
    "frames": 12,
    "reconnects": 0,
    "nodes": 5000,
    "errors": 0,
}


def test_a_wall_reports_its_own_health_and_the_platform_page_shows_it(client: FlaskClient, viewer: FlaskClient) -> None:
    assert client.post(f"/wall/health?token={WALL_TOKEN}", json=REPORT).status_code == 204
    assert "5,000" in viewer.get("/status").text


def test_a_report_that_is_none_is_refused(client: FlaskClient) -> None:
    wrong: list[dict[str, object]] = [{"id": ""}, {"nodes": -1}, {"errors": "1"}, {"open_s": True}]
    reports: list[object] = [None, [], {}, *(REPORT | change for change in wrong)]
    for broken in reports:
        assert client.post(f"/wall/health?token={WALL_TOKEN}", json=broken).status_code == 400


def test_only_so_many_walls_are_remembered_and_silent_ones_are_forgotten(clock: SteppedClock) -> None:
    displays = Displays()
    for number in range(KEPT + 10):
        displays.report(parse(REPORT | {"id": f"w{number}"}, clock.now(), "127.0.0.1"))
    assert len(displays.present(clock.now())) == KEPT
    clock.advance(5 * MINUTE)
    assert displays.present(clock.now()) == []


def test_the_build_is_named_after_what_browsers_are_given() -> None:
    assert len(build_id()) == 12
    assert build_id() == build_id()
