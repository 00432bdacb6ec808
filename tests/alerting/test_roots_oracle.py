"""The alarm set is exactly the roots: the judge against an oracle that tries every path, on random networks.

The oracle shares nothing with the judge: it knows what truly failed, and finds each device's paths one by one.
"""

from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.changes import ObjectKind
from alerting.reachability.decide import SEVERAL
from foundation.clock import SECOND
from foundation.messages import Observation, State
from tests.alerting.reachability.graphs import (
    Failures,
    Trouble,
    build,
    failures,
    has_path,
    redundant_networks,
    troubles,
)
from tests.alerting.reachability.oracle import Oracle, Truth
from tests.alerting.test_judging_invariants import PATIENCE, World
from topology.network import Network

CONFIRM: Final = 6
"""Seconds from a device's first miss to its confirmation."""


def answers(world: World, device: str) -> bool:
    """Whether a device lives and some path of living devices and whole links leads to it."""
    return device not in world.dead and has_path(world.network, device, world.dead, world.cut)


def alarms(world: World) -> tuple[set[str], set[str]]:
    """The devices and the links on which alarms fire."""
    return world.firing(ObjectKind.DEVICE), world.firing(ObjectKind.LINK)


def never_rooted(world: World) -> set[str]:
    """Devices to which the topology knows no way at all: nothing can explain their silence."""
    return {device for device in world.network.devices if not has_path(world.network, device, set(), set())}


@pytest.mark.slow
@given(troubles(), st.integers(0, 2**16))
@settings(max_examples=25, deadline=None)
def test_when_devices_die_the_alarms_are_the_dead_ones_to_whose_door_a_path_leads(trouble: Trouble, seed: int) -> None:
    world = World(trouble.network, seed)
    world.live(30)
    world.dead = trouble.dead
    world.live(PATIENCE)
    roots = {device for device in world.dead if has_path(world.network, device, world.dead, set())}
    assert alarms(world) == (roots | never_rooted(world), set())
    for device in world.network.devices:
        expected = State.DOWN if device in roots | never_rooted(world) else State.UNREACHABLE
        state = world.state(device)
        assert state.value in ("up", "degraded") if answers(world, device) else state is expected, device


@pytest.mark.slow
@given(troubles(), st.integers(0, 2**16))
@settings(max_examples=25, deadline=None)
def test_when_lines_are_cut_the_alarms_are_the_lines_that_an_answering_device_can_tell(
    trouble: Trouble, seed: int
) -> None:
    """But for a device that lost its lines to several neighbours at once: that one is taken for the cause."""
    world = World(trouble.network, seed)
    world.live(30)
    world.cut = trouble.cut
    world.live(PATIENCE)
    links = world.network.links
    bereft = {
        device
        for device in world.network.devices
        if not answers(world, device)
        and len({step.device for step in world.network.neighbours(device) if answers(world, step.device)}) >= SEVERAL
    }
    told = {
        link
        for link in world.cut
        if (answers(world, links[link].upper) or answers(world, links[link].lower))
        and bereft.isdisjoint((links[link].upper, links[link].lower))
    }
    assert alarms(world) == (never_rooted(world) | bereft, told)


@pytest.mark.slow
@given(troubles(), st.integers(0, 2**16))
@settings(max_examples=10, deadline=None)
def test_whatever_failed_before_the_alarms_of_a_mended_network_are_none(trouble: Trouble, seed: int) -> None:
    world = World(trouble.network, seed)
    world.live(30)
    world.dead, world.cut = trouble.dead, trouble.cut
    world.live(PATIENCE)
    world.dead = world.cut = frozenset()
    world.live(PATIENCE)
    assert alarms(world) == (never_rooted(world), set())


@dataclass
class LateWorld(World):
    """A world that is looked at as the real collector does: each device at its own pace, a miss confirmed by re-checks,
    and whoever the judge asks for at once. So a child is often noticed before its parent."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pace = {device: self.random.randint(4, 12) for device in self.network.devices}
        self.asked: set[str] = set()
        self.confirms: dict[str, int] = {}

    def due(self, second: int) -> list[str]:
        del second
        now = self.now // SECOND
        wanted = {device for device, pace in self.pace.items() if now % pace == 0} | self.asked
        wanted -= {device for device, at in self.confirms.items() if at > now}
        wanted |= {device for device, at in self.confirms.items() if at == now}
        order = sorted(wanted)
        self.random.shuffle(order)
        return order

    def look(self, device: str, alive: bool) -> Observation | None:
        now = self.now // SECOND
        self.asked.discard(device)
        if alive:
            self.confirms.pop(device, None)
        elif self.confirms.setdefault(device, now + CONFIRM) > now:
            self.missed.setdefault(device, self.now)
            return None
        return super().look(device, alive)

    def take(self) -> None:
        self.asked |= self.judge.journal.polls
        super().take()


@pytest.mark.slow
@given(redundant_networks(), st.data(), st.integers(0, 2**16), st.booleans())
@settings(max_examples=30, deadline=None)
def test_the_alarms_are_exactly_the_roots_whatever_dies_is_cut_or_mended_one_after_the_other(
    network: Network, data: st.DataObject, seed: int, tells_dead: bool
) -> None:
    """Devices and lines at once, partial repairs, in the order in which the collector happens to notice them."""
    world = LateWorld(network, seed, tells_dead=tells_dead)
    oracle = Oracle(network)
    now: Failures | None = None
    for number in range(data.draw(st.integers(2, 5))):
        if number:
            now = data.draw(failures(network, before=now))
            world.dead, world.cut = now.dead, now.cut
        world.live(PATIENCE)
        oracle.take(Truth(world.dead, world.cut, world.dark()))
        assert alarms(world) == (oracle.devices, oracle.links)
        for device in network.devices:
            expected = State.DOWN if device in oracle.devices else State.UNREACHABLE
            assert world.state(device) is expected if device in oracle.silent else world.state(device).is_served, device


def test_a_line_that_was_told_down_keeps_its_alarm_when_another_way_to_its_end_turns_out_to_be_dead() -> None:
    world = LateWorld(build(2, 2, {(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}), 44)
    world.live(30)
    world.dead, world.cut = frozenset({"d0", "d2", "d3"}), frozenset({"d2:d1", "d3:d0", "d3:d1"})
    world.live(PATIENCE)
    assert alarms(world) == ({"d0"}, {"d2:d1", "d3:d1"})
    world.dead, world.cut = frozenset({"d1", "d2", "d3"}), frozenset({"d2:d0", "d2:d1"})
    world.live(PATIENCE)
    assert alarms(world) == ({"d1", "d3"}, {"d2:d0", "d2:d1"})


def test_a_line_lost_again_behind_a_dead_device_is_not_as_old_as_the_word_that_the_device_died_with() -> None:
    world = LateWorld(build(1, 2, {(0, 1), (0, 2), (1, 2)}), 0)
    oracle = Oracle(world.network)
    for dead, cut in ((set(), set()), (set(), {"d1:d0"}), ({"d1"}, set()), (set(), {"d1:d0", "d2:d0"})):
        world.dead, world.cut = frozenset(dead), frozenset(cut)
        world.live(PATIENCE)
        oracle.take(Truth(world.dead, world.cut, world.dark()))
        assert alarms(world) == (oracle.devices, oracle.links)
    assert alarms(world) == ({"d1"}, {"d2:d0"})
