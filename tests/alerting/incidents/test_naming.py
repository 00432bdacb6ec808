"""What incidents are called."""

from dataclasses import replace

import pytest

from alerting.changes import AlertChange, ChangeKind, ObjectKind
from alerting.incidents.naming import explanation, name_of, with_impact
from tests.alerting.incidents.scene import Scene
from topology.model import Inventory
from topology.network import Network


def named(scene: Scene, names: dict[str, str]) -> Scene:
    """The scene with devices called as in the province, and a carrier on every line."""
    inventory = scene.network.inventory
    devices = {
        device.id: replace(device, name=names.get(device.id, device.name)) for device in inventory.devices.values()
    }
    links = {link.id: replace(link, carrier="电信") for link in inventory.links.values()}
    network = Network(Inventory(inventory.divisions, inventory.agencies, devices, links, inventory.private_networks))
    return Scene(network, scene.records, scene.clock)


@pytest.fixture
def province(scene: Scene) -> Scene:
    """Names such as the sample province gives."""
    return named(
        scene,
        {
            "core-1": "省核心路由器1号",
            "agg-1": "昭通汇聚路由器1号",
            "county-a": "镇雄县路由器",
            "a1": "镇雄县卫生健康局接入路由器",
        },
    )


def raised(scene: Scene, device: str, **more: object) -> AlertChange:
    """An alert on a device."""
    return scene.change(ChangeKind.RAISED, 1, device, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("device", "title", "title_en", "place", "prefecture"),
    [
        ("core-1", "省核心路由器1号失联", "Province: core router core-1 down", "省核心路由器1号", "全省"),
        (
            "agg-1", "昭通汇聚路由器1号失联", "Zhaotong City: aggregation router agg-1 down",
            "昭通汇聚路由器1号", "昭通",
        ),
        (
            "county-a", "昭通市 镇雄县路由器失联",
            "Zhenxiong County, Zhaotong City: county router county-a down", "昭通镇雄县路由器", "昭通",
        ),
        (
            "a1", "昭通市 镇雄县卫生健康局接入路由器失联",
            "Zhenxiong County, Zhaotong City: Agency a1 access router down", "昭通镇雄县卫生健康局接入路由器", "昭通",
        ),
    ],
)  # fmt: skip
def test_a_place_is_said_once(
    province: Scene, device: str, title: str, title_en: str, place: str, prefecture: str
) -> None:
    name = name_of(province.network, raised(province, device))
    assert (name.title, name.title_en, name.place, name.prefecture) == (title, title_en, place, prefecture)


def test_a_line_is_named_by_its_ends_and_its_carrier(province: Scene) -> None:
    change = replace(raised(province, "agg-1", rule="link-down", link="county-a:agg-1"), division="530627")
    name = name_of(province.network, change)
    assert name.title == "镇雄县至昭通汇聚1号电信线路中断"
    assert name.title_en == "Zhenxiong County, Zhaotong City: line county-a to agg-1 down"


def test_an_interface_is_named_with_its_device(province: Scene) -> None:
    name = name_of(province.network, raised(province, "county-a", rule="interface-errors", interface="up1"))
    assert name.title == "昭通市 镇雄县路由器 up1 误码过多"
    assert name.word == "误码过多"


def test_a_rule_that_the_house_does_not_know_is_called_by_its_summary(province: Scene) -> None:
    change = replace(raised(province, "county-a", rule="rtt-odd"), summary="时延异常", summary_en="odd delay")
    name = name_of(province.network, change)
    assert (name.title, name.title_en, name.word) == ("时延异常", "odd delay", "告警")


def test_an_outage_of_a_rule_named_otherwise_is_still_an_outage(province: Scene) -> None:
    change = replace(raised(province, "county-a", rule="county-lost", cut=["a1"]), summary="失联，影响 1 家单位")
    assert name_of(province.network, change).title == "昭通市 镇雄县路由器失联"


def test_the_impact_is_counted_in_the_title() -> None:
    assert with_impact("失联", "down", 0) == ("失联", "down")
    assert with_impact("失联", "down", 1) == ("失联,影响 1 家单位", "down, 1 agency cut off")
    assert with_impact("失联", "down", 24) == ("失联,影响 24 家单位", "down, 24 agencies cut off")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("maintenance:12", "检修窗口 12 内"),
        ("device:county-a", "由 镇雄县路由器 的故障引起"),
        ("link:county-a:agg-1", "由镇雄县至昭通汇聚1号线路中断引起"),
        ("device:gone", "由 device:gone 引起"),
        ("", "由 其他原因 引起"),
    ],
)
def test_what_holds_an_alert_is_said_in_words(province: Scene, by: str, expected: str) -> None:
    assert explanation(province.network, by)[0] == expected


def test_a_neighbour_and_a_sensor_are_named_with_their_device(province: Scene) -> None:
    neighbour = replace(
        raised(province, "county-a", rule="routing-down"),
        object_kind=ObjectKind.NEIGHBOUR,
        object_id="county-a/bgp/gov-video/10.1.2.3",
    )
    name = name_of(province.network, neighbour)
    assert name.title == "昭通市 镇雄县路由器 BGP gov-video/10.1.2.3 邻居中断"
    assert name.title_en.endswith("county router county-a BGP neighbour gov-video/10.1.2.3 down")
    assert name.place == "昭通镇雄县路由器", "a text message leaves the network: no addresses"
    sensor = replace(
        raised(province, "county-a", rule="power-failed"),
        object_kind=ObjectKind.SENSOR,
        object_id="county-a/power/PWR 1/2",
    )
    name = name_of(province.network, sensor)
    assert (name.title, name.word) == ("昭通市 镇雄县路由器 PWR 1/2 电源异常", "电源异常")
    assert name.title_en.endswith("county router county-a power supply PWR 1/2 failed")


def test_the_other_end_of_a_session_is_an_explanation(province: Scene) -> None:
    assert explanation(province.network, "neighbour:agg-1/bgp/10.0.0.1") == (
        "同一邻居关系已由对端设备告警",
        "The same session is told by its other end, agg-1",
    )


def test_what_an_area_explains_is_said_with_its_name(scene: Scene) -> None:
    assert explanation(scene.network, "area:530627") == (
        "由镇雄县疑似停电或光缆中断引起", "Explained by the probable power or fibre cut in Zhenxiong County",
    )  # fmt: skip
    assert explanation(scene.network, "area:530600/电信") == (
        "由昭通市电信线路大面积中断引起", "Explained by the failure of 电信's lines in Zhaotong City",
    )  # fmt: skip
