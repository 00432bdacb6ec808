"""BGP and OSPF neighbours: whose row it is, in every vendor's index, and how long one that vanished is remembered."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.inventory import bgp, ospf
from collectors.snmp.inventory.peers import KEPT, MOST_PEERS, peer_of, with_gone
from collectors.snmp.inventory.tables import Row
from collectors.snmp.routing import GONE, Peer
from foundation.clock import DAY
from tests.collectors import ber
from tests.collectors.agent import router
from tests.collectors.snmp.inventory.talking import agent_with, talking

T0 = 1_795_000_000_000
V6 = "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"


@pytest.mark.parametrize(
    ("table", "index", "vrf", "neighbour"),
    [
        (bgp.STANDARD, "95.43.23.53", "", "95.43.23.53"),
        (bgp.STANDARD, "95.43.23", "", ""),
        (bgp.HUAWEI, "0.1.1.1.4.192.0.2.21", "_public_", "192.0.2.21"),
        (bgp.HUAWEI, "7.1.1.1.4.192.0.2.21", "gov-video", "gov-video/192.0.2.21"),
        (bgp.HUAWEI, f"0.2.1.2.16.{V6}", "", "2001:db8::1"),
        (bgp.HUAWEI, "0.1.1.1.5.192.0.2.21", "", ""),
        (bgp.CISCO, "1.4.100.96.96.1", "", "100.96.96.1"),
        (bgp.CISCO, f"2.16.{V6}", "", "2001:db8::1"),
        (bgp.CISCO, "1.4.100.96", "", ""),
        (bgp.JUNIPER, "0.1.0.0.0.0.1.169.254.250.255", "", "169.254.250.255"),
        (bgp.JUNIPER, "47.1.10.0.0.1.1.10.241.224.142", "", "instance 47/10.241.224.142"),
        (bgp.JUNIPER, f"0.2.{V6}.2.{V6}", "", "2001:db8::1"),
        (bgp.JUNIPER, "0.1.0.0.0.0.1", "", ""),
        (bgp.JUNIPER, "0", "", ""),
    ],
)
def test_the_index_of_every_vendors_table_tells_the_neighbour(
    table: bgp.PeerTable, index: str, vrf: str, neighbour: str
) -> None:
    assert bgp.neighbour_of(table, index, vrf) == neighbour


@given(st.sampled_from(bgp.TABLES), st.text("0123456789.", max_size=40))
def test_no_index_breaks_the_reading(table: bgp.PeerTable, index: str) -> None:
    bgp.neighbour_of(table, index, "")
    ospf.neighbour_of(index)


def test_a_neighbour_of_several_address_families_is_one_neighbour() -> None:
    rows: dict[str, Row] = {
        "0.1.1.1.4.192.0.2.21": {bgp.HUAWEI.remote_as: 65_001},
        "0.1.128.1.4.192.0.2.21": {bgp.HUAWEI.remote_as: 65_001},
    }
    (peer,) = bgp.peers_of(bgp.HUAWEI, rows)
    assert (peer.neighbour, peer.remote_as) == ("192.0.2.21", 65_001)


def test_an_as_number_told_as_a_negative_one_is_the_large_one_that_is_meant() -> None:
    (peer,) = bgp.peers_of(bgp.STANDARD, {"10.0.0.1": {bgp.STANDARD.remote_as: -2}})
    assert peer.remote_as == 4_294_967_294


def test_a_vendors_table_goes_before_the_standard_one_and_is_asked_only_of_that_vendor() -> None:
    index = "7.1.1.1.4.10.0.0.2"
    vrf = {f"{bgp.HUAWEI.state}.{index}": ber.integer(6), f"{bgp.HUAWEI.vrf}.{index}": ber.octets(b"gov")}
    plain = {f"{bgp.STANDARD.state}.10.0.0.1": ber.integer(6), f"{bgp.STANDARD.remote_as}.10.0.0.1": ber.integer(7)}

    async def found(objects: dict[str, bytes], object_id: str) -> tuple[list[str], int]:
        async with agent_with(router({1: "up1"}) | objects) as agent, talking(agent) as talk:
            return [peer.neighbour for peer in await bgp.read_bgp(talk, object_id)], len(agent.requests)

    async def play() -> None:
        assert (await found(vrf | plain, "1.3.6.1.4.1.2011.2.1"))[0] == ["gov/10.0.0.2"]
        assert (await found(plain, "1.3.6.1.4.1.2011.2.1"))[0] == ["10.0.0.1"]
        assert await found(vrf | plain, "1.3.6.1.4.1.99999.1") == (["10.0.0.1"], 2)
        assert await found({}, "1.3.6.1.4.1.99999.1") == ([], 1)

    asyncio.run(play())


def test_an_ospf_neighbour_on_a_line_without_addresses_is_told_by_its_ifindex() -> None:
    peers = ospf.peers_of(["100.96.128.1.0", "0.0.0.0.7", "1.2.3", "300.0.0.1.0"])
    assert [peer.neighbour for peer in peers] == ["100.96.128.1", "0.0.0.0 if7"]
    assert peers[0].read({f"{ospf.STATE}.100.96.128.1.0": 8}).up
    assert peers[0].read({f"{ospf.STATE}.100.96.128.1.0": 3}).state == "init"


def peers(*addresses: str, seen: int = 0) -> tuple[Peer, ...]:
    return with_gone(ospf.peers_of(f"{address}.0" for address in addresses), (), seen)


def test_a_neighbour_that_vanished_stays_and_reads_as_gone_until_it_is_back() -> None:
    before = peers("10.0.0.1", "10.0.0.2", seen=T0)
    after = with_gone(ospf.peers_of(["10.0.0.1.0"]), before, T0 + DAY)
    assert [(peer.neighbour, peer.seen) for peer in after] == [("10.0.0.1", T0 + DAY), ("10.0.0.2", T0)]
    reading = after[1].read({})
    assert (reading.state, reading.up, reading.enabled) == (GONE, False, True)
    assert after[1].read({after[1].state: 8}).up
    back = with_gone(ospf.peers_of(["10.0.0.1.0", "10.0.0.2.0"]), after, T0 + 2 * DAY)
    assert {peer.seen for peer in back} == {T0 + 2 * DAY}
    assert len(back) == 2


def test_after_a_week_without_it_a_neighbour_is_taken_to_be_removed() -> None:
    before = peers("10.0.0.1", seen=T0)
    assert len(with_gone((), before, T0 + KEPT)) == 1
    assert with_gone((), before, T0 + KEPT + 1) == ()
    assert len(with_gone((), before, 0)) == 1


@pytest.mark.slow
@given(st.integers(0, 500), st.integers(0, 500))
def test_however_many_come_and_go_what_is_there_is_never_crowded_out(there: int, gone: int) -> None:
    now = peers(*(f"10.0.{number // 250}.{number % 250}" for number in range(min(there, 256))))
    before = peers(*(f"10.9.{number // 250}.{number % 250}" for number in range(gone)), seen=T0)
    found = with_gone(now, before, T0)
    assert len(found) <= MOST_PEERS
    assert {peer.neighbour for peer in now} <= {peer.neighbour for peer in found}


@pytest.mark.parametrize("table", bgp.TABLES)
def test_a_kept_neighbour_comes_back_from_the_instance_of_its_state(table: bgp.PeerTable) -> None:
    peer = bgp.peer_at(table, "1.2.3.4", "n", 5)
    assert peer_of("bgp", "n", peer.state, 5, 0) == peer
    assert peer_of("bgp", "n", "1.3.6.1.4.1.99999.1", 5, 0) is None
    assert peer_of("eigrp", "n", peer.state, 5, 0) is None
