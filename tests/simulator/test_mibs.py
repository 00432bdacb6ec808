"""What the MIB objects say fits the topology, each other, and the time."""

from typing import Any

from foundation.calendar import parse
from foundation.clock import DAY, MINUTE, SECOND
from simulator.answers import Answerer
from simulator.ber import Oid
from simulator.curve import Moment
from simulator.faults import FAULT
from simulator.messages import Kind, parse_request
from simulator.province import Province
from tests.networks import small_network
from tests.simulator.asking import Binding, decode, request

NOW = parse("2026-11-24 14:30:00")
IF_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_X_ENTRY = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
LLDP_REMOTE = (1, 0, 8802, 1, 1, 2, 1, 4, 1, 1)
UP_TIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)


def answerer(place: Province, device: str) -> Answerer:
    return place.answerer(place.agents[device])


def column(place: Province, device: str, prefix: Oid, at: int = NOW) -> dict[Oid, Any]:
    """A column's values by their index, walked by GETBULK."""
    found: dict[Oid, Any] = {}
    name = prefix
    while True:
        asked = parse_request(request(Kind.GET_BULK, [name], second=20))
        for binding in decode(answerer(place, device).answer(asked, Moment(at))).bindings:
            if binding.oid[: len(prefix)] != prefix or binding.kind == "endOfMibView":
                return found
            name = binding.oid
            found[name[len(prefix) :]] = binding.value


def get(place: Province, device: str, *names: Oid, at: int = NOW) -> list[Binding]:
    asked = parse_request(request(Kind.GET, list(names)))
    return decode(answerer(place, device).answer(asked, Moment(at))).bindings


def named(place: Province, device: str, prefix: Oid, at: int = NOW) -> dict[str, Any]:
    """A column of the interface tables by ifName."""
    names = column(place, device, (*IF_X_ENTRY, 1), at)
    values = column(place, device, prefix, at)
    assert names.keys() == values.keys()
    return {names[index].decode(): values[index] for index in names}


def test_every_declared_link_ends_at_an_interface_of_its_name_speed_and_far_end() -> None:
    place = Province(small_network(), seed=1, now=NOW)
    for device in place.network.devices:
        speeds = named(place, device, (*IF_X_ENTRY, 15))
        aliases = named(place, device, (*IF_X_ENTRY, 18))
        links = (*place.network.uplinks(device), *place.network.downlinks(device))
        for link in links:
            near, far, far_port = (
                (link.upper_interface, link.lower, link.lower_interface)
                if link.upper == device
                else (link.lower_interface, link.upper, link.upper_interface)
            )
            assert speeds[near] == link.speed_mbps
            assert aliases[near].decode() == f"To {far} {far_port}"
        own = speeds.keys() - {link.upper_interface for link in links} - {link.lower_interface for link in links}
        access = place.network.devices[device].agency is not None
        assert own == ({"LoopBack0", "GigabitEthernet0/0/8"} if access else {"LoopBack0"})
        [count] = get(place, device, (1, 3, 6, 1, 2, 1, 2, 1, 0))
        assert count.value == len(speeds)


def test_lldp_neighbours_are_the_far_ends_of_links_that_live() -> None:
    place = Province(small_network(), seed=1, now=NOW)

    def neighbours() -> set[tuple[str, str]]:
        names = column(place, "county-a", (*LLDP_REMOTE, 9))
        ports = column(place, "county-a", (*LLDP_REMOTE, 7))
        return {(names[index].decode(), ports[index].decode()) for index in names}

    whole = {("agg-1", "down1"), ("county-b", "up2"), ("a1", "up1"), ("a2", "up1"), ("a3", "up1")}
    assert neighbours() == whole
    place.inject(FAULT.validate_python({"fault": "device-dead", "target": "a1"}), NOW)
    place.inject(FAULT.validate_python({"fault": "interface-down", "target": "county-b/up2"}), NOW)
    assert neighbours() == whole - {("a1", "up1"), ("county-b", "up2")}
    place.clear(None, NOW)
    assert neighbours() == whole


def test_32_bit_counters_are_the_64_bit_ones_cut_off_and_move_on() -> None:
    place = Province(small_network(), seed=1, now=NOW)
    wide, later = (named(place, "county-a", (*IF_X_ENTRY, 6), at) for at in (NOW, NOW + MINUTE))
    narrow = named(place, "county-a", (*IF_ENTRY, 10))
    assert narrow == {name: value % 2**32 for name, value in wide.items()}
    assert max(wide.values()) > 2**32
    assert all(later[name] > wide[name] for name in wide if name != "LoopBack0")


def test_the_clock_wraps_after_497_days_without_a_reset_of_the_counters() -> None:
    place = Province(small_network(), seed=1, now=NOW)
    wrap = place.plant.routers["county-a"].boot + 2**32 * 10
    before, after = (get(place, "county-a", UP_TIME, at=at)[0].value for at in (wrap - SECOND, wrap + SECOND))
    assert (before, after) == (2**32 - 100, 100)
    octets = [named(place, "county-a", (*IF_X_ENTRY, 6), at)["up1"] for at in (wrap - SECOND, wrap + SECOND)]
    assert octets[0] < octets[1] < octets[0] * 1.01


def test_a_last_change_is_told_on_the_agents_own_clock() -> None:
    place = Province(small_network(), seed=1, now=NOW)
    place.inject(FAULT.validate_python({"fault": "link-down", "target": "a1:county-a"}), NOW)
    assert named(place, "county-a", (*IF_ENTRY, 8))["to-a1"] == 2
    ticks = get(place, "county-a", UP_TIME)[0].value
    changes = named(place, "county-a", (*IF_ENTRY, 9), NOW + DAY)
    assert changes == {name: ticks if name == "to-a1" else 0 for name in changes}


def test_memory_processors_and_temperature_are_where_the_standard_mibs_put_them() -> None:
    place = Province(small_network(), seed=1, now=NOW)
    storage = (1, 3, 6, 1, 2, 1, 25, 2, 3, 1)
    for device, processors in (("core-1", 4), ("county-a", 2), ("a1", 1)):
        [kind] = column(place, device, (*storage, 2)).values()
        [size] = column(place, device, (*storage, 5)).values()
        [used] = column(place, device, (*storage, 6)).values()
        assert kind == (1, 3, 6, 1, 2, 1, 25, 2, 1, 2), "hrStorageRam"
        assert 0 < used < size
        loads = column(place, device, (1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2))
        assert len(loads) == processors
        assert all(0 <= load <= 100 for load in loads.values())
        sensors = column(place, device, (1, 3, 6, 1, 2, 1, 99, 1, 1, 1, 4))
        classes = column(place, device, (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 5))
        [(index, tenths)] = sensors.items()
        assert classes[index] == 8, "entPhysicalClass sensor"
        assert 200 < tenths < 600
