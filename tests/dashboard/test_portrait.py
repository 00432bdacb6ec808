"""A device as its page and the API show it: identity, parts, neighbours, health, and how it is polled."""

import re

import pytest
from flask.testing import FlaskClient

from collectors.facts import facts_of
from collectors.snmp.inventory import Module
from dashboard.live.looks import Looks
from dashboard.portrait.draw import MOST_MODULES, _modules, draw
from dashboard.portrait.rows import Portrait
from dashboard.services import Services
from foundation.clock import SECOND, SteppedClock
from foundation.messages import Observation, Reach
from tests.dashboard.conftest import API_TOKEN
from tests.dashboard.pages import texts
from tests.dashboard.portraits import TUNING, learn, observation

BEARER = {"Authorization": f"Bearer {API_TOKEN}"}


@pytest.fixture
def portrait(house: Services) -> Portrait:
    learn(house)
    with house.records.reading() as session:
        facts = facts_of(session, "county-a")
    return draw(house.network, "county-a", facts, house.looks.whole("county-a"))


def test_parts_stand_under_the_part_that_they_sit_in_and_ports_and_slots_are_left_out(portrait: Portrait) -> None:
    assert [(row.depth, row.name) for row in portrait.modules] == [(0, "Chassis"), (1, "MPU 7"), (0, "Lost part")]
    assert portrait.modules[1].software == "1.0 / V800R022"


def test_parts_that_contain_each_other_end_and_a_flood_of_them_is_cut() -> None:
    circle = [Module(1, "a", "", "module", 2), Module(2, "b", "", "module", 1), Module(3, "c", "", "module", 3)]
    assert [row.name for row in _modules(circle)] == ["c"]
    chain = [Module(number, str(number), "", "module", number - 1) for number in range(1, 5_000)]
    assert len(_modules(chain)) == MOST_MODULES


def test_whom_it_hears_is_found_in_the_topology_and_compared_with_it(portrait: Portrait) -> None:
    assert [(row.interface, row.device, row.declared) for row in portrait.heard] == [
        ("side1", "agg-2", False),
        ("up1", "agg-1", True),
        ("mgmt0", None, False),
    ]
    assert portrait.heard[0].port == "down1", "a port that is told as a MAC is called by its description"


def test_routing_neighbours_are_known_by_subnet_and_by_management_address_those_in_trouble_first(
    portrait: Portrait,
) -> None:
    rows = [(row.reading.neighbour, row.standing, row.device, row.links) for row in portrait.peers]
    assert rows == [
        ("10.6.28.1", "down", "county-b", ("county-b:county-a",)),
        ("gov-video/192.0.2.1", "maintenance", None, ()),
        ("172.16.0.1", "up", "agg-1", ("county-a:agg-1",)),
    ]


def test_readings_in_trouble_come_first(portrait: Portrait) -> None:
    assert [reading.kind for reading in portrait.health] == ["fan", "temperature", "memory"]


def test_the_latest_whole_look_counts_and_each_look_tells_how_it_ended(clock: SteppedClock) -> None:
    looks = Looks()
    assert (looks.whole("county-a"), looks.contact("county-a")) == (None, None)
    first = observation(clock.now())
    looks.apply([first, Observation("county-a", clock.now() + SECOND, Reach.REJECTED)])
    whole, contact = looks.whole("county-a"), looks.contact("county-a")
    assert whole is not None
    assert (whole.at, whole.health) == (first.at, first.health)
    assert contact is not None
    assert (contact.at, contact.reach) == (clock.now() + SECOND, Reach.REJECTED)


@pytest.mark.slow
def test_the_page_tells_what_the_device_is_has_and_told(house: Services, viewer: FlaskClient) -> None:
    learn(house)
    page = viewer.get("/devices/county-a").text
    shown = texts(page)
    for text in (
        "厂家 Huawei", "型号 NE40E-X3", "序列号 2102350ABC", "软件版本 V800R022", "设备族 huawei-vrp", "机房 3 楼",
        "运行时间 1d 01:01:01", "拓扑登记了设备上没有的接口：side1", "172.16.0.2/30", "02:00:00:00:00:01",
        "To agg-1 down1 &lt;电信&gt;", "CR5D0MPUB", "Fan &lt;1&gt; 风扇 abnormal 严重 设备自定",
        "slot 7 温度 71 °C 预警 70 °C",
        "switch-of-nobody 不在拓扑中", "拓扑未登记", "established 65001 01:00:00", "人为关闭",
        "每次请求 60 个值", "平均往返 41.5 ms", "下行开销 5,017 字节/分钟", "30,000 / 300,000 (10.0%)",
        "因线路预算推迟 7 次",
    ):  # fmt: skip
        assert text in shown, text
    assert '<td title="cisco &lt;WS-C3850&gt;">' in page
    assert re.search(r'→ <a href="/devices/county-b">', page), "a routing neighbour leads to its page"
    assert '<a class="title" href="/devices/agg-2">' in page, "so does one that is heard"


