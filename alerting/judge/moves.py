"""Judging changes: a metric that rises, or falls, by more than its rule allows within a time."""

from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import OPEN, AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.neighbours import LONGEST, MOST_SPELLS
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.trails import Trail
from alerting.judge.watched import Watched
from alerting.judge.words import number
from alerting.rules.metrics import METRICS, Layer
from alerting.rules.observed import ChangeRule
from foundation.clock import MINUTE, Instant
from foundation.messages import HealthStatus, Observation

_CALM: Final = 0.5
"""The part of the limit below which a change is over."""


_WITHIN: Final = frozenset({HealthStatus.OK, HealthStatus.UNKNOWN})


class Moves:
    """Follows the values that rules on changes watch."""

    def __init__(self, desk: Desk) -> None:
        self._plans = desk.plans
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        if earlier.watched is None or not isinstance(earlier.rule, ChangeRule):
            return False
        earlier.watched.spells[earlier.key] = Spell(earlier.key)
        return True

    def look(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """Take one look's values."""
        plan, at = watched.plan, observation.at
        changes = plan.changes
        if changes:
            for sensor in observation.health:
                if sensor.value is not None and sensor.kind in changes:
                    # One that is beyond its own limit is judged by that: one trouble is one alarm.
                    judged = settled and sensor.status in _WITHIN
                    for rule in self._plans.change_rules(plan, sensor.kind, sensor.entity):
                        self._value(watched, rule, sensor.kind, sensor.entity[:LONGEST], sensor.value, at, now, judged)
        for rule in plan.slow_changes:
            for metric in rule.metric:
                value = getattr(observation, metric)
                if value is not None:
                    self._value(watched, rule, metric, "", value, at, now, settled)
        for reading in observation.interfaces:
            port = plan.ports.get(reading.name)
            for rule in () if port is None else port.changes:
                for metric in rule.metric:
                    value = getattr(reading, metric)
                    if value is not None:
                        self._value(watched, rule, metric, reading.name, value, at, now, settled)

    def _value(
        self, watched: Watched, rule: ChangeRule, metric: str, name: str, value: float, at: Instant, now: Instant,
        settled: bool,
    ) -> None:  # fmt: skip
        place = (rule.id, metric, name)
        trail = watched.trails.get(place)
        if trail is None:
            if len(watched.trails) >= MOST_SPELLS:
                return
            trail = watched.trails[place] = Trail(rule.within, upwards=rule.upwards)
        change, before = trail.add(at, value)
        wrong = change > rule.limit
        if not settled or not (wrong or watched.spells):
            return
        key = _key(rule, watched.id, metric, name)
        spell = watched.spells.get(key)
        if spell is None:
            if not wrong:
                return
            spell = watched.spells[key] = Spell(key)
        state = self._book.state_of(key)
        is_open = state in OPEN
        if is_open and not wrong and change >= rule.limit * _CALM:
            spell.calm_since = None
            self._book.see(key, now)
            return
        finding = find_status(
            spell, state, wrong=wrong, at=at, hold=rule.hold, clear_hold=rule.clear_hold, broken_at=watched.broken_at
        )
        if finding.is_calm:
            self._reports.calm(key, now)
        elif finding.is_due:
            known = METRICS[metric]
            values = {
                "interface": name if rule.layer is Layer.INTERFACE else "",
                "entity": name, "metric": known.title, "metric_en": known.title_en, "value": number(value),
                "before": number(before), "change": number(change), "limit": number(rule.limit), "unit": known.unit,
                "within": str(rule.within // MINUTE),
            }  # fmt: skip
            condition = self._words.said(
                rule, watched.plan.device, key.object_kind, key.object_id, finding.started_at, values, metric=metric,
                value=value, limit=rule.limit, details={"entity": name} if name else {},
            )  # fmt: skip
            self._reports.report(condition, now)
        else:
            self._book.see(key, now)
        if self._book.state_of(key) is AlertState.NONE:
            del watched.spells[key]


def _key(rule: ChangeRule, device: str, metric: str, name: str) -> AlertKey:
    if rule.layer is Layer.INTERFACE:
        return AlertKey(ObjectKind.INTERFACE, f"{device}/{name}", rule.id)
    if rule.layer is Layer.HEALTH:
        return AlertKey(ObjectKind.SENSOR, f"{device}/{metric}/{name}", rule.id)
    return AlertKey(ObjectKind.DEVICE, device, rule.id)
