"""Whatever happens in whatever order, an alert is explained by the first reason of the fixed order that holds.

An oracle knows which reasons hold at each moment; the book and the reasons' own judges must come to the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Flapping
from alerting.alerts.states import OPEN, AlertState
from alerting.alerts.suppression import Reason, reason_of
from alerting.changes import ObjectKind, Severity
from alerting.judge.book import AlertBook
from alerting.judge.condition import Condition
from alerting.judge.journal import Journal
from alerting.judge.storms import Storms
from alerting.rules.loader import RuleSet
from foundation.clock import MINUTE, SECOND
from tests.alerting.bench import default_rules
from tests.networks import wide_network

OWN = "c0-0"
RULE = "fan-failed"
FLAP = Flapping()


@dataclass
class World:
    """One fan of one site, among others that come at once."""

    now: int = 1_000_000
    maintenance: bool = False
    parent: bool = False
    inhibited: bool = False
    severity: Severity = Severity.WARNING
    holds: bool = False
    others: list[AlertKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = default_rules().rules
        storm = known["alert-storm"].model_copy(update={"alerts": 5})
        rules = RuleSet({RULE: known[RULE], "alert-storm": storm})
        self.book = AlertBook(Journal(), flap_of=lambda key: FLAP if key.rule == RULE else None)
        self.storms = Storms(wide_network(counties=1), rules, self.book, self.now)
        self.number = count(1)

    @property
    def key(self) -> AlertKey:
        return AlertKey(ObjectKind.SENSOR, f"{OWN}/fan/1", RULE)

    def nearer(self) -> str:
        """The first of the reasons that are found outside of the book."""
        if self.maintenance:
            return "maintenance:1"
        if self.parent:
            return "device:c0"
        return f"inhibition:other/{OWN}" if self.inhibited else ""

    def condition(self, key: AlertKey, severity: Severity) -> Condition:
        device = key.object_id.partition("/")[0]
        return Condition(key, device, "530620", severity, self.now, "x", "x", {}, (device,))

    def report(self, key: AlertKey, severity: Severity, nearer: str) -> None:
        """As `Reports` does."""
        condition = self.condition(key, severity)
        explained_by = nearer or self.storms.explanation(condition)
        self.book.report(condition, self.now, explained_by=explained_by, digest=self.storms.take)

    def do(self, what: str) -> None:
        """One thing happens, and some time passes."""
        if what in ("maintenance", "parent", "inhibited"):
            setattr(self, what, not getattr(self, what))
        elif what == "graver":
            self.severity = Severity.MAJOR if self.severity is Severity.WARNING else Severity.WARNING
        elif what == "comes":
            self.holds = True
        elif what == "goes":
            self.holds = False
            self.book.calm(self.key, self.now)
        elif what == "storm":
            for _ in range(4):
                key = AlertKey(ObjectKind.DEVICE, f"c0-{next(self.number) % 11 + 1}", f"r{next(self.number)}")
                self.others.append(key)
                self.report(key, Severity.WARNING, "")
        elif what == "others clear":
            for key in self.others:
                if self.book.get(key) is not None:
                    self.book.calm(key, self.now)
            self.others.clear()
        elif what == "quiet":
            for _ in range(16):
                self.now += MINUTE
                self.turn()
        self.now += 10 * SECOND
        self.turn()

    def turn(self) -> None:
        if self.holds:
            self.report(self.key, self.severity, self.nearer())
        self.book.turn(self.now)
        self.storms.turn(self.now, lambda condition, _: self.report(condition.key, condition.severity, ""))


EVENTS = ("maintenance", "parent", "inhibited", "graver", "comes", "comes", "goes", "storm", "others clear", "quiet")


@given(st.lists(st.sampled_from(EVENTS), max_size=60))
def test_the_first_reason_that_holds_is_recorded_and_a_storm_takes_only_what_nothing_else_explains(
    events: Sequence[str],
) -> None:
    world = World()
    for what in events:
        before = world.book.get(world.key)
        was_told = before is not None and before.told
        world.do(what)
        alert = world.book.get(world.key)
        if alert is None:
            assert not world.holds, "what holds has an alert"
            continue
        if not world.holds:
            assert alert.resting
            continue
        reason = reason_of(alert.suppressed_by)
        if nearer := world.nearer():
            assert (alert.state, alert.suppressed_by) == (AlertState.SUPPRESSED, nearer)
        elif reason is None:
            assert alert.state in (AlertState.FIRING, AlertState.FLAPPING)
        else:
            assert reason is Reason.STORM_DIGEST
            assert alert.state is AlertState.SUPPRESSED
            assert world.severity is Severity.WARNING, "nothing graver is ever listed"
            assert not was_told, "what was told is not taken back into a list"
            key = AlertKey(ObjectKind.CENTRE, "530620", "alert-storm")
            storm = world.book.get(key)
            assert storm is not None, "a storm that holds something has an alert of its own"
            assert storm.state is AlertState.FIRING


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_a_storm_is_over_once_it_holds_nothing_and_no_more_come(events: Sequence[str]) -> None:
    world = World()
    for what in events:
        world.do(what)
    for what in ("goes", "others clear", "quiet"):
        world.do(what)
    left = {alert.condition.key for alert in world.book.all() if alert.state in OPEN}
    assert left <= {world.key}
    assert all(alert.resting for alert in world.book.all())


@given(st.integers(1, 5), st.sampled_from([(), ("maintenance",), ("parent",), ("inhibited",)]))
def test_flapping_comes_before_the_digest(storms: int, explained: Sequence[str]) -> None:
    """Six comings within a minute flap, listed before or not."""
    world = World()
    for what in ("storm",) * (storms + 1):
        world.do(what)
    for what in (*explained, *explained):
        world.do(what)
    for _ in range(6):
        world.do("comes")
        world.do("goes")
    world.do("comes")
    alert = world.book.get(world.key)
    assert alert is not None
    assert alert.state is AlertState.FLAPPING
