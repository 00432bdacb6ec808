"""Topology against network: what is right is silent, and what is not is told once, with the edit that mends it."""

from collections.abc import Set
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts import Facts
from collectors.neighbours import Difference, End, Fault, Kind, compare, fragment
from collectors.snmp.inventory import Neighbour
from foundation.messages import IfStatus
from tests.collectors.neighbours.seeing import Wire, facts, known, wires, with_inventory
from tests.networks import small_network
from topology.model import Link
from topology.network import Network

NETWORK = small_network()


def differences(
    *, without: Set[Wire] = frozenset(), plus: Set[Wire] = frozenset(), mute: Set[str] = frozenset()
) -> tuple[Difference, ...]:
    """What differs when these wires are not there and those are."""
    lines = (wires(NETWORK) - without) | plus
    return compare(NETWORK, facts(NETWORK, lines, mute))


def brief(found: tuple[Difference, ...]) -> list[tuple[Kind, str, Fault]]:
    return [(one.kind, one.link, one.fault) for one in found]


def test_a_network_that_is_wired_as_declared_has_no_difference() -> None:
    assert differences() == ()


def test_without_any_facts_nothing_can_be_said() -> None:
    assert compare(NETWORK, {}) == ()
    assert compare(NETWORK, {"core-1": Facts("core-1", None, None, None)}) == ()


def test_where_one_end_speaks_no_lldp_the_other_end_vouches_for_nothing_and_takes_no_link_away() -> None:
    found = differences(mute={"a1"})
    assert brief(found) == [(Kind.MISSING, "a1:county-a", Fault.NONE)]
    assert found[0].edit is None
    assert "a1 is heard by nobody and hears nobody: it may not speak LLDP." in str(found[0])


def test_one_end_that_hears_the_other_is_enough() -> None:
    kept = facts(NETWORK, wires(NETWORK))
    del kept["a1"]
    kept["county-b"] = with_inventory(kept["county-b"], neighbours=())
    assert compare(NETWORK, kept) == ()


def test_a_declared_link_that_nobody_hears_is_missing_and_the_edit_takes_it_out() -> None:
    (found,) = differences(without={("county-a", "side1", "county-b", "up2")})
    assert (found.kind, found.link, found.found) == (Kind.MISSING, "county-b:county-a", None)
    assert found.declared == (End("county-a", "side1"), End("county-b", "up2"))
    assert str(found) == (
        "Missing: the link county-a side1 – county-b up2 is declared, and neither end hears the other."
    )
    assert fragment([found]) == (
        "--- topology.yaml\n+++ topology.yaml\n@@ links @@\n"
        "-  - {lower: [county-b, up2], upper: [county-a, side1], role: backup, speed_mbps: 1000}\n"
    )


def test_a_link_whose_port_is_down_may_only_be_cut_so_nothing_is_taken_out() -> None:
    kept = facts(NETWORK, wires(NETWORK) - {("county-a", "side1", "county-b", "up2")})
    inventory = kept["county-b"].inventory
    assert inventory is not None
    ports = tuple(
        replace(one, raw=replace(one.raw, oper=IfStatus.DOWN)) if one.name == "up2" else one
        for one in inventory.interfaces
    )
    kept["county-b"] = with_inventory(kept["county-b"], interfaces=ports)
    (found,) = compare(NETWORK, kept)
    assert (found.kind, found.edit) == (Kind.MISSING, None)
    assert str(found).endswith("county-b up2 is down: the line may only be cut.")


def test_a_line_in_another_port_of_the_right_device_is_miswired_and_told_once() -> None:
    found = differences(without={("core-1", "down1", "agg-1", "up1")}, plus={("core-1", "down9", "agg-1", "up1")})
    assert brief(found) == [(Kind.MISWIRED, "agg-1:core-1", Fault.PORT)]
    assert found[0].found == (End("core-1", "down9"), End("agg-1", "up1"))
    assert sorted(map(str, found[0].seen)) == [
        "agg-1 up1 hears core-1 on its down9 (LLDP)",
        "core-1 down9 hears agg-1 on its up1 (LLDP)",
    ]
    assert fragment(found) == (
        "--- topology.yaml\n+++ topology.yaml\n@@ links @@\n"
        "-  - {lower: [agg-1, up1], upper: [core-1, down1], role: primary, speed_mbps: 1000}\n"
        "+  - {lower: [agg-1, up1], upper: [core-1, down9], role: primary, speed_mbps: 1000}\n"
    )


