"""What no failed router or line explains: a blind collector, a county without power. One incident each."""

import pytest

from foundation.messages import State
from tests.system.scenarios.world import World
from topology.model import Role


def played(world: World, seconds: int, restart_after: int | None) -> None:
    if restart_after is None:
        world.live(seconds)
    else:
        world.live(restart_after)
        world.restart()
        world.live(seconds - restart_after)


@pytest.mark.slow
@pytest.mark.parametrize("restart_after", [None, 3, 12, 60])
def test_a_blind_collector_is_one_incident_and_nothing_else_is_told_or_cleared(
    world: World, restart_after: int | None
) -> None:
    world.failures.dead = {"a1"}
    world.live(90)
    before, states = world.firing(), world.states()
    world.failures.blind = True
    played(world, 300, restart_after)
    assert world.firing() == {*before, ("collector-blind", "collector")}
    assert set(world.states()) == {State.UNKNOWN}
    assert len(world.incidents()) == 2
    world.failures.blind = False
    world.live(120)
    assert world.firing() == before
    assert [incident.state for incident in world.incidents()] == ["open", "recovered"]
    assert world.states() == states
    assert max(world.told().values()) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("restart_after", [None, 4, 40])
def test_a_county_without_power_is_one_incident_within_thirty_seconds(
    province: World, restart_after: int | None
) -> None:
    county = {
        device.id
        for device in province.network.devices.values()
        if device.role is Role.ACCESS and device.county == "530627"
    }
    province.failures.dead = set(county)
    if restart_after is None:
        took = province.until(province.firing, 60, "it is told")
        assert took <= 30
        province.live(60)
    else:
        played(province, 120, restart_after)
    (incident,) = province.incidents()
    assert (incident.object_kind, incident.object_id) == ("area", "530627")
    assert (incident.agencies, incident.state) == (len(county), "open")
    assert province.firing() == {("power-or-fibre-cut", "530627")}
    stays = sorted(county)[3]
    province.failures.dead = {stays}
    province.live(300)
    first, second = province.incidents()
    assert (first.state, second.state, second.agencies) == ("recovered", "open", 1)
    province.failures.dead.clear()
    province.live(90)
    assert {one.state for one in province.incidents()} == {"recovered"}
    assert province.states() == {State.UP: len(province.network.devices)}
    assert max(province.told().values()) <= 6


@pytest.mark.slow
def test_a_blind_collector_of_the_whole_province_is_one_incident_and_comes_back_without_a_storm(
    province: World,
) -> None:
    province.failures.blind = True
    took = province.until(province.firing, 60, "it is told")
    assert took <= 30
    assert province.firing() == {("collector-blind", "collector")}
    province.live(300)
    (incident,) = province.incidents()
    assert (incident.fault_class, incident.agencies) == (1, 0)
    assert province.states() == {State.UNKNOWN: len(province.network.devices)}
    province.failures.blind = False
    province.live(90)
    (incident,) = province.incidents()
    assert incident.state == "recovered"
    assert province.alerts() == {}
    assert province.states() == {State.UP: len(province.network.devices)}
    assert max(province.told().values()) <= 3
