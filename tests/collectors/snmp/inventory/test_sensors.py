"""Sensors in an inventory: found by the family's profile, and not looked for again without a reason."""

import asyncio
from pathlib import Path

import pytest

from collectors.snmp import oids
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory, Module, take_inventory
from collectors.snmp.inventory.sensors import identified, names_for
from collectors.snmp.inventory.stamps import MODULES
from collectors.snmp.profiles.profile import Identified, ProfileSet
from tests.collectors import ber
from tests.collectors.agent import Agent, router
from tests.collectors.snmp.inventory.talking import agent_with, talking
from tests.collectors.snmp.profiles.families import write

T0 = 1_795_000_000_000
FAMILY = """
identity: {serial: {object: 1.3.6.1.4.1.99999.7.0}}
without: [temperature]
sensors:
- {kind: fan, column: 1.3.6.1.4.1.99999.8, name: "fan {index}", states: {1: ok turning, 2: critical stuck}}
"""
OBJECTS = {
    "1.3.6.1.4.1.99999.7.0": ber.octets(b"SN-7"),
    "1.3.6.1.4.1.99999.8.1": ber.integer(1),
    MODULES: ber.ticks(5),
}


def walks_for_fans(agent: Agent) -> int:
    """How often the family's fans were walked."""
    return sum(request.kind != ber.GET and "1.3.6.1.4.1.99999.8" in request.oids for request in agent.requests)


def test_the_family_tells_sensors_and_identity_and_the_standard_mibs_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "own", FAMILY)

    async def play() -> Inventory:
        async with agent_with(router({1: "up1"}) | OBJECTS) as agent, talking(agent) as talk:
            return await take_inventory(talk, (), 100, everything=False, profiles=ProfileSet.load(tmp_path))

    found = asyncio.run(play())
    assert [(sensor.kind, sensor.entity) for sensor in found.sensors] == [
        ("fan", "fan 1"),
        ("cpu", "cpu"),
        ("memory", "memory"),
    ]
    assert (found.profile, found.identity.vendor, found.identity.serial) == ("own", "Test", "SN-7")


@pytest.mark.slow
def test_sensors_are_looked_for_again_only_where_a_module_moved_or_an_interface_came_up(tmp_path: Path) -> None:
    write(tmp_path, "own", FAMILY)
    profiles = ProfileSet.load(tmp_path)

    async def play() -> None:
        async with agent_with(router({1: "up1", 2: "up2"}) | OBJECTS) as agent, talking(agent) as talk:
            agent.set_port(2, IF_OPER_STATUS=ber.integer(2))
            before: Inventory | None = None

            async def take() -> int:
                nonlocal before
                agent.requests.clear()
                before = await take_inventory(talk, (), 100, everything=False, profiles=profiles, before=before, now=T0)
                assert before.sensors
                return walks_for_fans(agent)

            assert await take() == 1
            assert await take() == 0
            agent.set_port(2, IF_OPER_STATUS=ber.integer(1))
            assert await take() == 1
            assert await take() == 0
            agent.objects[MODULES] = ber.ticks(6)
            assert await take() == 1
            agent.objects[oids.SYS_OBJECT_ID] = ber.oid("1.3.6.1.4.1.88888.1")
            await take()
            assert before is not None
            assert (before.profile, {sensor.kind for sensor in before.sensors}) == (
                "standard",
                {"cpu", "memory", "temperature"},
            )

    asyncio.run(play())


def test_what_the_inventory_knows_of_names_goes_to_the_sensors() -> None:
    modules = (Module(3, "", "Fan tray", "fan", 1), Module(4, "", "", "module", 1))
    raw = (
        RawInterface(7, "GE0/0/1", "GigabitEthernet0/0/1", "", 6, 10**9, 1, 1),
        RawInterface(8, "GE0/0/2", "GigabitEthernet0/0/2", "", 6, 10**9, 1, 2),
        RawInterface(9, "GE0/0/3", "GigabitEthernet0/0/3", "", 6, 10**9, 1, 2),
    )
    names = names_for(modules, raw, {one.index: one.if_name for one in raw}, {"GE0/0/3"})
    assert names.entities == {3: "Fan tray"}
    assert names.classes == {3: 7, 4: 9}
    assert names.busy == {7, 9}
    assert names.spellings["GigabitEthernet0/0/2"] == names.spellings["GE0/0/2"] == 8


def test_the_familys_word_goes_before_the_chassis_row() -> None:
    plain = Identity(name="r1", model="CHASSIS", serial="C-1", version="1.0")
    told = identified(plain, Identified(vendor="Huawei", model="S5720"))
    assert (told.name, told.vendor, told.model, told.serial, told.version) == ("r1", "Huawei", "S5720", "C-1", "1.0")
