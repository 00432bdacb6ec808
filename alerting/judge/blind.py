"""The one alarm of a collector that sees nothing, and when judging must wait for it."""

from dataclasses import dataclass, field
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.blindness.sight import Blindness, Sight, View
from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook
from alerting.judge.causes import Causes
from alerting.judge.condition import Condition
from alerting.judge.platform import about_the_platform
from alerting.rules.loader import RuleSet
from alerting.rules.platform import CollectorBlindRule
from alerting.settings import JudgingSettings
from foundation.clock import SECOND, Instant
from foundation.messages import CollectorBeat
from topology.network import Network

COLLECTOR: Final = "collector"

_ASK_AFTER: Final = SECOND
"""How long not a single answer comes before the first hops are looked at out of turn."""

_WHAT: Final = {
    True: ("采集机的网关无应答", "its own gateway does not answer"),
    False: ("全部核心路由器同时无应答", "all core routers fell silent at once"),
}


@dataclass(slots=True)
class Turned:
    """What one look at the collector's sight brought."""

    sees: bool = True
    """Whether verdicts may fall."""
    begins: Instant | None = None
    """Since when it is blind, when that has just been found."""
    ends: bool = False
    polls: set[str] = field(default_factory=set)
    """Devices to look at now."""


class Blind:
    """Ties the collector's sight to what is judged. Without a rule that would tell it, nothing is ever held for it."""

    def __init__(
        self, network: Network, rules: RuleSet, settings: JudgingSettings, causes: Causes, book: AlertBook
    ) -> None:
        self._network = network
        self._causes = causes
        self._book = book
        self._rule = next(iter(rules.of(CollectorBlindRule)), None)
        self._sight = Sight(network.roots, patience=settings.hold, together=settings.same_failure)
        self._open_since: Instant | None = None
        """Since when it is open whether it sees; negative once the first hops were asked."""

    @property
    def is_blind(self) -> bool:
        """Whether the collector is known to see nothing."""
        return self._sight.blindness is not None

    @property
    def back_at(self) -> Instant:
        """When it saw again after it was blind: nothing that was missed before counts."""
        return self._sight.back_at

    def hear(self, beat: CollectorBeat) -> None:
        """What the collector tells of itself."""
        self._sight.hear(beat.gateway)

    def answer(self, at: Instant) -> None:
        """A look that began at `at` was answered."""
        self._sight.answer(at)

    def turn(self, now: Instant) -> Turned:
        """Let time pass."""
        rule = self._rule
        if rule is None:
            return Turned()
        was_blind = self.is_blind
        view = self._sight.look(self._causes.missing, self._causes.undecided, now)
        turned = Turned(sees=view is View.SEES, ends=was_blind and view is not View.BLIND)
        blindness = self._sight.blindness
        key = AlertKey(ObjectKind.PLATFORM, COLLECTOR, rule.id)
        if blindness is not None:
            if not was_blind:
                turned.begins = blindness.since
            self._book.report(self._condition(rule, blindness), now)
        elif self._sight.answered >= 0 and view is View.SEES and self._book.state_of(key) is not AlertState.NONE:
            self._book.calm(key, now)
        if view is not View.OPEN:
            self._open_since = None
        elif self._open_since is None:
            self._open_since = now
        elif self._open_since >= 0 and now - self._open_since >= _ASK_AFTER:
            # Still not a single answer: the first hops are the ones that can tell, and are looked at once.
            turned.polls |= self._network.roots - self._causes.missing.keys()
            self._open_since = -1
        return turned

    def _condition(self, rule: CollectorBlindRule, blindness: Blindness) -> Condition:
        what, what_en = _WHAT[blindness.gateway]
        values = {"what": what, "what_en": what_en, "devices": str(len(self._network.devices))}
        return about_the_platform(self._network, rule, COLLECTOR, blindness.since, values)
