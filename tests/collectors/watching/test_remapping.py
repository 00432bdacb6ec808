"""History follows the name: whatever becomes of the ifIndex, an interface's counters are never another's."""

from dataclasses import replace

import pytest

from collectors.facts.document import read, write
from collectors.snmp import oids
from collectors.snmp.inventory import bgp, ospf
from foundation.clock import HOUR, SECOND
from foundation.messages import CounterVerdict, Observation
from tests.collectors import ber
from tests.collectors.agent import router
from tests.collectors.watching.scene import Scene, run, scene

MINUTE = 60 * SECOND
NORMAL, FIRST, RESET = CounterVerdict.NORMAL, CounterVerdict.FIRST, CounterVerdict.RESET


def rates(observation: Observation) -> dict[str, tuple[CounterVerdict, float | None]]:
    return {reading.name: (reading.verdict, reading.in_bps) for reading in observation.interfaces}


def lay(stage: Scene, ports: dict[int, str], octets: dict[str, int], last_change: int | None = 7) -> None:
    """Give the agent these ports, each with its counter, and no others."""
    kept = {name: value for name, value in stage.agent.objects.items() if not name.startswith(COLUMNS)}
    objects = router(ports, last_change=last_change)
    stage.agent.objects = kept | {name: value for name, value in objects.items() if name.startswith(COLUMNS)}
    if last_change is not None:
        stage.agent.objects[oids.IF_TABLE_LAST_CHANGE] = ber.ticks(last_change)
    for index, name in ports.items():
        stage.agent.set_port(index, IF_HC_IN_OCTETS=ber.counter64(octets[name]), IF_HC_OUT_OCTETS=ber.counter64(0))


COLUMNS = ("1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.")
A_MBIT = 7_500_000
"""Octets a minute that are 1 Mbit/s."""


@pytest.mark.parametrize("last_change", [7, None], ids=["with a stamp", "without one"])
def test_after_a_restart_with_shuffled_indexes_each_name_goes_on_with_its_own_counters(last_change: int | None) -> None:
    async def play() -> None:
        async with scene(router({1: "up1", 2: "lan1", 3: "lan2"}, last_change=last_change)) as stage:
            lay(stage, {1: "up1", 2: "lan1", 3: "lan2"}, {"up1": 10, "lan1": 20, "lan2": 30}, last_change)
            await stage.look(full=True)
            stage.step(30 * SECOND)
            stage.agent.restart()
            lay(stage, {1: "lan2", 2: "up1", 3: "lan1"}, {"up1": 0, "lan1": 0, "lan2": 0}, last_change)
            *_, found = await stage.look(full=True, tick=False)
            assert rates(found) == dict.fromkeys(("up1", "lan1", "lan2"), (RESET, None))
            octets = {"up1": A_MBIT, "lan1": 2 * A_MBIT, "lan2": 3 * A_MBIT}
            lay(stage, {1: "lan2", 2: "up1", 3: "lan1"}, octets, last_change)
            (found,) = await stage.look(full=True, after=MINUTE)
            assert rates(found) == {"up1": (NORMAL, 1e6), "lan1": (NORMAL, 2e6), "lan2": (NORMAL, 3e6)}

    run(play)


@pytest.mark.slow
@pytest.mark.parametrize("last_change", [7, None], ids=["with a stamp", "without one"])
def test_a_line_card_that_was_pulled_and_put_back_under_other_indexes_begins_anew_and_disturbs_no_other(
    last_change: int | None,
) -> None:
    async def play() -> None:
        card = {11: "card0", 12: "card1"}
        octets = {"up1": 0, "card0": 5_000, "card1": 6_000}
        async with scene(router({1: "up1"} | card, last_change=last_change)) as stage:
            lay(stage, {1: "up1"} | card, octets, last_change)
            await stage.look(full=True)
            lay(stage, {1: "up1"}, {"up1": A_MBIT}, None if last_change is None else 8)
            *_, found = await stage.look(full=True, after=MINUTE)
            # Without a stamp the loss shows only when up1 has been read already: it is read anew at once, and over so
            # short a time there is no rate.
            assert rates(found) == {"up1": (FIRST, None) if last_change is None else (NORMAL, 1e6)}
            # Back in another slot's index range, crosswise, with counters that began anew.
            back = {1: "up1", 21: "card1", 22: "card0"}
            lay(stage, back, {"up1": 2 * A_MBIT, "card0": 9_000, "card1": 7}, None if last_change is None else 9)
            # Without a stamp only the next inventory can know of ports that came back.
            *_, found = await stage.look(full=True, after=MINUTE if last_change is not None else 6 * HOUR)
            assert rates(found)["card0"] == (FIRST, None)
            assert rates(found)["card1"] == (FIRST, None)
            later = {"up1": 3 * A_MBIT, "card0": 9_000 + A_MBIT, "card1": 7 + 2 * A_MBIT}
            lay(stage, back, later, None if last_change is None else 9)
            (found,) = await stage.look(full=True, after=MINUTE)
            assert rates(found)["card0"] == (NORMAL, 1e6)
            assert rates(found)["card1"] == (NORMAL, 2e6)

    run(play)


