"""Routing neighbours, fans and power supplies of the simulated routers, and the faults that strike them."""

import pytest

from foundation.clock import MINUTE
from simulator.faults import FAULT
from simulator.province import Province
from simulator.targets import TargetError
from tests.networks import small_network
from tests.simulator.test_mibs import NOW, column

PEER = (1, 3, 6, 1, 2, 1, 15, 3, 1)
OSPF = (1, 3, 6, 1, 2, 1, 14, 10, 1)
ADDRESS = (1, 3, 6, 1, 2, 1, 4, 20, 1)
STATE = (1, 3, 6, 1, 2, 1, 131, 1, 1, 1, 3)
CLASSES = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 5)


def province() -> Province:
    return Province(small_network(), seed=1, now=NOW)


def strike(place: Province, fault: str, target: str, **more: object) -> int:
    return place.inject(FAULT.validate_python({"fault": fault, "target": target, **more}), NOW).id


def test_the_core_speaks_bgp_with_the_prefectures_and_they_speak_ospf_below() -> None:
    place = province()
    assert len(column(place, "core-1", (*PEER, 2))) == 2
    assert len(column(place, "agg-1", (*PEER, 2))) == 2
    assert len(column(place, "agg-1", (*OSPF, 6))) == 2, "agg-2 and county-a"
    assert len(column(place, "county-a", (*OSPF, 6))) == 2, "agg-1 and county-b"
    assert column(place, "county-a", (*PEER, 2)) == {}
    assert column(place, "core-1", (*OSPF, 6)) == {}
    assert column(place, "a1", (*OSPF, 6)) == column(place, "a1", (*PEER, 2)) == {}


def test_each_end_of_a_session_names_the_others_address_and_autonomous_system() -> None:
    place = province()
    for device in ("core-1", "core-2", "agg-1", "agg-2"):
        own = column(place, device, (*PEER, 5))
        masks = column(place, device, (*ADDRESS, 3))
        for index, local in own.items():
            assert tuple(local) in masks, "its own end is one of its interfaces' addresses"
            assert bytes(masks[tuple(local)]) == bytes((255, 255, 255, 252))
            assert int.from_bytes(bytes(index), "big") >> 2 == int.from_bytes(bytes(local), "big") >> 2, "in one /30"
    [remote] = {*column(place, "core-1", (*PEER, 9)).values()}
    [back] = {*column(place, "agg-1", (*PEER, 9)).values()}
    assert remote != back


def test_a_dead_line_idles_bgp_and_takes_the_ospf_neighbour_off_the_table() -> None:
    place = province()
    strike(place, "link-down", "agg-1:core-1")
    strike(place, "device-dead", "county-a")
    assert sorted(column(place, "core-1", (*PEER, 2)).values()) == [3, 6], "active, established"
    assert sorted(column(place, "agg-1", (*PEER, 2)).values()) == [3, 6]
    assert len(column(place, "agg-1", (*OSPF, 6))) == 1
    since = column(place, "core-1", (*PEER, 16), NOW + MINUTE)
    assert sorted(since.values())[0] == 60, "a minute since it is no longer established"
    place.clear(None, NOW)
    assert {*column(place, "core-1", (*PEER, 2)).values()} == {6}
    assert len(column(place, "agg-1", (*OSPF, 6))) == 2


def test_a_lost_neighbour_is_lost_at_both_ends_while_the_line_lives() -> None:
    place = province()
    strike(place, "routing-down", "agg-1/core-1")
    strike(place, "routing-down", "county-a/agg-1")
    for device in ("core-1", "agg-1"):
        assert sorted(column(place, device, (*PEER, 2)).values()) == [3, 6]
        assert {*column(place, device, (*PEER, 3)).values()} == {2}, "still wanted"
    assert sorted(column(place, "agg-1", (*OSPF, 6)).values()) == [3, 8], "init, full"
    assert place.agents["county-a"].alive


def test_a_neighbour_that_somebody_shut_down_says_so_at_that_end_only() -> None:
    place = province()
    strike(place, "routing-down", "agg-1/core-1", by="admin")
    assert sorted(column(place, "agg-1", (*PEER, 3)).values()) == [1, 2], "stop, start"
    assert sorted(column(place, "agg-1", (*PEER, 2)).values()) == [1, 6], "idle, established"
    assert {*column(place, "core-1", (*PEER, 3)).values()} == {2}
    assert sorted(column(place, "core-1", (*PEER, 2)).values()) == [3, 6]


def test_a_neighbour_is_named_by_its_device_or_its_address() -> None:
    place = province()
    far = {tuple(one) for one in column(place, "core-1", (*PEER, 5)).values()}
    [address] = far & column(place, "agg-1", (*PEER, 2)).keys()
    strike(place, "routing-down", f"agg-1/{'.'.join(map(str, address))}")
    assert sorted(column(place, "agg-1", (*PEER, 2)).values()) == [3, 6]


@pytest.mark.parametrize(
    ("fault", "target", "more", "says"),
    [
        ("routing-down", "agg-1", {}, "a slash and the neighbour's id"),
        ("routing-down", "agg-1/county-b", {}, 'no routing neighbour "county-b". Did you mean'),
        ("routing-down", "a1/county-a", {}, "It has none."),
        ("routing-down", "nobody/agg-1", {}, 'there is no device "nobody"'),
        ("routing-down", "county-a/agg-1", {"by": "admin"}, "only BGP neighbours can be shut down"),
        ("fan-failed", "a1", {}, "neither fans nor power supplies"),
    ],
)
def test_a_target_that_has_no_such_part_or_neighbour_is_refused(
    fault: str, target: str, more: dict[str, object], says: str
) -> None:
    with pytest.raises(TargetError, match=says):
        strike(province(), fault, target, **more)


def test_a_failed_fan_and_a_failed_power_supply_are_told_by_their_operational_state() -> None:
    place = province()
    classes = column(place, "agg-1", CLASSES)
    assert sorted(kind for kind in classes.values() if kind in (6, 7)) == [6, 6, 7, 7]
    assert {*column(place, "agg-1", STATE).values()} == {3}, "enabled"
    assert column(place, "a1", STATE) == {}
    strike(place, "fan-failed", "agg-1", fan=2)
    number = strike(place, "power-failed", "agg-1")
    disabled = [classes[index] for index, state in column(place, "agg-1", STATE).items() if state == 2]
    assert sorted(disabled) == [6, 7]
    place.clear(number, NOW)
    assert [classes[index] for index, state in column(place, "agg-1", STATE).items() if state == 2] == [7]