@pytest.mark.slow
def test_a_device_of_which_nothing_is_known_has_a_page_that_says_so(viewer: FlaskClient) -> None:
    shown = texts(viewer.get("/devices/county-b").text)
    for text in ("还没有健康读数。", "没有路由邻居。", "没有听到邻居。", "设备没有提供部件清单。", "采集器还没有报告"):
        assert text in shown, text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reach", "says"),
    [(Reach.REJECTED, "设备在线，但 SNMP 凭据被拒绝"), (Reach.SILENT, "设备可 ping 通，但 SNMP 无应答")],
)
def test_old_values_are_said_to_be_old(
    house: Services, viewer: FlaskClient, clock: SteppedClock, reach: Reach, says: str
) -> None:
    learn(house)
    assert says not in viewer.get("/devices/county-a").text
    house.looks.apply([Observation("county-a", clock.now() + SECOND, reach)])
    assert says in viewer.get("/devices/county-a").text


def test_a_tuning_of_another_version_shows_what_can_be_read(house: Services, viewer: FlaskClient) -> None:
    learn(house, tuning={"version": 2, "credentials": "county", "timeout_s": "soon", "lines": ["odd", {"link": 7}]})
    shown = texts(viewer.get("/devices/county-a").text)
    assert "凭据 county" in shown
    assert "超时 " not in shown


def test_in_english_the_page_has_no_chinese_words_of_ours(house: Services, viewer: FlaskClient) -> None:
    learn(house)
    page = texts(viewer.get("/devices/county-a?lang=en").text)
    for text in (
        "Vendor Huawei",
        "fan abnormal Critical",
        "device's own",
        "A request 60 values",
        "not in the topology",
    ):
        assert text in page.replace("&#39;", "'"), text
    own = {"中文", "机构a", "机房", "楼", "电信"}
    assert set(re.findall(r"[\u4e00-\u9fff]+a?", page)) - own == set()


def test_the_api_tells_the_same(house: Services, client: FlaskClient) -> None:
    learn(house)
    body = client.get("/api/v1/devices/county-a", headers=BEARER).get_json()
    assert (body["id"], body["identity"]["model"], body["identity"]["profile"]) == (
        "county-a",
        "NE40E-X3",
        "huawei-vrp",
    )
    assert body["contact"]["reach"] == "answered"
    assert body["routing"][0] == {
        "protocol": "ospf", "neighbour": "10.6.28.1", "state": "init", "up": False, "enabled": True, "since_s": None,
        "remote_as": None, "device": "county-b", "links": ["county-b:county-a"],
    }  # fmt: skip
    assert body["health"][0] == {
        "entity": "Fan <1>", "kind": "fan", "value": 2.0, "unit": "", "word": "abnormal", "status": "critical",
        "limit": None, "limit_source": "device",
    }  # fmt: skip
    assert body["missing_interfaces"] == ["side1"]
    assert [module["depth"] for module in body["modules"]] == [0, 1, 0]
    assert {row["device"] for row in body["neighbours"]} == {"agg-1", "agg-2", None}
    (up1,) = [one for one in body["interfaces"] if one["name"] == "up1"]
    assert (up1["link"], up1["other"], up1["addresses"]) == ("county-a:agg-1", "agg-1", ["172.16.0.2/30"])
    assert body["tuning"] == TUNING


def test_the_api_tells_a_device_of_which_nothing_is_known_and_refuses_one_that_is_none(client: FlaskClient) -> None:
    body = client.get("/api/v1/devices/county-b", headers=BEARER).get_json()
    assert body["identity"] is body["contact"] is body["looked_at"] is None
    assert body["routing"] == body["health"] == body["modules"] == body["neighbours"] == []
    assert client.get("/api/v1/devices/nobody", headers=BEARER).status_code == 404
    assert client.get("/api/v1/devices/county-a").status_code == 401
