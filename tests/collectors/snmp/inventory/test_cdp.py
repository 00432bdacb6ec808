"""Who is heard by CDP; only those who may speak it are asked."""

import asyncio

from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import cdp
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Neighbour
from collectors.snmp.inventory.tables import Row
from tests.collectors.agent import router
from tests.collectors.snmp.inventory.talking import agent_with, talking

PORTS = LocalPorts([RawInterface(5, "Twe1/0/3", "", "", 6, 0, 1, 1)], {5: "Twe1/0/3"})


def test_the_ifindex_in_the_index_tells_the_interface() -> None:
    row: Row = {
        cdp.ADDRESS_TYPE: 1,
        cdp.ADDRESS: bytes((10, 82, 138, 91)),
        cdp.DEVICE_ID: b"Cat9500H.example.com",
        cdp.DEVICE_PORT: b"TwentyFiveGigE1/0/3",
        cdp.PLATFORM: b"cisco C9500-48Y4C",
    }
    assert cdp.neighbours_of({"5.17": row, "9.1": {}, "nonsense": row}, PORTS) == (
        Neighbour("cdp", "Twe1/0/3", "Cat9500H.example.com", "", "TwentyFiveGigE1/0/3", "", "10.82.138.91",
                  "cisco C9500-48Y4C"),
        Neighbour("cdp", "port 9", "", "", "", "", "", ""),
    )  # fmt: skip


def test_a_device_of_another_vendor_is_not_asked() -> None:
    async def play() -> None:
        async with agent_with(router({1: "up1"})) as agent, talking(agent) as talk:
            assert await cdp.read_cdp(talk, "1.3.6.1.4.1.2011.2.1", PORTS) == ()
            assert agent.requests == []
            assert await cdp.read_cdp(talk, "1.3.6.1.4.1.9.1.1", PORTS) == ()
            assert len(agent.requests) == 1

    asyncio.run(play())
