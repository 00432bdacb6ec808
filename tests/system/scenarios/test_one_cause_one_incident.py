"""One cause is one incident, whatever fails and whenever the platform is killed. In one process, on a stepped clock."""

import pytest

from alerting.maintenance.targets import TargetKind
from foundation.clock import MINUTE
from foundation.messages import State
from tests.alerting.windows import planned
from tests.system.scenarios.cases import CASES, Case
from tests.system.scenarios.world import World


def play(world: World, case: Case, *, restart_after: int | None = None) -> None:
    """Let it happen; `restart_after` seconds after the last step the platform is killed and started again."""
    for after, step in case.steps:
        world.live(after)
        step(world.failures)
    killed(world, restart_after)
    world.live(case.lasts)


def killed(world: World, after: int | None) -> None:
    """After so many seconds the platform is killed and started again; None leaves it running."""
    if after is not None:
        world.live(after)
        world.restart()


def came_of_it(world: World) -> tuple[list[str], int]:
    incidents = world.incidents()
    # Whichever core is noticed first leads; they are one trouble.
    causes = ["core-1" if one.object_id == "core-2" else one.object_id for one in incidents]
    return sorted(causes), max(incident.most_agencies for incident in incidents)


def mend(world: World) -> None:
    world.failures.dead.clear()
    world.failures.cut.clear()
    world.live(120)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_cause_is_one_incident_with_all_that_it_cuts_off_and_recovers_by_itself(world: World, case: Case) -> None:
    play(world, case)
    assert came_of_it(world) == (list(case.causes), case.agencies)
    assert max(world.told().values()) <= case.most_told
    mend(world)
    assert came_of_it(world) == (list(case.causes), case.agencies)
    assert {incident.state for incident in world.incidents()} == {"recovered"}
    assert world.alerts() == {}
    assert set(world.states()) == {State.UP}


@pytest.mark.slow
@pytest.mark.parametrize("restart_after", [2, 9, 40])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_restart_in_the_middle_makes_no_other_incident_and_calls_nobody_again(
    world: World, case: Case, restart_after: int
) -> None:
    play(world, case, restart_after=restart_after)
    assert came_of_it(world) == (list(case.causes), case.agencies)
    assert max(world.told().values()) <= case.most_told
    mend(world)
    assert came_of_it(world) == (list(case.causes), case.agencies)
    assert {incident.state for incident in world.incidents()} == {"recovered"}
    assert world.alerts() == {}


@pytest.mark.slow
def test_a_child_that_is_noticed_before_its_parent_is_never_told(world: World) -> None:
    """Whatever the order in which the collector comes to look at them."""
    for _ in range(5):
        world.failures.dead = {"county-a"}
        world.live(47)
        assert world.firing() == {("device-down", "county-a")}
        world.failures.dead = set()
        world.live(104)  # seldom enough not to flap
    assert world.causes() == ["county-a"]
    assert world.incidents()[0].relapses == 4


@pytest.mark.slow
@pytest.mark.parametrize("phase", [1, 2])
def test_a_restart_while_a_child_waits_for_the_word_on_its_parent_tells_the_parent_alone(
    world: World, phase: int
) -> None:
    """`phase` is where the collector's round stands: the children's misses are confirmed, the parent's is not yet."""
    world.live(phase)
    world.failures.dead = {"county-a"}
    world.until(lambda: world.held, 15, "a child waits")
    assert world.incidents() == []
    world.restart()
    world.live(60)
    (incident,) = world.incidents()
    assert (incident.object_id, incident.agencies) == ("county-a", 3)
    assert world.firing() == {("device-down", "county-a")}
    mend(world)
    assert world.causes() == ["county-a"]
    assert world.alerts() == {}
    assert set(world.told().values()) == {2}, "once that it is so, once that it is over"


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if len(case.steps) > 1], ids=str)
def test_a_restart_between_two_failures_changes_nothing_either(world: World, case: Case) -> None:
    """The second thing fails while the platform, just started, still looks around."""
    (_, first), (after, second), *others = case.steps
    first(world.failures)
    killed(world, after - 10)
    world.live(10)
    second(world.failures)
    for later, step in others:
        world.live(later)
        step(world.failures)
    world.live(case.lasts)
    assert came_of_it(world) == (list(case.causes), case.agencies)
    assert max(world.told().values()) <= case.most_told
    mend(world)
    assert {incident.state for incident in world.incidents()} == {"recovered"}
    assert world.alerts() == {}


@pytest.mark.slow
@pytest.mark.parametrize("tells_dead", [False, True])
@pytest.mark.parametrize("restart_after", [None, 2, 12, 30])
def test_a_parent_that_returns_leaves_its_dead_child_an_alarm_of_its_own(
    world: World, restart_after: int | None, *, tells_dead: bool
) -> None:
    world.failures.tells_dead = tells_dead
    world.failures.dead = {"county-a", "a1"}
    world.live(60)
    assert world.causes() == ["county-a"]
    world.failures.dead = {"a1"}
    killed(world, restart_after)
    world.live(60)
    assert [(one.object_id, one.state) for one in world.incidents()] == [
        ("county-a", "recovered"),
        ("a1:county-a" if tells_dead else "a1", "open"),
    ]
    assert world.state("a1") is (State.UNREACHABLE if tells_dead else State.DOWN)


@pytest.mark.slow
@pytest.mark.parametrize("killed_in", ["", "the work", "its end"])
@pytest.mark.parametrize("tells_dead", [False, True])
def test_after_planned_work_what_is_still_down_is_one_incident_and_all_else_is_silence(
    world: World, *, tells_dead: bool, killed_in: str
) -> None:
    now = world.clock.now()
    planned(world.records, world.network, now, TargetKind.DIVISION, "530627", now, now + 5 * MINUTE)
    world.failures.tells_dead = tells_dead
    world.live(10)
    world.failures.dead = {"county-a", "a1", "a2"}
    world.live(100)
    if killed_in == "the work":
        world.restart()
    world.failures.dead = {"a1"}
    world.live(80)
    if killed_in == "its end":
        world.restart(off=120)  # the window ends meanwhile
    assert world.incidents() == []
    world.live(170)
    (incident,) = world.incidents()
    assert (incident.object_id, incident.agencies) == ("a1:county-a" if tells_dead else "a1", 1)
    world.failures.dead = set()
    world.live(90)
    assert [incident.state for incident in world.incidents()] == ["recovered"]
    world.live(130)  # a line's recovery is told once it has stayed for two minutes
    assert set(world.told().values()) == {2}, "once that it is so, once that it is over"
