"""The whole sample province in one process, on a stepped clock: what thousands of devices do at once."""

from collections import Counter
from random import Random

import pytest

from foundation.messages import State
from tests.system.scenarios.world import World
from topology.model import Role

pytestmark = pytest.mark.slow

CORES = {"530000-CR1", "530000-CR2"}
SOON = 30
"""Seconds in which a failure must be an incident."""


def mend(world: World) -> None:
    world.failures.dead.clear()
    world.live(90)
    assert {incident.state for incident in world.incidents()} == {"recovered"}
    assert world.alerts() == {}
    assert world.states() == {State.UP: len(world.network.devices)}


@pytest.mark.parametrize("restart_after", [None, 4, 12])
def test_a_failed_provincial_core_is_one_incident_and_at_most_three_messages_a_person(
    province: World, restart_after: int | None
) -> None:
    province.cpu = 0.0
    province.failures.dead = set(CORES)
    if restart_after is not None:
        province.live(restart_after)
        province.restart(off=5)
    took = province.until(lambda: province.states()[State.UNREACHABLE] == 2672, 2 * SOON, "everything is cut off")
    assert restart_after is not None or took <= SOON
    (incident,) = province.incidents()
    assert (incident.state, incident.fault_class, incident.agencies) == ("open", 1, 2511)
    assert province.firing() == {("device-down", core) for core in CORES}
    print(f"judging and acting took {province.cpu:.2f} s CPU")  # noqa: T201 - a figure for the log, not a check
    mend(province)
    assert len(province.incidents()) == 1
    assert max(province.told().values()) <= 3


def test_one_of_two_cores_is_one_incident_and_its_lines_are_explained_by_it(province: World) -> None:
    province.failures.dead = {"530000-CR1"}
    province.live(90)
    (incident,) = province.incidents()
    assert (incident.object_id, incident.state) == ("530000-CR1", "open")
    explained = [(rule, alert.suppressed_by) for (rule, _), alert in province.alerts().items() if alert.suppressed_by]
    assert Counter(explained) == {
        ("link-down", "device:530000-CR1"): 33, ("uplink-redundancy-lost", "device:530000-CR1"): 32
    }  # fmt: skip
    mend(province)
    assert max(province.told().values()) <= 3


@pytest.mark.parametrize(("tells_dead", "restart_after"), [(False, None), (True, 5), (True, 30)])
def test_a_power_cut_of_a_county_without_a_common_parent_is_one_incident(
    province: World, *, tells_dead: bool, restart_after: int | None
) -> None:
    """The county's router has a battery; the sites around it have none."""
    sites = {one.id for one in province.network.devices.values() if one.role is Role.ACCESS and one.county == "530627"}
    province.failures.tells_dead = tells_dead
    province.failures.dead = sites
    if restart_after is not None:
        province.live(restart_after)
        province.restart()
    province.live(60)
    (incident,) = province.incidents()
    assert (incident.object_kind, incident.object_id, incident.agencies) == ("area", "530627", len(sites))
    mend(province)
    assert len(province.incidents()) == 1
    assert set(province.told().values()) == {2}, "once that it is so, once that it is over"


def test_three_hundred_agencies_that_fail_independently_are_three_hundred_incidents(province: World) -> None:
    """Within two minutes, in all counties, with a restart in the middle; their lines' other ends stay up."""
    access = sorted(one.id for one in province.network.devices.values() if one.role is Role.ACCESS)
    failing = Random(7).sample(access, 300)
    province.failures.tells_dead = False
    for number, device in enumerate(failing):
        province.failures.dead.add(device)
        if number % 3 == 0:
            province.live(1)
        if number == 150:
            province.restart()
    province.live(40)
    assert sorted(incident.object_id for incident in province.incidents()) == sorted(failing)
    assert {incident.agencies for incident in province.incidents()} == {1}
    assert province.states()[State.DOWN] == 300
    mend(province)
    assert len(province.incidents()) == 300
