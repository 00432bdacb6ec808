"""Who is heard by LLDP, and on which interface: a local port number is no ifIndex."""

import asyncio

import pytest

from collectors.snmp.gufo import Answer
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import lldp
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Neighbour
from collectors.snmp.inventory.tables import Row
from tests.collectors import ber
from tests.collectors.agent import router
from tests.collectors.snmp.inventory.talking import agent_with, talking

RAW = [
    RawInterface(10, "GE0/0/1", "GigabitEthernet0/0/1", "to-core", 6, 10**9, 1, 1, "48:8e:ef:71:66:e1"),
    RawInterface(11, "GE0/0/2", "GigabitEthernet0/0/2", "", 6, 10**9, 1, 1, "48:8e:ef:71:66:e2"),
    RawInterface(2, "Vlanif2", "Vlanif2", "", 53, 0, 1, 1),
]
PORTS = LocalPorts(RAW, {raw.index: raw.if_name for raw in RAW})


def local(number: int, identifier: object = None, subtype: int = 5, description: bytes | None = None) -> Answer:
    """What the agent tells of one of its LLDP ports."""
    found: Answer = {f"{lldp.LOC_PORT_ID_SUBTYPE}.{number}": subtype}
    if identifier is not None:
        found[f"{lldp.LOC_PORT_ID}.{number}"] = identifier  # type: ignore[assignment]
    if description is not None:
        found[f"{lldp.LOC_PORT_DESC}.{number}"] = description
    return found


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (local(2, b"GE0/0/2"), "GE0/0/2"),
        (local(2, b"GigabitEthernet0/0/2"), "GE0/0/2"),
        (local(2, bytes.fromhex("488eef7166e2"), subtype=3), "GE0/0/2"),
        (local(2, b"to-core", subtype=1), "GE0/0/1"),
        (local(2, b"11", subtype=7), "GE0/0/2"),
        (local(2, b"slot 1", subtype=7, description=b"GigabitEthernet0/0/1"), "GE0/0/1"),
        # The agent tells a name that no interface has: the number may still be an ifIndex, as Vlanif2's is here.
        (local(2, b"eth-strange"), "Vlanif2"),
        (local(77, b"eth-strange", description=b"an uplink"), "port 2?"),
    ],
)
def test_what_the_agent_calls_its_port_is_looked_for_among_its_interfaces(told: Answer, name: str) -> None:
    if name == "port 2?":
        assert lldp.local_name(77, told, PORTS) == "an uplink"
    else:
        assert lldp.local_name(2, told, PORTS) == name


def test_where_the_agent_names_no_port_its_number_is_a_bridge_port_and_only_then_an_ifindex() -> None:
    assert lldp.local_name(2, {f"{lldp.BASE_PORT_IF_INDEX}.2": 11}, PORTS) == "GE0/0/2"
    assert lldp.local_name(10, {}, PORTS) == "GE0/0/1"
    assert lldp.local_name(99, {}, PORTS) == "port 99"


def test_a_chassis_and_a_port_read_by_their_subtypes() -> None:
    row: Row = {
        lldp.REM_CHASSIS_SUBTYPE: 4,
        lldp.REM_CHASSIS: bytes.fromhex("b4fbf9adb881"),
        lldp.REM_PORT_SUBTYPE: 5,
        lldp.REM_PORT: b"10GE1/0/42",
    }
    assert (lldp.chassis_of(row), lldp.port_of(row)) == ("b4:fb:f9:ad:b8:81", "10GE1/0/42")
    row |= {lldp.REM_CHASSIS_SUBTYPE: 5, lldp.REM_CHASSIS: b"\x01\x0a\x00\x00\x01"}
    row |= {lldp.REM_PORT_SUBTYPE: 3, lldp.REM_PORT: bytes.fromhex("b4fbf9adb882")}
    assert (lldp.chassis_of(row), lldp.port_of(row)) == ("10.0.0.1", "b4:fb:f9:ad:b8:82")
    assert (lldp.chassis_of({}), lldp.port_of({})) == ("", "")


def test_of_several_management_addresses_ipv4_is_taken_and_broken_indexes_are_passed_over() -> None:
    v6 = "2.16.32.1.7.248.0.47.0.0.0.0.0.0.0.0.1.48"
    indexes = [f"5.1.1.{v6}", "5.1.1.1.4.10.0.0.1", "5.1.1.1.4.10.0.0.2", f"5.2.1.{v6}", "5.3.1.1.4.10", "x"]
    assert lldp.addresses_of(indexes) == {(5, 1, 1): "10.0.0.1", (5, 2, 1): "2001:7f8:2f::130"}


def test_an_agent_is_asked_for_the_ports_that_hear_someone_and_no_others() -> None:
    objects = router({10: "GE0/0/1", 11: "GE0/0/2"})
    for number, name in enumerate(["GE0/0/1", "GE0/0/2", *(f"x{port}" for port in range(40))], start=1):
        objects |= {
            f"{lldp.LOC_PORT_ID_SUBTYPE}.{number}": ber.integer(5),
            f"{lldp.LOC_PORT_ID}.{number}": ber.octets(name.encode()),
        }
    objects |= {
        f"{lldp.REM_CHASSIS_SUBTYPE}.77.2.1": ber.integer(4),
        f"{lldp.REM_CHASSIS}.77.2.1": ber.octets(bytes.fromhex("b4fbf9adb881")),
        f"{lldp.REM_PORT}.77.2.1": ber.octets(b"10GE1/0/42"),
        f"{lldp.REM_SYS_NAME}.77.2.1": ber.octets("昭通核心".encode()),
        f"{lldp.REM_MAN_ADDR_SUBTYPE}.77.2.1.1.4.10.0.0.9": ber.integer(2),
    }

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            assert await lldp.read_lldp(talk, PORTS) == (
                Neighbour("lldp", "GE0/0/2", "昭通核心", "b4:fb:f9:ad:b8:81", "10GE1/0/42", "", "10.0.0.9", ""),
            )
            assert len(agent.requests) <= 5

    asyncio.run(play())


def test_an_agent_that_hears_nobody_is_asked_once() -> None:
    async def play() -> None:
        async with agent_with(router({1: "up1"})) as agent, talking(agent) as talk:
            assert await lldp.read_lldp(talk, PORTS) == ()
            assert len(agent.requests) == 1

    asyncio.run(play())
