"""The layout from nothing: right for any network, and worthy of the sample province."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.topology.cartogram.provinces import check_layout, province, shapes
from topology.cartogram import load_cartogram
from topology.cartogram.cache import decode, encode
from topology.cartogram.layout import Layout, _ribbon, by_county, lay_out
from topology.cartogram.outline import frame_of
from topology.loader import load_network
from topology.network import Network

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes())
def test_any_network_gets_contiguous_counties_and_prefectures(counts: list[list[int]]) -> None:
    network = province(counts)
    check_layout(lay_out(network), network)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes(30))
def test_many_networks_get_contiguous_counties_and_prefectures(counts: list[list[int]]) -> None:
    network = province(counts)
    check_layout(lay_out(network), network)


@settings(max_examples=25, deadline=None)
@given(shapes())
def test_the_ribbon_that_never_fails_keeps_counties_and_prefectures_whole(counts: list[list[int]]) -> None:
    network = province(counts)
    agencies = by_county(network)
    if agencies:
        lattice, counties = _ribbon(agencies, frame_of(network))
        blocks = {county: [cell for cell in counties if counties[cell] == county] for county in agencies}
        cells = {
            agency: cell for county in agencies for agency, cell in zip(agencies[county], blocks[county], strict=True)
        }
        check_layout(Layout(2_000.0, 2_000.0, lattice.radius, lattice.origin, cells, counties), network)


def test_the_small_network_of_the_tests_is_drawn(network: Network) -> None:
    check_layout(lay_out(network), network)


def test_a_province_elsewhere_is_drawn_in_a_round_outline() -> None:
    network = province([[5, 9], [12]], code="520000")
    check_layout(lay_out(network), network)


def test_a_network_without_agencies_is_an_empty_picture() -> None:
    picture = load_cartogram(province([[0]]), None)
    assert picture.cells == {}
    assert picture.outline == ""
    assert picture.width > 0


@pytest.mark.slow
def test_agencies_that_stand_in_a_province_without_prefectures_are_drawn() -> None:
    network = province([[3, 4]])
    divisions = {
        code: type(found)(
            found.code,
            None if found.parent is None else "530000",
            found.tier,
            found.name,
            found.name_en,
            found.longitude,
            found.latitude,
            found.centre,
        )
        for code, found in network.divisions.items()
        if code != "530100"
    }
    inventory = network.inventory
    flat = Network(type(inventory)(divisions, inventory.agencies, inventory.devices, {}, {}))
    check_layout(lay_out(flat), flat)
    assert load_cartogram(flat, None).labels == {}


def test_a_layout_survives_its_text() -> None:
    layout = lay_out(province([[5, 3], [4]]))
    assert decode(encode(layout)) == layout


def test_north_is_up_and_west_is_left() -> None:
    picture = load_cartogram(province([[6], [6], [6], [6], [6], [6], [6], [6]]), None)
    labels = [picture.labels[f"53{number:02}00"] for number in range(1, 9)]
    for left, right in combinations(range(4), 2):
        assert labels[left][0] < labels[right][0]
    for upper in range(4):
        assert labels[upper][1] < labels[upper + 4][1]


@pytest.mark.slow
def test_the_shipped_layout_is_what_the_code_computes_for_the_sample_province() -> None:
    network = load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")
    layout = lay_out(network)
    check_layout(layout, network)
    assert (ROOT / "topology" / "cartogram" / "sample.json").read_text(encoding="utf-8") == encode(layout)


@pytest.mark.slow
def test_the_sample_province_is_drawn_from_its_shipped_layout() -> None:
    network = load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")
    picture = load_cartogram(network, None)
    assert len(picture.cells) == len(set(picture.cells.values())) == 2_511
    assert len(picture.labels) == 16
    zhaotong, lijiang, banna, dehong = (picture.labels[code] for code in ("530600", "530700", "532800", "533100"))
    assert zhaotong[0] > 0.6 * picture.width
    assert zhaotong[1] < 0.3 * picture.height
    assert lijiang[0] < 0.5 * picture.width
    assert banna[1] > 0.8 * picture.height
    assert dehong[0] < 0.2 * picture.width
    assert picture.outline.count("M") == 1, "the province is one piece without holes"
