"""Rankings over a scope, and one interface's page: from the metric store, never from states."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.measures.spans import SPANS
from dashboard.services import Services
from foundation.clock import DAY, HOUR, MINUTE, Instant, SteppedClock
from storage.measures.interface import figures
from storage.measures.ranking import QUANTITIES, ranking
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.store import FIELDS, TAGS, Aggregate, Columns, Measurement, MetricBatch, MetricStoreError
from tests.dashboard.conftest import API_TOKEN, inside
from tests.dashboard.pages import texts
from tests.networks import COUNTY_B, PREFECTURE

pytestmark = pytest.mark.slow

BEARER = {"Authorization": f"Bearer {API_TOKEN}"}


@pytest.fixture
def metrics(tmp_path: Path) -> Iterator[DuckDbStore]:
    """A store of the test's own, in the place of the shared one."""
    store = DuckDbStore(tmp_path / "rankings.duckdb")
    yield store
    store.close()


def measure(house: Services, at: Instant, device: str, interface: str | None, values: Mapping[str, float]) -> None:
    """One row of a device where the network says that it stands."""
    found = house.network.devices[device]
    tags = {"device": device, "site": found.county or found.division, "tier": str(found.tier)}
    measurement = Measurement.DEVICE
    if interface is not None:
        tags["ifname"], measurement = interface, Measurement.INTERFACE
    columns = Columns(
        [at],
        {tag: [tags[tag]] for tag in TAGS[measurement]},
        {field: [values.get(field)] for field in FIELDS[measurement]},
    )
    house.metrics.write(MetricBatch({measurement: columns}))


@pytest.fixture
def measured(house: Services, clock: SteppedClock) -> Services:
    """Three interfaces in two counties, an hour of one row a minute."""
    now = clock.now()
    for minute in range(1, 11):
        at = now - minute * MINUTE
        measure(house, at, "a1", "up1", {"in_util": 20.0, "out_util": 80.0, "in_errors": 0.5})
        measure(house, at, "county-a", "Gi0/1", {"in_util": 60.0, "out_util": 10.0})
        measure(house, at, "county-b", "Gi0/1", {"in_util": 90.0 if minute == 3 else 0.0})
        measure(house, at, "a1", None, {"cpu": 50.0})
    return house


def places(
    house: Services, scope: str, aggregate: Aggregate = Aggregate.MEAN, by: str = "utilisation"
) -> list[tuple[str, str | None, float]]:
    window = SPANS["1h"].until(house.clock.now())
    rows = ranking(house.network, house.metrics, QUANTITIES[by], scope, window, aggregate, 10)
    return [(row.device, row.interface, row.value) for row in rows]


def test_an_interface_stands_where_its_worse_direction_puts_it(measured: Services) -> None:
    assert places(measured, "530000") == [("a1", "up1", 80.0), ("county-a", "Gi0/1", 60.0), ("county-b", "Gi0/1", 9.0)]
    assert places(measured, "530000", Aggregate.MAX)[0] == ("county-b", "Gi0/1", 90.0)


def test_a_ranking_is_confined_to_a_county_or_a_prefecture(measured: Services) -> None:
    measure(measured, measured.clock.now() - MINUTE, "core-1", "down1", {"in_util": 99.0})
    assert [device for device, _, _ in places(measured, "530000")] == ["core-1", "a1", "county-a", "county-b"]
    assert [device for device, _, _ in places(measured, PREFECTURE)] == ["a1", "county-a", "county-b"]
    assert [device for device, _, _ in places(measured, COUNTY_B)] == ["county-b"]


def test_what_has_no_value_is_not_ranked(measured: Services) -> None:
    assert places(measured, "530000", by="errors") == [("a1", "up1", 0.5)]
    assert places(measured, "530000", by="cpu") == [("a1", None, 50.0)]
    assert places(measured, "530000", by="temperature") == []


