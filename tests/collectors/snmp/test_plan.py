"""The plan packs what belongs together into few requests, each of which can be judged by itself."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp import oids
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import COUNTERS, Inventory, PolledInterface
from collectors.snmp.plan import InterfaceItem, Track, make_plan, repack
from collectors.snmp.profiles.sensors import Measure, Sensor
from collectors.snmp.profiles.values import Decoder


def inventory(ports: int, sensors: int, last_change: int | None = 5) -> Inventory:
    interfaces = tuple(
        PolledInterface(
            f"p{index}",
            RawInterface(index, f"p{index}", "", "", 6, 10**9, 1, 1),
            True,
            frozenset(COUNTERS),
            (oids.under(oids.IF_NAME, index), b"p"),
        )
        for index in range(1, ports + 1)
    )
    loads = [oids.under(oids.HR_PROCESSOR_LOAD, number) for number in range(sensors)]
    found: tuple[Sensor, ...] = tuple(Measure(load, "cpu", load, Decoder(Fraction(1), 0, 100)) for load in loads)
    return Inventory(interfaces=interfaces, sensors=found, last_change=last_change)


@given(ports=st.integers(0, 40), sensors=st.integers(0, 40), size=st.integers(1, 150))
def test_everything_is_asked_once_and_every_request_asks_the_agents_clock(ports: int, sensors: int, size: int) -> None:
    plan = make_plan(inventory(ports, sensors), {}, size, 0.0)
    asked = [oid for request in plan.requests for oid in request.oids[2:]]
    assert len(asked) == len(set(asked)) == ports * 9 + sensors
    for request in plan.requests:
        assert request.oids[:2] == [oids.SYS_UPTIME, oids.IF_TABLE_LAST_CHANGE]
        items: tuple[InterfaceItem | Sensor, ...] = (*request.interfaces, *request.sensors)
        assert {oid for item in items for oid in item.oids} == set(request.oids[2:])
        assert len(request.oids) <= max(size, 2 + 9) or len(items) == 1


def test_twenty_values_are_one_request() -> None:
    assert len(make_plan(inventory(2, 2), {}, 50, 0.0).requests) == 1


def test_a_device_without_anything_is_still_asked_its_clock() -> None:
    (request,) = make_plan(inventory(0, 0, None), {}, 50, 0.0).requests
    assert request.oids == [oids.SYS_UPTIME]


def test_names_are_checked_at_each_poll_only_where_the_table_has_no_stamp() -> None:
    with_stamp, without = (make_plan(inventory(1, 0, stamp), {}, 50, 0.0) for stamp in (5, None))
    name = oids.under(oids.IF_NAME, 1)
    assert name not in with_stamp.requests[0].oids
    assert name in without.requests[0].oids


def test_memory_of_counters_follows_names_and_forgets_those_that_are_gone() -> None:
    tracks = {"p1": Track(ticks=77), "gone": Track()}
    plan = make_plan(inventory(2, 0), tracks, 50, 0.0)
    assert tracks.keys() == {"p1", "p2"}
    item = plan.items[0]
    assert isinstance(item, InterfaceItem)
    assert item.track.ticks == 77


def test_what_an_agent_refuses_is_left_out() -> None:
    plan = repack(make_plan(inventory(2, 1), {}, 50, 0.0), 50, frozenset({1}))
    assert [len(plan.requests[0].interfaces), len(plan.requests[0].sensors)] == [1, 1]
