"""Takes the findings of slow rules: pending, firing and clear like any other condition."""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.condition import Condition
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.judge.words import number
from alerting.rules.metrics import METRICS
from alerting.rules.surveyed import BaselineRule, ForecastRule, RatioRule, SurveyRule
from foundation.clock import Instant
from foundation.messages import Finding

SHARES: Final[Mapping[str, tuple[str, str]]] = {
    "lost_polls": ("轮询丢失率", "share of lost polls"),
    "in_errors": ("入向错包率", "share of inbound errors"),
    "out_errors": ("出向错包率", "share of outbound errors"),
    "in_discards": ("入向丢包率", "share of inbound discards"),
    "out_discards": ("出向丢包率", "share of outbound discards"),
}


class Surveyed:
    """Remembers how long each slow condition has held."""

    def __init__(self, desk: Desk) -> None:
        self._rules, self._plans, self._watched = desk.rules, desk.plans, desk.watched
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._spells: dict[AlertKey, Spell] = {}

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        if earlier.watched is None or not isinstance(earlier.rule, SurveyRule):
            return False
        self._spells[earlier.key] = Spell(earlier.key)
        return True

    def take(self, finding: Finding, now: Instant) -> None:
        """Judge one finding. Its rule or its device may be gone since it was asked for."""
        rule = self._rules.rules.get(finding.rule)
        watched = self._watched.get(finding.device)
        if watched is None or not isinstance(rule, RatioRule | ForecastRule | BaselineRule):
            return
        part = finding.object_id.removeprefix(finding.device).removeprefix("/")
        fitted = self._plans.fitted(rule, watched.plan.device, part)
        if fitted is None:
            return
        rule = fitted
        key = AlertKey(ObjectKind(finding.object_kind), finding.object_id, rule.id)
        spell = self._spells.get(key)
        if spell is None:
            if not finding.holds:
                return
            spell = self._spells[key] = Spell(key)
        due = find_status(
            spell, self._book.state_of(key), wrong=finding.holds, at=finding.at, hold=rule.hold,
            clear_hold=rule.clear_hold, broken_at=-1,
        )  # fmt: skip
        if due.is_calm:
            self._reports.calm(key, now)
        elif due.is_due:
            self._reports.report(self._condition(rule, watched, finding, key, part, due.started_at), now)
        else:
            self._book.see(key, now)
        if self._book.state_of(key) is AlertState.NONE:
            del self._spells[key]

    def _condition(
        self,
        rule: RatioRule | ForecastRule | BaselineRule,
        watched: Watched,
        finding: Finding,
        key: AlertKey,
        part: str,
        started_at: Instant,
    ) -> Condition:
        if isinstance(rule, RatioRule):
            (title, title_en), unit = SHARES[rule.of], "%"
        else:
            known = METRICS[finding.metric]
            title, title_en, unit = known.title, known.title_en, known.unit
        limit = rule.least if isinstance(rule, BaselineRule) else rule.limit
        values = {
            "interface": part, "metric": title, "metric_en": title_en, "value": number(finding.value),
            "limit": number(limit), "unit": unit, "evidence": finding.text, "evidence_en": finding.text_en,
        }  # fmt: skip
        return self._words.said(
            rule, watched.plan.device, key.object_kind, key.object_id, started_at, values, metric=finding.metric,
            value=finding.value, limit=limit, details={"entity": part} if part else {},
        )  # fmt: skip