def test_an_interfaces_figures_are_mean_highest_and_percentile(measured: Services) -> None:
    found = figures(measured.metrics, "county-b", "Gi0/1", SPANS["24h"].until(measured.clock.now()))
    assert (found["in_util"].mean, found["in_util"].highest, found["in_util"].p95) == (9.0, 90.0, 90.0)
    assert found["out_util"].mean is None


def test_the_page_shows_the_ranking_and_leads_to_the_interface(measured: Services, viewer: FlaskClient) -> None:
    response = viewer.get("/rankings").text
    assert texts(response).index("80.00 %") < texts(response).index("60.00 %")
    assert "/interfaces/a1?name=up1" in response
    page = texts(viewer.get("/interfaces/a1?name=up1&span=30d").text)
    assert "80.00 %" in page
    assert "近 30 天" in page
    assert viewer.get("/interfaces/a1?name=none").status_code == 404
    assert viewer.get("/interfaces/a1").status_code == 404


def test_a_change_of_the_choice_gets_the_rows_and_the_counties_of_the_prefecture(
    measured: Services, viewer: FlaskClient
) -> None:
    county = measured.network.devices["county-a"].county
    assert county is not None
    prefecture = measured.network.prefecture_of(county)
    rows = viewer.get(f"/rankings?prefecture={prefecture}&county={county}", headers={"HX-Request": "true"}).text
    assert "<html" not in rows
    assert f'<option value="{county}" selected>' in rows
    assert "hx-swap-oob" in rows


def test_a_percentile_over_too_many_values_is_refused_with_the_way_out(measured: Services, client: FlaskClient) -> None:
    county = measured.network.devices["county-a"].county
    assert client.get("/api/v1/rankings?aggregate=p95&span=24h", headers=BEARER).status_code == 400
    assert client.get("/api/v1/rankings?aggregate=p95&span=1h", headers=BEARER).status_code == 200
    assert client.get(f"/api/v1/rankings?aggregate=p95&span=30d&scope={county}", headers=BEARER).status_code == 200


def test_the_api_gives_rankings_and_series_with_gaps(measured: Services, client: FlaskClient) -> None:
    ranked = client.get("/api/v1/rankings?span=1h&limit=1", headers=BEARER).get_json()
    assert ranked["items"] == [
        {"device": "a1", "interface": "up1", "value": 80.0, "fields": {"in_util": 20.0, "out_util": 80.0}}
    ]
    asked = "/api/v1/series?device=a1&interface=up1&field=out_util&span=1h&aggregate=max"
    series = client.get(asked, headers=BEARER).get_json()
    assert (len(series["at"]), series["step"]) == (60, MINUTE)
    assert sorted({str(value) for value in series["values"]}) == ["80.0", "None"]
    assert client.get("/api/v1/series?device=a1&field=nothing", headers=BEARER).status_code == 400
    assert client.get("/api/v1/series?device=nowhere&field=cpu", headers=BEARER).status_code == 404
    assert client.get("/api/v1/rankings?by=beauty", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    ("span", "step", "count"), [("24h", 5 * MINUTE, 288), ("30d", HOUR, 720), ("1y", DAY // 2, 730)]
)
def test_graphs_reach_back_a_day_a_month_and_a_year(
    measured: Services, viewer: FlaskClient, span: str, step: int, count: int
) -> None:
    body = viewer.get(f"/graphs/utilisation/a1?interface=up1&span={span}").get_json()
    assert len(body["at"]) == count
    assert body["at"][1] - body["at"][0] == step / 1000
    assert 80.0 in body["series"][1]["values"]


def test_a_store_that_is_away_is_told_and_the_pages_stand(
    measured: Services, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise MetricStoreError("It sleeps.")

    monkeypatch.setattr(DuckDbStore, "rank", away)
    viewer = inside(create_app(replace(measured, settings=measured.settings)), measured, "viewer")
    for page in ("/rankings", "/interfaces/a1?name=up1"):
        response = viewer.get(page)
        assert response.status_code == 200
        assert "指标库暂时不可用" in response.text
    assert viewer.get("/api/v1/rankings").status_code == 503