def test_a_lower_end_that_moved_to_another_of_its_own_ports_is_miswired() -> None:
    found = differences(without={("county-a", "to-a1", "a1", "up1")}, plus={("county-a", "to-a1", "a1", "up7")})
    assert brief(found) == [(Kind.MISWIRED, "a1:county-a", Fault.PORT)]
    assert fragment(found) == (
        "--- agencies.csv\n+++ agencies.csv\n@@ agencies @@\n"
        "-agency-a1,机构a1,Agency a1,county,530627,530627,卫生健康,a1,10.6.27.11,up1,county-a,to-a1,1000,\n"
        "+agency-a1,机构a1,Agency a1,county,530627,530627,卫生健康,a1,10.6.27.11,up7,county-a,to-a1,1000,\n"
    )


def test_two_access_lines_that_were_swapped_are_two_differences_each_with_its_own_edit() -> None:
    found = differences(
        without={("county-a", "to-a1", "a1", "up1"), ("county-a", "to-a2", "a2", "up1")},
        plus={("county-a", "to-a2", "a1", "up1"), ("county-a", "to-a1", "a2", "up1")},
    )
    assert brief(found) == [(Kind.MISWIRED, "a1:county-a", Fault.PORT), (Kind.MISWIRED, "a2:county-a", Fault.PORT)]
    assert [one.found for one in found] == [
        (End("county-a", "to-a2"), End("a1", "up1")),
        (End("county-a", "to-a1"), End("a2", "up1")),
    ]
    assert all(one.edit is not None for one in found)


def test_a_line_that_ends_at_another_device_is_miswired_and_its_agencys_row_follows_it() -> None:
    found = differences(without={("county-a", "to-a3", "a3", "up1")}, plus={("county-b", "to-a3", "a3", "up1")})
    assert brief(found) == [(Kind.MISWIRED, "a3:county-a", Fault.DEVICE)]
    assert found[0].edit is not None
    assert found[0].edit.add.endswith("a3,10.6.27.13,up1,county-b,to-a3,1000,")


def test_a_port_that_leads_to_a_stranger_is_miswired_without_an_edit() -> None:
    kept = facts(NETWORK, wires(NETWORK) - {("core-1", "down1", "agg-1", "up1")})
    stranger = Neighbour("lldp", "down1", "ISP-PE-7", "aa:bb:cc:00:00:01", "ge-0/0/7", "", "", "")
    inventory = kept["core-1"].inventory
    assert inventory is not None
    kept["core-1"] = with_inventory(kept["core-1"], neighbours=(*inventory.neighbours, stranger))
    (found,) = compare(NETWORK, kept)
    assert (found.kind, found.fault, found.edit) == (Kind.MISWIRED, Fault.DEVICE, None)
    assert found.found == (End("core-1", "down1"), End("ISP-PE-7", "ge-0/0/7"))


def test_a_line_that_nobody_declared_is_unexpected_and_the_edit_declares_it() -> None:
    found = differences(plus={("a1", "lan2", "a2", "lan2"), ("a3", "wan2", "agg-2", "spare")})
    assert brief(found) == [(Kind.UNEXPECTED, "", Fault.NONE)] * 2
    assert fragment(found) == (
        "--- topology.yaml\n+++ topology.yaml\n"
        "@@ links @@\n+  - {lower: [a2, lan2], upper: [a1, lan2], role: backup, speed_mbps: 1000}\n"
        "@@ links @@\n+  - {lower: [a3, wan2], upper: [agg-2, spare], role: backup, speed_mbps: 1000}\n"
    )


def test_an_agencys_own_switch_is_none_of_the_topologys_but_a_stranger_at_a_county_router_is() -> None:
    kept = facts(NETWORK, wires(NETWORK))
    for device in ("a1", "county-a"):
        inventory = kept[device].inventory
        assert inventory is not None
        switch = Neighbour("lldp", "lan9", "office-switch", "aa:bb:cc:00:00:02", "GE0/24", "", "", "")
        kept[device] = with_inventory(kept[device], neighbours=(*inventory.neighbours, switch))
    (found,) = compare(NETWORK, kept)
    assert (found.kind, found.edit) == (Kind.UNEXPECTED, None)
    assert End("county-a", "lan9") in (found.found or ())


def test_a_trunk_that_is_declared_is_heard_on_its_members() -> None:
    inventory = NETWORK.inventory
    link = replace(NETWORK.links["agg-1:core-1"], upper_interface="Eth-Trunk1", lower_interface="Eth-Trunk1")
    network = Network(replace(inventory, links={**inventory.links, link.id: link}))
    lines = wires(network) - {("core-1", "Eth-Trunk1", "agg-1", "Eth-Trunk1")}
    members = {("core-1", f"GE1/0/{port}", "agg-1", f"GE1/0/{port}") for port in (1, 2)}
    assert compare(network, facts(network, lines | members)) == ()


