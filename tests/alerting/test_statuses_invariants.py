"""Neighbours and sensors under any order of looks: nothing healthy keeps an alert, nothing broken stays silent.

The judge runs alone here: no database, no bus.
"""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.judge import Judge
from alerting.settings import JudgingSettings
from alerting.timeline.track import AGENCY, DEVICE, Track
from foundation.clock import SECOND
from foundation.messages import (
    HealthReading,
    HealthStatus,
    LimitSource,
    Observation,
    Reach,
    RoutingReading,
)
from tests.alerting.bench import default_rules
from tests.networks import small_network

pytestmark = pytest.mark.slow

START = 1_000_000
NETWORK = small_network()
PAIRS = (("agg-1", "10.6.0.2"), ("agg-2", "10.6.0.1"), ("county-a", "192.0.2.1"))
"""Both ends of one session, and a session with a stranger."""


@dataclass(frozen=True)
class Step:
    """What one look at one device finds, and the time to the next look."""

    device: int
    reach: Reach
    session: str
    """`up`, `down`, `off` (shut down), `twice` (one row up, one down), or nothing: it is not listed."""
    status: HealthStatus | None
    restarted: bool
    wait: int


STEPS = st.builds(
    Step,
    st.integers(0, len(PAIRS) - 1),
    st.sampled_from([Reach.ANSWERED] * 6 + [Reach.MISSED, Reach.SILENT, Reach.REJECTED]),
    st.sampled_from(["up", "down", "down", "off", "twice", ""]),
    st.sampled_from([*HealthStatus, HealthStatus.CRITICAL, None]),
    st.sampled_from([False] * 9 + [True]),
    st.sampled_from([1, 10, 30, 60, 300, 900]),
)


class World:
    """The judge, and looks made by hand."""

    def __init__(self) -> None:
        self.now = START
        devices = Track(DEVICE, {})
        devices.begin(NETWORK.devices, START, "")
        self.judge = Judge(
            NETWORK, default_rules(), JudgingSettings(), START, devices=devices, agencies=Track(AGENCY, {})
        )
        for _ in range(3):
            self.everything()
            self.wait(10)

    def everything(self) -> None:
        """All devices answer; what the steps are about tells neither neighbours nor sensors."""
        self.judge.observe([Observation(device, self.now, Reach.ANSWERED) for device in NETWORK.devices], self.now)

    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND
        self.judge.turn(self.now)
        self.judge.journal.alerts.clear()
        self.judge.journal.intervals.clear()
        self.judge.journal.messages.clear()

    def play(self, step: Step) -> None:
        device, neighbour = PAIRS[step.device]
        if step.reach is not Reach.ANSWERED:
            found = Observation(device, self.now, step.reach, missed_since=self.now)
        else:
            states = {"up": [True], "down": [False], "off": [False], "twice": [True, False], "": []}[step.session]
            found = Observation(
                device,
                self.now,
                Reach.ANSWERED,
                complete=True,
                uptime_s=5.0 if step.restarted else 1e6,
                restarted=step.restarted,
                routing=tuple(RoutingReading("bgp", neighbour, "", up, step.session != "off") for up in states),
                health=()
                if step.status is None
                else (HealthReading("Fan 1", "fan", 1.0, "", step.status, limit_source=LimitSource.DEVICE),),
            )
        self.judge.observe([found], self.now)
        self.wait(step.wait)

    def healthy(self, seconds: int, *, up: bool = True) -> None:
        """Everything is looked at every ten seconds; each minute all is told, and all is well (or all is down)."""
        for second in range(0, seconds, 10):
            self.everything()
            if second % 60 == 0:
                for number in range(len(PAIRS)):
                    status = HealthStatus.OK if up else HealthStatus.CRITICAL
                    self.play(Step(number, Reach.ANSWERED, "up" if up else "down", status, False, 0))
            self.wait(10)

    def open(self, *states: AlertState) -> set[str]:
        kinds = (ObjectKind.NEIGHBOUR, ObjectKind.SENSOR)
        return {
            alert.condition.key.object_id
            for kind in kinds
            for alert in self.judge.book.of_kind(kind)
            if not states or alert.state in states
        }


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_order_of_looks_leaves_an_open_alert_on_what_is_healthy(steps: list[Step]) -> None:
    world = World()
    for step in steps:
        world.play(step)
    world.healthy(420)
    assert world.open() == set()
    assert world.judge.counts()[AlertState.PENDING] == 0


@given(st.lists(STEPS, max_size=30))
@settings(max_examples=60, deadline=None)
def test_no_order_of_looks_silences_what_is_broken(steps: list[Step]) -> None:
    """Whatever came before: a session and a fan that stay down are told; of two ends of one session, one of them."""
    world = World()
    for step in steps:
        world.play(step)
    world.healthy(420, up=False)
    firing = world.open(AlertState.FIRING)
    assert {f"{device}/fan/Fan 1" for device, _ in PAIRS} <= firing
    assert "county-a/bgp/192.0.2.1" in firing
    assert len(firing & {"agg-1/bgp/10.6.0.2", "agg-2/bgp/10.6.0.1"}) == 1
