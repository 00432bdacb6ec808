"""The pages of sites, lines and private networks: what they are in, since when, why, and what they were in."""

import pytest
from flask.testing import FlaskClient

from alerting.timeline.heartbeat import beat
from alerting.timeline.track import LINK, PRIVATE_NETWORK, SITE
from dashboard.services import Services
from foundation.clock import DAY, HOUR, MINUTE, SteppedClock
from foundation.messages import State
from tests.dashboard.conftest import API_TOKEN
from tests.dashboard.happenings import device_goes_down, enter
from tests.dashboard.pages import texts
from tests.networks import COUNTY_A

BEARER = {"Authorization": f"Bearer {API_TOKEN}"}
LINE = "county-a:agg-1"


@pytest.fixture
def history(house: Services, clock: SteppedClock) -> int:
    """An hour of a county without its router, still on; returns the incident."""
    now = clock.now()
    for kind, one, state in (
        (SITE, COUNTY_A, State.DOWN),
        (LINK, LINE, State.UNREACHABLE),
        (PRIVATE_NETWORK, "health", State.DEGRADED),
    ):
        enter(house, kind, one, State.UP, now - 2 * DAY)
        enter(house, kind, one, state, now - HOUR, "county-a")
    return device_goes_down(house, "county-a", now - HOUR)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SITE, ["镇雄县", "中断", "昭通市", "未知"]),
        (LINK, ["county-a – agg-1", "受上级影响"]),
        (PRIVATE_NETWORK, ["卫生专网", "劣化", "2"]),
    ],
)
def test_a_list_shows_each_object_with_its_state(
    viewer: FlaskClient, history: int, kind: str, expected: list[str]
) -> None:
    page = texts(viewer.get(f"/network?kind={kind}").text)
    for text in expected:
        assert text in page


def test_a_list_can_be_searched_and_filtered(viewer: FlaskClient, history: int) -> None:
    page = texts(viewer.get("/network?kind=link&q=county-a+agg-1&state=unreachable").text)
    assert LINE in page
    assert "没有符合条件的对象" in texts(viewer.get("/network?kind=link&q=nowhere").text)
    assert viewer.get("/network?kind=moon").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "one", "word"),
    [(SITE, COUNTY_A, "中断"), (LINK, LINE, "受上级影响"), (PRIVATE_NETWORK, "health", "劣化")],
)
def test_a_page_tells_state_cause_and_incident(
    viewer: FlaskClient, history: int, kind: str, one: str, word: str
) -> None:
    html = viewer.get(f"/network/{kind}/{one}").text
    page = texts(html)
    assert word in page
    assert "根因" in page
    assert "/devices/county-a" in html
    assert f'href="/incidents/{history}"' in html
    assert "24 小时" in page
    assert "30 天" in page


def test_a_month_reaches_further_back_than_a_day(viewer: FlaskClient, house: Services, clock: SteppedClock) -> None:
    now = clock.now()
    enter(house, LINK, LINE, State.DOWN, now - 3 * DAY, LINE)
    enter(house, LINK, LINE, State.UP, now - 2 * DAY)
    assert "这段时间一切正常" in texts(viewer.get(f"/network/link/{LINE}").text)
    page = texts(viewer.get(f"/network/link/{LINE}?days=30").text)
    assert "66.666%" in page
    assert "中断" in page


@pytest.mark.slow
def test_what_nobody_judges_any_more_is_unknown(
    viewer: FlaskClient, house: Services, clock: SteppedClock, history: int
) -> None:
    with house.records.transaction() as session:
        beat(session, clock.now() - 10 * MINUTE)
    page = texts(viewer.get(f"/network/site/{COUNTY_A}").text)
    assert "未知" in page
    answer = viewer.get("/api/v1/states?kind=site&state=unknown", headers=BEARER).get_json()
    assert len(answer["items"]) == 4


def test_what_is_not_in_the_network_has_no_page(viewer: FlaskClient) -> None:
    assert viewer.get("/network/site/999999").status_code == 404
    assert viewer.get("/network/device/county-a").status_code == 404


@pytest.mark.slow
def test_the_api_tells_states_and_intervals(viewer: FlaskClient, clock: SteppedClock, history: int) -> None:
    answer = viewer.get("/api/v1/states?kind=link&state=unreachable", headers=BEARER).get_json()
    (one,) = answer["items"]
    assert (one["id"], one["cause"], one["since"]) == (LINE, "county-a", clock.now() - HOUR)
    found = viewer.get(f"/api/v1/timelines/link/{LINE}?days=1", headers=BEARER).get_json()["intervals"]
    assert [(one["state"], one["end"] - one["start"]) for one in found] == [("up", 23 * HOUR), ("unreachable", HOUR)]
    assert viewer.get("/api/v1/timelines/link/none", headers=BEARER).status_code == 404
    assert viewer.get("/api/v1/states?kind=moon", headers=BEARER).status_code == 404
