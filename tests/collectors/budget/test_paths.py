"""Which lines a device is polled over: the primary way up to the core, whatever is wired beside it."""

from dataclasses import replace

from collectors.budget.paths import primary_path, primary_paths
from tests.networks import small_network
from topology.model import Link, LinkRole
from topology.network import Network


def rewired(**links: Link) -> Network:
    network = small_network()
    inventory = network.inventory
    return Network(replace(inventory, links={**inventory.links, **{link.id: link for link in links.values()}}))


def test_an_access_routers_path_goes_over_its_own_line_the_countys_and_the_prefectures() -> None:
    assert primary_path(small_network(), "a1") == ("a1:county-a", "county-a:agg-1", "agg-1:core-1")


def test_a_backup_line_is_not_on_the_path() -> None:
    assert primary_path(small_network(), "county-b") == ("county-b:agg-2", "agg-2:core-1")


def test_a_core_router_needs_no_line() -> None:
    assert primary_path(small_network(), "core-2") == ()


def test_a_device_with_backups_only_is_polled_over_the_first_of_them() -> None:
    network = small_network()
    link = replace(network.links["county-a:agg-1"], role=LinkRole.BACKUP)
    assert primary_path(rewired(link=link), "county-a")[0] == "county-a:agg-1"


def test_links_in_a_ring_end_the_path_where_it_would_repeat() -> None:
    ring = Link("agg-1:county-a", "county-a", "x", "agg-1", "y", LinkRole.PRIMARY, 1000)
    network = small_network()
    inventory = network.inventory
    links = {ring.id: ring, **inventory.links}
    assert primary_path(Network(replace(inventory, links=links)), "a1") == ("a1:county-a", "county-a:agg-1")


def test_every_device_has_a_path() -> None:
    network = small_network()
    assert set(primary_paths(network)) == set(network.devices)
