"""An inventory, whole: what it asks, what it leaves out, and that no table it can do without costs the interfaces."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from collectors.snmp import oids
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.inventory import Inventory, bgp, lldp, modules, take_inventory
from collectors.snmp.inventory.ports import IF_PHYS_ADDRESS
from collectors.snmp.inventory.stamps import COUNT, MODULES, NEIGHBOURS, TRUST
from collectors.snmp.profiles.profile import ProfileSet
from tests.collectors import ber
from tests.collectors.agent import Agent, router, silent
from tests.collectors.ber import Request
from tests.collectors.snmp.inventory.talking import agent_with, talking

PROFILES = ProfileSet.load()
T0 = 1_795_000_000_000


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def take(talk: Conversation, before: Inventory | None = None, now: int = T0, **settings: Any) -> Inventory:
    chosen = {"declared": ("up1",), "most": 100, "everything": False, "profiles": PROFILES, **settings}
    return await take_inventory(talk, chosen.pop("declared"), chosen.pop("most"), before=before, now=now, **chosen)


def chassis(index: int = 1, serial: bytes = b"SN-1", software: bytes = b"V2R5") -> dict[str, bytes]:
    """The objects of a chassis row."""
    return {
        f"{modules.CLASS}.{index}": ber.integer(3),
        f"{modules.NAME}.{index}": ber.octets(b"Chassis"),
        f"{modules.MODEL}.{index}": ber.octets(b"YN3000"),
        f"{modules.SERIAL}.{index}": ber.octets(serial),
        f"{modules.SOFTWARE}.{index}": ber.octets(software),
    }


def heard(number: int, system: bytes) -> dict[str, bytes]:
    """The objects of an LLDP neighbour on a local port."""
    row = f"9.{number}.1"
    return {
        f"{lldp.REM_CHASSIS_SUBTYPE}.{row}": ber.integer(4),
        f"{lldp.REM_CHASSIS}.{row}": ber.octets(bytes.fromhex("b4fbf9adb881")),
        f"{lldp.REM_PORT}.{row}": ber.octets(b"GE0/0/9"),
        f"{lldp.REM_SYS_NAME}.{row}": ber.octets(system),
    }


def asked(agent: Agent, column: str) -> int:
    """How many requests asked for a column."""
    return sum(any(f"{oid}.".startswith(f"{column}.") for oid in request.oids) for request in agent.requests)


def test_everything_that_a_device_tells_of_itself_is_found() -> None:
    objects = router({1: "up1", 2: "lan1"}) | chassis() | heard(2, b"office")
    objects |= {
        f"{IF_PHYS_ADDRESS}.1": ber.octets(bytes.fromhex("488eef7166e1")),
        f"{oids.IF_ALIAS}.1": ber.octets("至省核心".encode("gb18030")),
        f"{bgp.STANDARD.state}.10.0.0.2": ber.integer(6),
        f"{bgp.STANDARD.remote_as}.10.0.0.2": ber.integer(65_001),
    }

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            found = await take(talk)
        assert (found.identity.name, found.identity.description) == ("r1", "测试路由器")
        assert (found.identity.location, found.identity.object_id) == ("昆明", "1.3.6.1.4.1.99999.1")
        assert (found.identity.model, found.identity.serial, found.identity.version) == ("YN3000", "SN-1", "V2R5")
        assert [(one.name, one.raw.mac, one.raw.alias) for one in found.interfaces] == [
            ("up1", "48:8e:ef:71:66:e1", "至省核心"),
            ("lan1", "", ""),
        ]
        assert [(one.kind, one.serial) for one in found.modules] == [("chassis", "SN-1")]
        assert [(one.local_interface, one.system) for one in found.neighbours] == [("lan1", "office")]
        assert [(one.neighbour, one.remote_as, one.seen) for one in found.peers] == [("10.0.0.2", 65_001, T0)]
        assert (found.last_change, found.found, found.missing, found.at) == (7, 2, frozenset(), T0)

    run(play)


def test_interfaces_that_are_not_polled_are_known_all_the_same() -> None:
    objects = router({1: "up1", 2: "Loopback0"}) | {f"{oids.IF_TYPE}.2": ber.integer(24)}

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            found = await take(talk, declared=("up1", "up2"))
            assert [one.name for one in found.interfaces] == ["up1"]
            assert [one.name for one in found.others] == ["Loopback0"]
            assert found.missing == {"up2"}

    run(play)


def test_tables_whose_stamp_has_not_moved_are_not_walked_again() -> None:
    stamps = {MODULES: ber.ticks(500), NEIGHBOURS: ber.ticks(600), COUNT: ber.integer(2)}
    objects = router({1: "up1", 2: "lan1"}) | chassis() | heard(2, b"office") | stamps

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            first = await take(talk)
            cost = len(agent.requests)
            agent.requests.clear()
            agent.objects[f"{oids.IF_ALIAS}.1"] = ber.octets(b"renewed")
            agent.objects[f"{oids.IF_HIGH_SPEED}.1"] = ber.integer(10_000, 0x42)
            second = await take(talk, first, T0 + 6 * 3_600_000)
            walks = [request.oids[0] for request in agent.requests if request.kind == ber.GET_BULK]
            assert not {oids.IF_OPER_STATUS, modules.CLASS, lldp.REM_CHASSIS} & set(walks)
            assert len(agent.requests) < cost
            assert (second.modules, second.neighbours) == (first.modules, first.neighbours)
            # What may change in a row is read anew.
            assert (second.interfaces[0].raw.alias, second.interfaces[0].raw.speed) == ("renewed", 10**10)
            assert second.interfaces[0].columns == first.interfaces[0].columns
            assert second.interfaces[0].stamp == first.interfaces[0].stamp

    run(play)


@pytest.mark.parametrize(
    ("stamp", "value", "column"),
    [
        (oids.IF_TABLE_LAST_CHANGE, ber.ticks(8), oids.IF_OPER_STATUS),
        (COUNT, ber.integer(3), oids.IF_OPER_STATUS),
        (MODULES, ber.ticks(501), modules.CLASS),
        (NEIGHBOURS, ber.ticks(601), lldp.REM_CHASSIS),
    ],
)
def test_a_table_whose_stamp_moved_is_walked(stamp: str, value: bytes, column: str) -> None:
    stamps = {MODULES: ber.ticks(500), NEIGHBOURS: ber.ticks(600), COUNT: ber.integer(1)}

    async def play() -> None:
        async with agent_with(router({1: "up1"}) | chassis() | stamps) as agent, talking(agent) as talk:
            first = await take(talk)
            agent.requests.clear()
            agent.objects[stamp] = value
            await take(talk, first)
            assert asked(agent, column) >= 1

    run(play)


def test_without_trust_or_after_a_day_everything_is_walked_whatever_the_stamps_say() -> None:
    stamps = {MODULES: ber.ticks(0), NEIGHBOURS: ber.ticks(0), COUNT: ber.integer(1)}

    async def play() -> None:
        async with agent_with(router({1: "up1"}, last_change=0) | stamps) as agent, talking(agent) as talk:
            first = await take(talk)
            second = await take(talk, first, T0 + TRUST - 1)
            assert second.walked_at == T0
            for before, now in ((first.distrusted(), T0 + 1), (second, T0 + TRUST)):
                agent.requests.clear()
                third = await take(talk, before, now)
                assert third.walked_at == now
                assert [request.oids[0] for request in agent.requests if request.kind == ber.GET_BULK].count(
                    modules.CLASS
                ) == 1

    run(play)


def test_a_port_that_is_switched_on_is_polled_without_a_walk() -> None:
    objects = router({1: "up1", 2: "lan1"}) | {f"{oids.IF_ADMIN_STATUS}.2": ber.integer(2)}

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            first = await take(talk)
            assert [one.name for one in first.interfaces] == ["up1"]
            agent.objects[f"{oids.IF_ADMIN_STATUS}.2"] = ber.integer(1)
            second = await take(talk, first)
            new = second.interfaces[1]
            assert (new.name, new.wide, new.stamp) == ("lan1", True, (f"{oids.IF_NAME}.2", b"lan1"))

    run(play)


def test_a_port_that_was_renamed_under_an_unmoved_stamp_is_seen() -> None:
    async def play() -> None:
        async with agent_with(router({1: "up1", 2: "lan1"})) as agent, talking(agent) as talk:
            first = await take(talk)
            for column in (oids.IF_NAME, oids.IF_DESCR):
                agent.objects[f"{column}.2"] = ber.octets(b"wan9")
            second = await take(talk, first)
            assert [one.name for one in second.interfaces] == ["up1", "wan9"]

    run(play)


@pytest.mark.slow
@pytest.mark.parametrize("column", [modules.CLASS, lldp.REM_CHASSIS])
def test_an_agent_that_chokes_on_a_table_keeps_its_interfaces_and_what_was_known(column: str) -> None:
    def choke(agent: Agent, request: Request) -> list[bytes]:
        return [] if request.oids[0] == column else [agent.answer(request)]

    async def play() -> None:
        objects = router({1: "up1"}) | chassis() | heard(1, b"core")
        async with agent_with(objects) as agent, talking(agent, timeout=0.1) as talk:
            first = await take(talk)
            agent.behaviour = choke
            second = await take(talk, first)
            assert [one.name for one in second.interfaces] == ["up1"]
            assert (second.modules, second.neighbours) == (first.modules, first.neighbours)

    run(play)


def test_an_agent_that_dies_on_the_way_is_unanswered() -> None:
    async def play() -> None:
        async with agent_with(router({1: "up1"})) as agent, talking(agent, timeout=0.1) as talk:
            agent.script = [lambda agent, request: [agent.answer(request)]]
            agent.behaviour = silent
            with pytest.raises(Unanswered):
                await take(talk)

    run(play)


def test_rows_that_vanish_in_the_middle_leave_the_others_as_they_are() -> None:
    """Half of the ports are pulled once the walk has named them."""

    def vanish(agent: Agent, request: Request) -> list[bytes]:
        answer = agent.answer(request)
        if request.kind == ber.GET_BULK and request.oids[0].startswith(oids.IF_OPER_STATUS):
            for name in [name for name in agent.objects if name.endswith((".2", ".4"))]:
                del agent.objects[name]
        return [answer]

    async def play() -> None:
        async with agent_with(router({index: f"p{index}" for index in range(1, 6)})) as agent, talking(agent) as talk:
            agent.behaviour = vanish
            found = await take(talk)
            assert [(one.name, one.raw.index) for one in found.interfaces] == [("p1", 1), ("p3", 3), ("p5", 5)]

    run(play)


def test_a_table_that_never_ends_is_cut_and_the_rest_is_read() -> None:
    def endless(agent: Agent, request: Request) -> list[bytes]:
        if request.kind != ber.GET_BULK or not request.oids[0].startswith(lldp.REM_CHASSIS):
            return [agent.answer(request)]
        tail = request.oids[0].removeprefix(lldp.REM_CHASSIS).strip(".").split(".")
        start = int(tail[1]) if len(tail) > 1 else 0
        rows = range(start + 1, start + 1 + request.repetitions)
        return [ber.answer(request, [(f"{lldp.REM_CHASSIS}.9.{row}.1", ber.octets(b"x")) for row in rows])]

    async def play() -> None:
        async with agent_with(router({1: "up1"})) as agent, talking(agent) as talk:
            agent.behaviour = endless
            found = await take(talk)
            assert [one.name for one in found.interfaces] == ["up1"]
            assert len(found.neighbours) == lldp.MOST_NEIGHBOURS
            assert len(agent.requests) < 300

    run(play)


def test_a_table_that_leads_in_a_circle_ends() -> None:
    def circle(agent: Agent, request: Request) -> list[bytes]:
        if request.kind != ber.GET_BULK or not request.oids[0].startswith(modules.CLASS):
            return [agent.answer(request)]
        rows = [index % 3 + 1 for index in range(request.repetitions)]
        return [ber.answer(request, [(f"{modules.CLASS}.{row}", ber.integer(9)) for row in rows])]

    async def play() -> None:
        async with agent_with(router({1: "up1"})) as agent, talking(agent) as talk:
            agent.behaviour = circle
            found = await take(talk)
            assert [one.index for one in found.modules] == [1, 2, 3]

    run(play)


def test_of_very_many_modules_the_boxes_are_kept() -> None:
    objects = router({1: "up1"}) | chassis(index=900)
    objects |= {f"{modules.CLASS}.{index}": ber.integer(9) for index in range(1, 400)}

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            found = await take(talk)
            assert len(found.modules) == modules.MOST_MODULES
            assert found.identity.serial == "SN-1"

    run(play)


def test_a_neighbour_that_vanished_from_its_table_is_still_asked_for() -> None:
    objects = router({1: "up1"}) | {f"{bgp.STANDARD.state}.10.0.0.2": ber.integer(6)}

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            first = await take(talk)
            del agent.objects[f"{bgp.STANDARD.state}.10.0.0.2"]
            second = await take(talk, first, T0 + 1000)
            assert [(one.neighbour, one.seen) for one in second.peers] == [("10.0.0.2", T0)]

    run(play)
