"""What rules would have told of a time that lies behind us."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

from alerting.alerts.effects import AlertEffect, AlertKey
from alerting.changes import ChangeKind
from alerting.judge.judge import Judge
from alerting.replay.looks import Looks
from alerting.rules.loader import RuleSet
from alerting.rules.surveyed import SurveyRule
from alerting.settings import JudgingSettings
from alerting.survey.survey import Surveyor, is_away
from alerting.timeline.track import AGENCY, DEVICE, IntervalEffect, Track
from foundation.clock import SECOND, Instant
from foundation.messages import Observation
from storage.metrics.store import Columns, Measurement
from topology.network import Network

TURN: Final = 5 * SECOND
"""How far apart the judge's turns lie: the engine's are closer, and looks come every ten seconds."""


@dataclass(frozen=True, slots=True)
class Fired:
    """One alert as it would have been."""

    first: AlertEffect
    """With what it said when it began."""
    fired_at: Instant | None
    """None for one that was explained all the time."""
    suppressed_by: str
    """What explains it at last; empty for one that fires, or did."""
    cleared_at: Instant | None


class Replay:
    """Judges stretch after stretch; the alerts stand in `fired` afterwards. Maintenance is not played."""

    def __init__(
        self,
        network: Network,
        rules: RuleSet,
        settings: JudgingSettings,
        born: Instant,
        surveyor: Surveyor | None = None,
    ) -> None:
        """`born` is where judging begins; `surveyor` answers slow rules, which are not judged without it."""
        devices, agencies = Track(DEVICE, {}), Track(AGENCY, {})
        devices.begin(network.devices, born, "")
        agencies.begin(network.agencies, born, "")
        self.looks = 0
        """Looks judged."""
        self.fired: list[Fired] = []
        self._slow = rules.of(SurveyRule)
        self._surveyor = surveyor
        self._judge = Judge(network, rules, settings, born, devices=devices, agencies=agencies)
        self._reader = Looks()
        self._now = born
        self._settled = born + settings.settle
        self._open: dict[AlertKey, int] = {}
        self._states: dict[str, IntervalEffect] = {}
        """What each device's timeline entered last."""
        self._away_until: dict[str, Instant] = {}
        """When devices that were away came back."""
        self._surveyed: dict[str, Instant] = {}

    def take(self, rows: Mapping[Measurement, Columns], until: Instant) -> None:
        """Judge a stretch of rows that ends at `until`; those before have been judged.

        Raises MetricStoreError when the past of slow rules can't be read.
        """
        waiting: list[Observation] = []
        for look in self._reader.of(rows):
            while look.at >= self._now + TURN:
                self._turn(waiting)
                waiting = []
            waiting.append(look)
            self.looks += 1
        while self._now < until:
            self._turn(waiting)
            waiting = []

    def _turn(self, looks: Iterable[Observation]) -> None:
        now = self._now = self._now + TURN
        judge = self._judge
        judge.observe(looks, now)
        if self._surveyor is not None and now > self._settled:
            due = [rule for rule in self._slow if now - self._surveyed.get(rule.id, now - rule.every) >= rule.every]
            if due:
                judge.observe(self._surveyor.findings(due, now, self._away), now)
                self._surveyed |= dict.fromkeys((rule.id for rule in due), now)
        judge.turn(now)
        for effect in judge.journal.alerts:
            self._note(effect)
        for interval in judge.journal.intervals:
            if interval.kind == DEVICE:
                self._follow(interval)
        judge.journal.take_polls()
        for done in (judge.journal.alerts, judge.journal.intervals, judge.journal.messages):
            done.clear()
        judge.journal.touches.clear()
        judge.journal.late_clears.clear()

    def _away(self, start: Instant, _end: Instant) -> Set[str]:
        """As the running platform's timelines tell it. What was before judging began is not known to be away."""
        now = {one.id for one in self._states.values() if is_away(one.state, one.start, self._now)}
        return now | {device for device, at in self._away_until.items() if at > start}

    def _follow(self, effect: IntervalEffect) -> None:
        """A device's timeline has entered a state."""
        before = self._states.get(effect.id)
        if before is not None and is_away(before.state, before.start, effect.start):
            self._away_until[effect.id] = effect.start
        self._states[effect.id] = effect

    def _note(self, effect: AlertEffect) -> None:
        position = self._open.get(effect.key)
        raised = effect.at if effect.kind is ChangeKind.RAISED else None
        if position is None:
            if effect.kind is not ChangeKind.CLEARED:
                self._open[effect.key] = len(self.fired)
                self.fired.append(Fired(effect, raised, effect.suppressed_by, None))
            return
        known = self.fired[position]
        if effect.kind is ChangeKind.CLEARED:
            del self._open[effect.key]
            self.fired[position] = replace(known, cleared_at=effect.at)
        else:
            self.fired[position] = replace(known, fired_at=known.fired_at or raised, suppressed_by=effect.suppressed_by)