@pytest.mark.slow
def test_an_interface_whose_ifname_changed_while_its_ifdescr_stayed_keeps_its_name_and_its_history() -> None:
    """A new software writes GigabitEthernet0/0/2 where the old one wrote lan1; the description tells the port."""

    async def play() -> None:
        async with scene() as stage:
            lay(stage, {1: "up1", 2: "lan1"}, {"up1": 0, "lan1": 0})
            stage.agent.objects[f"{oids.IF_DESCR}.2"] = ber.octets(b"Port 2 of the main board")
            await stage.look(full=True)
            for change, minute in ((8, 1), (9, 2), (9, 3)):
                lay(stage, {1: "up1", 2: "lan1"}, {"up1": 0, "lan1": minute * A_MBIT}, change)
                stage.agent.objects[f"{oids.IF_DESCR}.2"] = ber.octets(b"Port 2 of the main board")
                stage.agent.objects[f"{oids.IF_NAME}.2"] = ber.octets(b"GigabitEthernet0/0/2")
                *_, found = await stage.look(full=True, after=MINUTE)
                assert rates(found) == {"up1": (NORMAL, 0.0), "lan1": (NORMAL, 1e6)}

    run(play)


@pytest.mark.slow
def test_the_name_that_was_kept_through_a_renaming_outlives_a_restart_of_the_platform() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.objects[f"{oids.IF_DESCR}.2"] = ber.octets(b"Port 2 of the main board")
            await stage.look(full=True)
            stage.agent.objects[f"{oids.IF_NAME}.2"] = ber.octets(b"GigabitEthernet0/0/2")
            stage.agent.objects[oids.IF_TABLE_LAST_CHANGE] = ber.ticks(8)
            await stage.look(full=True, after=MINUTE)
            kept = stage.inventories[-1]
            objects = stage.agent.objects
        async with scene(objects) as stage:
            stage.memory.inventory = read(write(kept), kept.at)
            *_, found = await stage.look(full=True)
            assert set(rates(found)) == {"up1", "lan1"}

    run(play)


def test_an_interface_that_took_anothers_name_takes_the_history_of_that_name_and_not_of_its_index() -> None:
    """Names were exchanged on the device: the series of a name goes on, whichever port bears it now."""

    async def play() -> None:
        async with scene() as stage:
            lay(stage, {1: "up1", 2: "lan1"}, {"up1": 1_000_000, "lan1": 50})
            await stage.look(full=True)
            lay(stage, {1: "lan1", 2: "up1"}, {"up1": 60, "lan1": 1_000_100}, 8)
            *_, found = await stage.look(full=True, after=MINUTE)
            # up1's counter fell: the whole is no rate, and never a spike of its neighbour's.
            assert rates(found)["up1"] == (RESET, None)

    run(play)


def test_two_interfaces_of_one_name_are_told_apart_by_their_descriptions() -> None:
    async def play() -> None:
        async with scene() as stage:
            lay(stage, {1: "up1", 2: "dsl", 3: "dsl"}, {"up1": 0, "dsl": 0})
            for index, text in ((2, b"slot 2"), (3, b"slot 3")):
                stage.agent.objects[f"{oids.IF_DESCR}.{index}"] = ber.octets(text)
            await stage.look(full=True)
            lay(stage, {1: "up1", 2: "dsl", 3: "dsl"}, {"up1": 0, "dsl": 0}, 8)
            for index, text, octets in ((2, b"slot 3", 2 * A_MBIT), (3, b"slot 2", A_MBIT)):
                stage.agent.objects[f"{oids.IF_DESCR}.{index}"] = ber.octets(text)
                stage.agent.set_port(index, IF_HC_IN_OCTETS=ber.counter64(octets))
            *_, found = await stage.look(full=True, after=MINUTE)
            assert rates(found) == {"up1": (NORMAL, 0.0), "slot 2": (NORMAL, 1e6), "slot 3": (NORMAL, 2e6)}

    run(play)


