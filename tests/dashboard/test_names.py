"""What places, devices and incidents are called, in little room."""

import pytest

from dashboard.names import brief_title, device_name, place_name, short_division_name
from topology.model import Division, Tier
from topology.network import Network


def county(name: str, name_en: str) -> Division:
    return Division("530426", "530400", Tier.COUNTY, name, name_en, 0.0, 0.0, "530400")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("镇雄县", "镇雄县"),
        ("五华区", "五华区"),
        ("安宁市", "安宁市"),
        ("峨山彝族自治县", "峨山县"),
        ("贡山独龙族怒族自治县", "贡山县"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江县"),
        ("玉龙纳西族自治县", "玉龙县"),
        ("金平苗族瑶族傣族自治县", "金平县"),
    ],
)
def test_an_autonomous_county_is_called_without_its_peoples(name: str, short: str) -> None:
    assert short_division_name(county(name, "X County"), "zh") == short


@pytest.mark.parametrize(
    ("name_en", "short"),
    [("Zhenxiong County", "Zhenxiong"), ("Wuhua District", "Wuhua"), ("Eshan Yi Autonomous County", "Eshan")],
)
def test_in_english_the_type_is_left_out(name_en: str, short: str) -> None:
    assert short_division_name(county("某县", name_en), "en") == short


def test_a_place_is_told_from_the_prefecture_down(network: Network) -> None:
    assert place_name(network, "530627", "zh") == "昭通 · 镇雄县"
    assert place_name(network, "530627", "en") == "Zhaotong · Zhenxiong"
    assert place_name(network, "530600", "zh") == "昭通"
    assert place_name(network, "530000", "zh") == "云南省"
    assert place_name(network, "999999", "zh") == "999999"


@pytest.mark.parametrize(
    ("title", "brief"),
    [
        ("昭通市 镇雄县路由器失联", "路由器失联"),
        ("镇雄县教育局接入路由器失联", "教育局接入路由器失联"),
        ("Zhenxiong County, Zhaotong City: county router down", "county router down"),
        ("昭通市 镇雄县路由器失联,影响 20 家单位", "路由器失联"),
        ("Zhenxiong County, Zhaotong City: county router down, 1 agency cut off", "county router down"),
        ("镇雄县", "镇雄县"),
        ("别处失联", "别处失联"),
    ],
)
def test_a_card_does_not_say_the_place_twice(network: Network, title: str, brief: str) -> None:
    assert brief_title(title, network, "530627") == brief


def test_devices_have_english_names(network: Network) -> None:
    assert device_name(network, "a1", "en") == "Agency a1"
    assert device_name(network, "county-a", "en") == "Zhenxiong county router a"
    assert device_name(network, "core-1", "en") == "Yunnan core router 1"
    assert device_name(network, "core-1", "zh") == "core-1"
    assert device_name(network, "gone", "en") == "gone"
