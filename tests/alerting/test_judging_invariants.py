"""Random networks, random failures one after the other: what the judge must hold to at every moment.

The judge runs alone here: no database, no bus. Every five seconds every device is looked at in a random order, as it
truly is.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ChangeKind, ObjectKind
from alerting.judge.judge import Judge
from alerting.reachability.decide import SEVERAL
from alerting.settings import JudgingSettings
from alerting.timeline.network_rule import network_state
from alerting.timeline.site_rule import Part, site_state
from alerting.timeline.sites import sites
from alerting.timeline.track import Turn
from alerting.timeline.tracks import fresh_tracks
from foundation.clock import SECOND
from foundation.messages import CollectorBeat, Gateway, IfStatus, InterfaceReading, Observation, Reach, State
from tests.alerting.bench import default_rules
from tests.alerting.reachability.graphs import Trouble, has_path, troubles
from topology.network import Network

pytestmark = pytest.mark.slow

START = 1_000_000
PATIENCE = 120
"""Seconds until all must be judged right: a dead end's last word on its link counts for 75 s, a return has 23 s."""


@dataclass
class World:
    """A network with its true failures, and the judge that watches it."""

    network: Network
    seed: int
    now: int = START
    dead: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    was_dark: frozenset[str] = frozenset()
    """The links that did not carry before the present failures."""
    tells_dead: bool = False
    """Whether the ports of a dead device's neighbours tell that its lines are down."""
    missed: dict[str, int] = field(default_factory=dict)
    first_miss: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tracks, begun = fresh_tracks(self.network, START)
        self.devices = self.tracks.devices
        self.rows: dict[tuple[str, str], list[tuple[int, State]]] = {
            (effect.kind, effect.id): [(START, State.UNKNOWN)] for effect in begun
        }
        self.judge = Judge(
            self.network,
            default_rules(),
            JudgingSettings(),
            START,
            devices=self.devices,
            agencies=self.tracks.agencies,
            tracks=self.tracks,
        )
        self.random = Random(self.seed)
        self.alarms: list[tuple[ChangeKind, AlertKey]] = []

    def reachable(self) -> set[str]:
        return self.network.reachable(self.dead, self.cut)

    def look(self, device: str, alive: bool) -> Observation | None:
        """What a look finds; None for a miss that is not confirmed yet."""
        if not alive:
            since = self.missed.setdefault(device, self.now)
            return Observation(device, self.now, Reach.MISSED, missed_since=since)
        self.missed.pop(device, None)
        ports = tuple(
            InterfaceReading(name, IfStatus.UP, IfStatus.DOWN if self.is_dark(link.id) else IfStatus.UP)
            for link in self.network.links.values()
            for end, name in ((link.upper, link.upper_interface), (link.lower, link.lower_interface))
            if end == device
        )
        return Observation(device, self.now, Reach.ANSWERED, complete=True, interfaces=ports)

    def is_dark(self, link: str) -> bool:
        """Whether the ports of a link are down."""
        return link in self.cut or (self.tells_dead and not self.dead.isdisjoint(_ends(self.network, link)))

    def live(self, seconds: int) -> None:
        """Let time pass; looks are spread over it, a few devices each second. The collector's own gateway answers."""
        for second in range(seconds):
            self.now += SECOND
            gateway = Gateway(answers=True, since=START, at=self.now)
            self.judge.observe(
                [CollectorBeat(self.now, len(self.network.devices), 0, 0.0, 0, gateway=gateway)], self.now
            )
            reachable = self.reachable()
            for device in self.due(second):
                look = self.look(device, device in reachable)
                if look is not None:
                    self.judge.observe([look], self.now)
            self.judge.turn(self.now)
            self.take()

    def due(self, second: int) -> list[str]:
        """Whom the collector looks at in this second: everyone within five, in a random order."""
        order = sorted(self.network.devices)
        self.random.shuffle(order)
        return [device for number, device in enumerate(order) if number % 5 == second % 5 or second % 5 == 4]

    def dark(self) -> frozenset[str]:
        """The links whose ports are down."""
        return frozenset(link for link in self.network.links if self.is_dark(link))

    def take(self) -> None:
        """Apply the effects, as the writer would."""
        journal = self.judge.journal
        for effect in journal.intervals:
            rows = self.rows[effect.kind, effect.id]
            if effect.turn is Turn.REPLACE:
                rows.pop()
            assert not rows or rows[-1][0] < effect.start, "an interval would be empty, or reach behind another"
            assert effect.start <= self.now
            rows.append((effect.start, effect.state))
        self.alarms += [(effect.kind, effect.key) for effect in journal.alerts]
        journal.intervals.clear()
        journal.alerts.clear()
        journal.messages.clear()
        journal.take_polls()

    def firing(self, kind: ObjectKind) -> set[str]:
        return {
            alert.condition.key.object_id for alert in self.judge.book.of_kind(kind) if alert.state is AlertState.FIRING
        }

    def state(self, device: str) -> State:
        return self.devices.current(device).state