def test_a_discontinuity_that_the_agent_tells_is_told_apart_from_a_restart() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.set_port(1, IF_DISCONTINUITY=ber.ticks(99_000))
            (found,) = await stage.look(full=True, after=MINUTE)
            assert rates(found)["up1"] == (CounterVerdict.DISCONTINUITY, None)
            assert rates(found)["lan1"] == (NORMAL, 0.0)

    run(play)


def test_32_bit_counters_that_pass_their_end_give_their_rate_across_the_clocks_own_wrap() -> None:
    narrow = {
        f"{column}.{index}": ber.counter32(2**32 - 1_000)
        for column in (oids.IF_IN_OCTETS, oids.IF_OUT_OCTETS)
        for index in (1, 2)
    }

    async def play() -> None:
        objects = router({1: "up1", 2: "lan1"}, uptime=2**32 - 3_000) | narrow
        for column in (oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS):
            for index in (1, 2):
                del objects[f"{column}.{index}"]
        for index in (1, 2):
            objects[f"{oids.IF_HIGH_SPEED}.{index}"] = ber.integer(100, 0x42)
        async with scene(objects) as stage:
            stage.agent.restart(2**32 - 3_000)
            await stage.look(full=True)
            stage.agent.set_port(1, IF_IN_OCTETS=ber.counter32(A_MBIT - 1_000))
            (found,) = await stage.look(full=True, after=MINUTE)
            assert not found.restarted
            assert rates(found)["up1"] == (CounterVerdict.WRAP, 1e6)

    run(play)


@pytest.mark.slow
def test_a_routing_neighbour_that_vanishes_reads_as_gone_at_the_next_look_and_at_all_after_it() -> None:
    peers = {
        f"{bgp.STANDARD.state}.10.0.0.2": ber.integer(6),
        f"{bgp.STANDARD.enabled}.10.0.0.2": ber.integer(2),
        f"{bgp.STANDARD.since}.10.0.0.2": ber.integer(500, 0x42),
        f"{ospf.STATE}.10.0.0.6.0": ber.integer(8),
    }

    async def play() -> None:
        async with scene(router({1: "up1", 2: "lan1"}) | peers) as stage:
            *_, found = await stage.look(full=True)
            assert [(one.neighbour, one.state, one.up, one.since_s) for one in found.routing] == [
                ("10.0.0.2", "established", True, 500),
                ("10.0.0.6", "full", True, None),
            ]
            del stage.agent.objects[f"{ospf.STATE}.10.0.0.6.0"]
            (found,) = await stage.look(full=True, after=MINUTE)
            assert [(one.state, one.up) for one in found.routing] == [("established", True), ("gone", False)]
            # The next inventory does not list it any more, nor does a restart of the agent forget it.
            *_, found = await stage.look(full=True, after=6 * HOUR)
            assert [one.state for one in found.routing] == ["established", "gone"]
            stage.agent.restart()
            *_, found = await stage.look(full=True, after=MINUTE, tick=False)
            assert [one.state for one in found.routing] == ["established", "gone"]
            stage.agent.objects[f"{ospf.STATE}.10.0.0.6.0"] = ber.integer(8)
            (found,) = await stage.look(full=True, after=MINUTE)
            assert [one.up for one in found.routing] == [True, True]

    run(play)


@pytest.mark.slow
def test_a_neighbour_that_died_while_the_platform_was_down_is_gone_when_it_is_back() -> None:
    async def play() -> None:
        async with scene(router({1: "up1"}) | {f"{ospf.STATE}.10.0.0.6.0": ber.integer(8)}) as stage:
            await stage.look(full=True)
            kept = stage.inventories[-1]
        async with scene(router({1: "up1"})) as stage:
            stage.memory.inventory = read(write(kept), kept.at)
            *_, found = await stage.look(full=True)
            assert [(one.neighbour, one.state) for one in found.routing] == [("10.0.0.6", "gone")]
            # A week later its absence is what the operators wanted.
            stage.memory.inventory = replace(kept, peers=tuple(replace(one, seen=1) for one in kept.peers))
            stage.memory.distrust()
            *_, found = await stage.look(full=True, after=MINUTE)
            assert found.routing == ()

    run(play)
