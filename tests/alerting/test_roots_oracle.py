"""The alarm set is exactly the roots: the judge against an oracle that tries every path, on random networks.

The oracle shares nothing with the judge: it knows what truly failed, and finds each device's paths one by one.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.changes import ObjectKind
from foundation.messages import State
from tests.alerting.reachability.graphs import Trouble, has_path, troubles
from tests.alerting.test_judging_invariants import PATIENCE, World


def answers(world: World, device: str) -> bool:
    """Whether a device lives and some path of living devices and whole links leads to it."""
    return device not in world.dead and has_path(world.network, device, world.dead, world.cut)


def alarms(world: World) -> tuple[set[str], set[str]]:
    """The devices and the links on which alarms fire."""
    return world.firing(ObjectKind.DEVICE), world.firing(ObjectKind.LINK)


def never_rooted(world: World) -> set[str]:
    """Devices to which the topology knows no way at all: nothing can explain their silence."""
    return {device for device in world.network.devices if not has_path(world.network, device, set(), set())}


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


@given(troubles(), st.integers(0, 2**16))
@settings(max_examples=25, deadline=None)
def test_when_lines_are_cut_the_alarms_are_the_lines_that_an_answering_device_can_tell(
    trouble: Trouble, seed: int
) -> None:
    world = World(trouble.network, seed)
    world.live(30)
    world.cut = trouble.cut
    world.live(PATIENCE)
    links = world.network.links
    told = {link for link in world.cut if answers(world, links[link].upper) or answers(world, links[link].lower)}
    assert alarms(world) == (never_rooted(world), told)


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
