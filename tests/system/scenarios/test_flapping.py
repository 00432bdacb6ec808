"""A line that comes and goes. An hour passes in seconds: the clock is stepped."""

import pytest

from tests.system.scenarios.world import World

pytestmark = pytest.mark.slow

LINE = "county-b:agg-2"
ROUNDS = 18
"""Of 200 seconds: an hour."""


@pytest.mark.parametrize("restarts", [False, True])
def test_a_line_that_flaps_for_an_hour_is_one_incident_and_two_messages(world: World, *, restarts: bool) -> None:
    for number in range(ROUNDS):
        world.failures.cut = {LINE}
        world.live(100)
        world.acknowledge()
        if restarts and number == ROUNDS // 2:
            world.restart()
        world.failures.cut = set()
        world.live(100)
    world.live(1500)
    (incident,) = world.incidents()
    assert (incident.object_id, incident.state) == (LINE, "recovered")
    assert world.alerts() == {}
    assert [message.kind for message in world.messages()] == ["opening", "recovery"]
