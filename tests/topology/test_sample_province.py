"""The files at the root of the repository are the province they promise to be."""

import csv
import ipaddress
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from scripts.generate_province import Province, agencies_text, read_divisions, topology_text
from topology.loader import load_network
from topology.model import LinkRole, Role, Tier
from topology.network import Network
from topology.totals import totals

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "scripts" / "data" / "yunnan_divisions.csv"


@cache
def province() -> Network:
    """The sample province, loaded once for all tests of this file."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


@pytest.mark.slow
def test_the_totals_are_those_of_the_trade() -> None:
    found = totals(province())
    assert (found["provinces"], found["prefectures"], found["counties"]) == (1, 16, 129)
    assert found["agencies"] == found["access_routers"] == 2_511
    assert (found["core_routers"], found["aggregation_routers"], found["county_routers"]) == (2, 32, 129)
    assert found["devices"] == 2_674
    assert found["private_networks"] == 24
    assert found["centres"] == 146 - 41


@pytest.mark.slow
def test_divisions_are_the_facts() -> None:
    with FACTS.open(encoding="utf-8", newline="") as file:
        facts = {
            row["code"]: (row["parent_code"] or None, row["level"], row["name_zh"], row["name_en"], float(row["lon"]))
            for row in csv.DictReader(file)
        }
    assert facts == {
        code: (found.parent, found.tier.value, found.name, found.name_en, found.longitude)
        for code, found in province().divisions.items()
    }


def test_every_aggregation_router_hangs_on_both_cores_and_on_its_twin() -> None:
    network = province()
    for device in network.devices.values():
        if device.role is Role.AGGREGATION:
            primary = {link.upper for link in network.uplinks(device.id) if link.role is LinkRole.PRIMARY}
            assert primary == network.roots
            assert any(
                network.devices[step.device].role is Role.AGGREGATION
                and network.devices[step.device].division == device.division
                for step in network.neighbours(device.id)
            )


def test_every_county_router_has_one_primary_uplink_and_a_third_have_a_backup_through_a_neighbour() -> None:
    network = province()
    backups = 0
    for device in network.devices.values():
        if device.role is not Role.COUNTY:
            continue
        links = network.uplinks(device.id)
        prefecture = network.prefecture_of(device.division)
        primary = [link for link in links if link.role is LinkRole.PRIMARY]
        assert [network.devices[link.upper].division for link in primary] == [prefecture]
        for link in links:
            if link.role is LinkRole.BACKUP:
                backups += 1
                assert network.devices[link.upper].role is Role.COUNTY
                assert network.prefecture_of(network.devices[link.upper].division) == prefecture
    assert 129 // 3 - 6 <= backups <= 129 // 3 + 6


def test_agencies_hang_where_their_tier_says() -> None:
    network = province()
    expected = {
        Tier.PROVINCE: {Role.CORE, Role.AGGREGATION}, Tier.PREFECTURE: {Role.AGGREGATION}, Tier.COUNTY: {Role.COUNTY}
    }  # fmt: skip
    for agency in network.agencies.values():
        (link,) = network.uplinks(agency.device)
        upper = network.devices[link.upper]
        assert upper.role in expected[agency.tier]
        if agency.tier is not Tier.PROVINCE:
            assert upper.division == agency.division
        elif upper.role is Role.AGGREGATION:
            assert upper.division == "530100"
            assert network.prefecture_of(agency.county) == "530100"


def test_addresses_map_onto_the_loopback_network_without_touching_its_own() -> None:
    """10.a.b.c is simulated at 127.a.b.c, where 127.0.0.x belongs to the machine."""
    addresses = [ipaddress.IPv4Address(device.address) for device in province().devices.values()]
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        first, *rest = address.packed
        assert first == 10
        assert rest[:2] != [0, 0]
        assert 0 < rest[2] < 255


def test_names_are_unique_in_both_languages() -> None:
    agencies = province().agencies.values()
    assert [name for name, count in Counter(agency.name for agency in agencies).items() if count > 1] == []
    assert all(agency.name_en.isascii() or "ü" in agency.name_en for agency in agencies)


def test_each_private_network_reaches_most_prefectures() -> None:
    network = province()
    for private in network.private_networks.values():
        homes = {network.prefecture_of(network.agencies[agency].county) for agency in private.members}
        assert len(homes) >= 14, private.id


@pytest.mark.slow
def test_the_generator_writes_the_same_bytes_again_and_they_load(tmp_path: Path) -> None:
    first, second = Province(read_divisions(FACTS)), Province(read_divisions(FACTS))
    assert topology_text(first) == topology_text(second)
    assert agencies_text(first) == agencies_text(second)
    (tmp_path / "topology.yaml").write_text(topology_text(first), encoding="utf-8")
    (tmp_path / "agencies.csv").write_text(agencies_text(first), encoding="utf-8")
    assert len(load_network(tmp_path / "topology.yaml", tmp_path / "agencies.csv").agencies) == 2_511