def check(world: World) -> None:
    """Nothing real is silent, and nothing that lives is blamed."""
    network = world.network
    reachable = world.reachable()
    down = world.firing(ObjectKind.DEVICE)
    links = world.firing(ObjectKind.LINK)
    for device in network.devices:
        state = world.state(device)
        if device in reachable:
            assert state.is_served, f"{device} answers"
            assert device not in down
            continue
        assert state in (State.DOWN, State.UNREACHABLE), f"{device} does not answer"
        if state is State.DOWN:
            assert device in down, f"{device} is down without an alarm"
        else:
            cause = world.devices.current(device).cause
            assert cause in down or cause in links, f"{device} is explained by {cause}, which raises no alarm"
        shows = not world.tells_dead or len(_lost_sides(world, device) - _long_lost(world, device)) >= SEVERAL
        if shows and device in world.dead and has_path(network, device, world.dead, world.cut):
            assert state is State.DOWN, f"{device} is dead and its door is open"
    told = {link for link in network.links if link in world.cut and {*_ends(network, link)} & reachable}
    for link in told - links:
        (alert,) = (one for one in world.judge.book.of_kind(ObjectKind.LINK) if one.condition.key.object_id == link)
        assert alert.suppressed_by.removeprefix("device:") in {*_ends(network, link)} & down


def _lost_sides(world: World, device: str) -> set[str]:
    """The neighbours that answer and tell that their lines to a device are down."""
    reachable = world.reachable()
    return {
        step.device
        for step in world.network.neighbours(device)
        if step.device in reachable and world.is_dark(step.link)
    }


def _long_lost(world: World, device: str) -> set[str]:
    """Of those, the ones whose line was lost before and did not come up since: such a line tells nothing new."""
    return {step.device for step in world.network.neighbours(device) if step.link in world.was_dark}


def check_followers(world: World) -> None:
    """The timelines that follow from others say what a look at everything says."""
    network, tracks = world.network, world.tracks
    reachable = world.reachable()
    for link in network.links:
        state = tracks.links.current(link).state
        if {*_ends(network, link)} <= reachable and not world.is_dark(link):
            assert state.is_served, f"{link} carries"
        else:
            assert state in (State.DOWN, State.UNREACHABLE), f"{link} does not carry, and is {state}"
        if link in world.cut and not reachable.isdisjoint(_ends(network, link)):
            blamed = any(world.state(end) is State.DOWN for end in _ends(network, link))
            assert blamed or state is State.DOWN, f"{link} is cut"
    for code, site in sites(network).items():
        routers = [Part(tracks.devices.current(one).state) for one in site.routers]
        uplinks = [Part(tracks.links.current(one).state) for one in site.uplinks]
        assert tracks.sites.current(code).state is site_state(routers, uplinks), code
    for name, private in network.private_networks.items():
        members = Counter(tracks.agencies.current(agency).state for agency in private.members)
        assert tracks.private_networks.current(name).state is network_state(members), name
    for rows in world.rows.values():
        assert all(state is not following for (_, state), (_, following) in pairwise(rows) if state is State.UNKNOWN)


def _ends(network: Network, link: str) -> tuple[str, str]:
    return network.links[link].upper, network.links[link].lower


@given(troubles(), st.data(), st.integers(0, 2**16), st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_real_failure_is_silent_and_nothing_that_answers_is_blamed(
    trouble: Trouble, data: st.DataObject, seed: int, tells_dead: bool
) -> None:
    network = trouble.network
    world = World(network, seed, tells_dead=tells_dead)
    world.live(30)
    for number in range(data.draw(st.integers(1, 3))):
        if number:
            world.was_dark = world.dark()
            world.dead = data.draw(st.frozensets(st.sampled_from(sorted(network.devices)), max_size=4))
            if network.links:
                world.cut = data.draw(st.frozensets(st.sampled_from(sorted(network.links)), max_size=3))
        else:
            world.dead, world.cut = trouble.dead, trouble.cut
        world.live(PATIENCE)
        check(world)
        check_followers(world)
    world.dead = world.cut = frozenset()
    world.live(PATIENCE)
    rooted = network.reachable()
    for device in rooted:
        assert world.state(device).is_served
    assert world.firing(ObjectKind.LINK) == set()
    assert world.firing(ObjectKind.DEVICE) == set(network.devices) - rooted


@given(troubles(), st.integers(0, 2**16))
@settings(max_examples=12, deadline=None)
def test_one_failure_of_each_root_is_told_once_and_its_victims_are_unreachable(trouble: Trouble, seed: int) -> None:
    """From health into trouble: each object is raised once, whatever the order in which its victims are noticed."""
    world = World(trouble.network, seed)
    world.live(30)
    world.alarms.clear()
    world.dead, world.cut = trouble.dead, trouble.cut
    world.live(PATIENCE)
    raised = [key for kind, key in world.alarms if kind is ChangeKind.RAISED]
    assert len(raised) == len(set(raised))
    rooted = world.network.reachable()
    victims = rooted - world.reachable() - trouble.dead
    # Whoever lost its lines to several neighbours in one moment is taken for the cause.
    victims = {device for device in victims if len(_lost_sides(world, device)) < SEVERAL}
    assert {world.state(device) for device in victims} <= {State.UNREACHABLE}
    assert victims.isdisjoint(world.firing(ObjectKind.DEVICE))
