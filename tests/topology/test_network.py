"""The graph's questions, on the small network and against a slow oracle on random ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.networks import COUNTY_A, COUNTY_B, PREFECTURE, PROVINCE, small_network
from topology.model import Device, Inventory, Link, LinkRole, Role, Tier
from topology.network import Network


def test_parents_and_children_follow_the_declared_ends(network: Network) -> None:
    assert network.parents("county-b") == ("agg-2", "county-a")
    assert network.children("county-a") == ("county-b", "a1", "a2", "a3")
    assert network.parents("core-1") == ()
    assert network.children("a1") == ()


def test_all_is_reachable_when_nothing_is_down(network: Network) -> None:
    assert network.reachable() == set(network.devices)


def test_a_county_with_a_backup_through_its_neighbour_survives_its_aggregation_router(network: Network) -> None:
    cut = network.cut_off(devices=["agg-2"])
    assert cut.devices == frozenset()
    assert cut.agencies == frozenset()


def test_a_county_without_a_backup_takes_its_agencies_and_their_private_networks_along(network: Network) -> None:
    cut = network.cut_off(devices=["county-a"])
    assert cut.devices == {"a1", "a2", "a3"}
    assert cut.agencies == {"agency-a1", "agency-a2", "agency-a3"}
    assert cut.counties == {COUNTY_A}
    assert cut.private_networks == {"health"}


def test_cut_off_only_when_all_paths_fail(network: Network) -> None:
    assert network.cut_off(links=["county-b:agg-2"]).devices == frozenset()
    both = network.cut_off(links=["county-b:agg-2", "county-b:county-a"])
    assert both.devices == {"county-b", "b1", "b2"}
    assert both.counties == {COUNTY_B}


def test_without_any_core_nobody_is_reached(network: Network) -> None:
    assert network.reachable({"core-1", "core-2"}) == set()
    assert network.cut_off(devices=["core-1", "core-2"]).agencies == set(network.agencies)


def test_a_live_path_leads_to_a_dead_device(network: Network) -> None:
    """What tells a device that is down itself from one that is cut off."""
    assert network.has_live_path("county-a", {"county-a"})
    assert not network.has_live_path("a1", {"county-a"})
    assert network.has_live_path("county-b", {"agg-2"})
    assert not network.has_live_path("county-b", {"agg-2"}, {"county-b:county-a"})
    assert network.has_live_path("core-1", {"core-1"})


def test_a_link_is_found_at_both_of_its_ends(network: Network) -> None:
    assert network.link_at("county-a", "up1") is network.link_at("agg-1", "down1") is network.links["county-a:agg-1"]
    assert network.link_at("county-a", "nowhere") is None


def test_lineage_runs_from_the_county_to_the_province(network: Network) -> None:
    assert [division.code for division in network.lineage(COUNTY_B)] == [COUNTY_B, PREFECTURE, PROVINCE]
    assert network.prefecture_of(COUNTY_A) == network.prefecture_of(PREFECTURE) == PREFECTURE
    assert network.prefecture_of(PROVINCE) is None


def test_an_agency_knows_its_private_networks(network: Network) -> None:
    assert network.networks_of("agency-a1") == ("health",)
    assert network.networks_of("agency-a2") == ()


@st.composite
def random_networks(draw: st.DrawFn) -> Network:
    """Up to nine devices, the first one or two of them cores, with any links between them."""
    count = draw(st.integers(1, 9))
    cores = draw(st.integers(1, min(2, count)))
    devices = {}
    for number in range(count):
        role = Role.CORE if number < cores else Role.AGGREGATION
        devices[f"d{number}"] = Device(
            f"d{number}", f"d{number}", role, Tier.PREFECTURE, PREFECTURE, None, f"10.1.1.{number}", "default"
        )
    pairs = st.tuples(st.sampled_from(list(devices)), st.sampled_from(list(devices))).filter(lambda p: p[0] != p[1])
    links = {}
    for number, (upper, lower) in enumerate(draw(st.lists(pairs, max_size=14))):
        link = Link(f"l{number}", upper, f"u{number}", lower, f"w{number}", LinkRole.PRIMARY, 1000)
        links[link.id] = link
    return Network(Inventory(small_network().divisions, {}, devices, links, {}))


def oracle(network: Network, down_devices: set[str], down_links: set[str]) -> set[str]:
    """Reachability by spreading one link at a time until nothing changes."""
    reached = {
        device.id for device in network.devices.values() if device.role is Role.CORE and device.id not in down_devices
    }
    while True:
        more = {
            other
            for link in network.links.values()
            if link.id not in down_links
            for one, other in ((link.upper, link.lower), (link.lower, link.upper))
            if one in reached and other not in down_devices
        }
        if more <= reached:
            return reached
        reached |= more


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(random_networks(), st.data())
def test_reachability_agrees_with_the_oracle(network: Network, data: st.DataObject) -> None:
    down_devices = data.draw(st.sets(st.sampled_from(list(network.devices))))
    down_links = data.draw(st.sets(st.sampled_from(list(network.links) or ["none"])))
    reached = oracle(network, down_devices, down_links)
    assert network.reachable(down_devices, down_links) == reached
    for device in network.devices:
        revived = oracle(network, down_devices - {device}, down_links)
        assert network.has_live_path(device, down_devices, down_links) == (device in revived)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(random_networks(), st.data())
def test_more_failures_never_reach_more(network: Network, data: st.DataObject) -> None:
    few = data.draw(st.sets(st.sampled_from(list(network.devices))))
    more = few | data.draw(st.sets(st.sampled_from(list(network.devices))))
    assert network.reachable(more) <= network.reachable(few)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(random_networks(), st.data())
def test_the_failed_and_the_cut_off_are_all_that_is_lost(network: Network, data: st.DataObject) -> None:
    failed = data.draw(st.sets(st.sampled_from(list(network.devices))))
    cut = network.cut_off(devices=failed)
    assert cut.devices.isdisjoint(failed)
    assert cut.devices | failed == set(network.devices) - oracle(network, failed, set())