def test_a_neighbour_is_known_by_address_or_chassis_where_its_name_says_nothing() -> None:
    kept = facts(NETWORK, wires(NETWORK))
    inventory = kept["agg-1"].inventory
    assert inventory is not None
    mac = inventory.interfaces[0].raw.mac
    core = kept["core-1"].inventory
    assert core is not None
    for change in (
        {"system": "Switch", "address": "10.6.0.1"},
        {"system": "", "chassis": mac},
        {"system": "AGG-1.gov.yn.example"},
        {"system": "agg-1", "port": "", "port_description": "up1"},
        {"system": "agg-1", "port": next(one.raw.mac for one in inventory.interfaces if one.name == "up1")},
    ):
        heard = tuple(replace(one, **change) if one.system == "agg-1" else one for one in core.neighbours)
        lines = {**kept, "core-1": with_inventory(kept["core-1"], neighbours=heard)}
        lines["agg-1"] = with_inventory(kept["agg-1"], neighbours=())
        lines["agg-2"] = with_inventory(
            kept["agg-2"], neighbours=tuple(one for one in _heard(kept["agg-2"]) if one.system != "agg-1")
        )
        assert [one for one in compare(NETWORK, lines) if one.link == "agg-1:core-1"] == [], change


def _heard(kept: Facts) -> tuple[Neighbour, ...]:
    assert kept.inventory is not None
    return kept.inventory.neighbours


def test_spellings_of_a_port_are_no_difference() -> None:
    inventory = NETWORK.inventory
    link = replace(
        NETWORK.links["agg-1:core-1"], upper_interface="GigabitEthernet0/0/1", lower_interface="XGigabitEthernet0/0/2"
    )
    network = Network(replace(inventory, links={**inventory.links, link.id: link}))
    lines = wires(network) - {("core-1", "GigabitEthernet0/0/1", "agg-1", "XGigabitEthernet0/0/2")}
    kept = facts(network, lines | {("core-1", "GE0/0/1", "agg-1", "10GE0/0/2")})
    assert compare(network, kept) == ()


def test_a_device_that_hears_itself_is_no_line() -> None:
    kept = facts(NETWORK, wires(NETWORK))
    inventory = kept["core-1"].inventory
    assert inventory is not None
    own = Neighbour("lldp", "loop1", "core-1", "", "loop2", "", "", "")
    kept["core-1"] = with_inventory(kept["core-1"], neighbours=(*inventory.neighbours, own))
    assert compare(NETWORK, kept) == ()


def test_a_name_that_two_devices_have_tells_nothing() -> None:
    kept = facts(NETWORK, wires(NETWORK))
    kept |= {device: known(device, ["up1"], (), system="HUAWEI") for device in ("b1", "b2")}
    inventory = kept["county-b"].inventory
    assert inventory is not None
    heard = tuple(
        Neighbour("lldp", one.local_interface, "HUAWEI", "", "up1", "", "", "") if one.system == "b1" else one
        for one in inventory.neighbours
    )
    kept["county-b"] = with_inventory(kept["county-b"], neighbours=heard)
    (found,) = compare(NETWORK, kept)
    assert (found.kind, found.link, found.fault) == (Kind.MISWIRED, "b1:county-b", Fault.DEVICE)
    assert found.edit is None


LINKS = sorted(wires(NETWORK))


@pytest.mark.slow
@given(st.sets(st.sampled_from(LINKS)), st.permutations(LINKS), st.integers(0, len(LINKS)))
def test_however_the_lines_lie_each_link_and_each_line_is_told_at_most_once(
    cut: set[Wire], shuffled: list[Wire], count: int
) -> None:
    """Some lines are cut, the lower ends of others exchanged among them."""
    moved = shuffled[:count]
    rest = [line for line in LINKS if line not in moved]
    crossed = [
        (upper, port, lower, lower_port)
        for (upper, port, _, _), (_, _, lower, lower_port) in zip(moved, [*moved[1:], *moved[:1]], strict=True)
        if upper != lower
    ]
    lines = [line for line in [*rest, *crossed] if line not in cut]
    found = compare(NETWORK, facts(NETWORK, lines))
    links = [one.link for one in found if one.link]
    assert len(links) == len(set(links))
    assert all(one.link in NETWORK.links for one in found if one.link)
    untouched = {line for line in rest if line in lines}
    declared_right = {link.id for link in NETWORK.links.values() if _wire(link) in untouched}
    assert declared_right.isdisjoint(links)
    # Every line that lies otherwise is told, and every difference rests on what was seen.
    told = {frozenset(one.found) for one in found if one.found}
    for upper, port, lower, lower_port in set(lines) - wires(NETWORK):
        assert frozenset((End(upper, port), End(lower, lower_port))) in told
    for one in found:
        assert bool(one.seen) == (one.kind is not Kind.MISSING)


def _wire(link: Link) -> Wire:
    return (link.upper, link.upper_interface, link.lower, link.lower_interface)
