"""The last reason of suppression: in a storm of milder alerts, those beyond the limit are gathered into one.

A storm takes only what would be raised now, was never told, and is explained by nothing else. While it lasts it takes
more; once it is past it takes nothing more, but keeps what it holds until that is over, graver, or explained otherwise:
told at the storm's end, it would be the next storm. Its own alert, and so its incident, lasts as long as anything is
held, and says how much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.alerts.suppression import STORM
from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook
from alerting.judge.condition import Condition
from alerting.rules.base import OutageRule
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.labels import labels_of
from alerting.rules.loader import RuleSet
from alerting.rules.platform import PlatformRule
from alerting.rules.storms import DIGESTED, StormRule
from alerting.rules.summaries import render
from alerting.storms.rate import Rate
from foundation.clock import SECOND, Instant
from topology.model import Role, Tier
from topology.network import Network

_RESTATE: Final = 10 * SECOND
"""How often a storm's own alert says anew how much it holds."""

_NEVER: Final = (OutageRule, CommonCauseRule, PlatformRule, StormRule)

_ROLES: Final = {Tier.PROVINCE: Role.CORE, Tier.PREFECTURE: Role.AGGREGATION, Tier.COUNTY: Role.COUNTY}

_PAST: Final = ("（所汇总的告警均已消除）", " (all that it held is over)")


@dataclass(slots=True)
class _Storm:
    """One that has an alert."""

    rule: StormRule
    centre: str
    began: Instant
    held: set[AlertKey]
    stated: tuple[int, bool]
    """How many its alert says it holds, and whether it says that the storm lasts."""
    stated_at: Instant

    @property
    def key(self) -> AlertKey:
        return AlertKey(ObjectKind.CENTRE, self.centre, self.rule.id)


class Storms:
    """Knows each centre's rate, the storms that have an alert, and what each of them holds."""

    def __init__(self, network: Network, rules: RuleSet, book: AlertBook, now: Instant) -> None:
        """Storms of before the start, found in the book, go on; one that lasted then lasts for its settle time yet."""
        self._network = network
        self._rules = rules
        self._book = book
        self._of = rules.of(StormRule)
        self._province = next((one.code for one in network.divisions.values() if one.parent is None), "")
        self._rates: dict[AlertKey, Rate] = {}
        self._storms: dict[str, _Storm] = {}
        self._stray: set[AlertKey] = set()
        """Held by a storm that is not known any more, or taken out of it."""
        self._apart: frozenset[AlertKey] = frozenset()
        """What people took out: no storm holds it again."""
        self._resume(now)

    def explanation(self, condition: Condition) -> str:
        """`storm:alert-storm/530627` while that storm holds the condition's alert; empty when none does."""
        own = self._book.get(condition.key)
        if condition.key in self._apart:
            return ""
        if own is None or own.state is not AlertState.SUPPRESSED or condition.severity not in DIGESTED:
            return ""
        return own.suppressed_by if own.suppressed_by in self._storms else ""

    def part(self, apart: frozenset[AlertKey]) -> None:
        """People took these alerts out: they are told by themselves from the next turn on."""
        self._stray |= apart - self._apart
        self._apart = apart

    def take(self, condition: Condition, now: Instant) -> str:
        """A condition is about to be raised: counted, and the name of the storm that takes it; empty when none does."""
        key = condition.key
        if not self._of or condition.severity not in DIGESTED or condition.cut_off is not None:
            return ""
        if key in self._apart:
            return ""
        if isinstance(self._rules.rules.get(key.rule), _NEVER) or condition.device not in self._network.devices:
            return ""
        labels = labels_of(self._network, self._network.devices[condition.device])
        for rule in self._of:
            if not rule.scope.covers(labels):
                continue
            own = self._network.divisions[condition.division].centre
            centre = self._province if rule.by == "province" else own
            if self._rate(rule, centre).come(_trouble(condition), now):
                return "" if self._joins(condition) else self._hold(rule, centre, key, now)
        return ""

    def turn(self, now: Instant, report: Callable[[Condition, Instant], None]) -> None:
        """Let time pass: storms end, say what they hold, and let go what is not theirs any more."""
        for name, storm in list(self._storms.items()):
            if self._book.get(storm.key) is None:
                self._stray |= storm.held
                del self._storms[name]
                continue
            lasts = self._rate(storm.rule, storm.centre).turn(now)
            storm.held = held = {key for key in storm.held if self._is_held(key, name)}
            if not held and not lasts:
                del self._storms[name]
                self._book.calm(storm.key, now, _PAST)
            elif storm.stated != (len(held), lasts) and not 0 <= now - storm.stated_at < _RESTATE:
                storm.stated, storm.stated_at = (len(held), lasts), now
                self._book.restate(self._condition(storm), now)
        stray, self._stray = self._stray, set()
        for key in sorted(stray, key=str):
            alert = self._book.get(key)
            if alert is not None and alert.state is AlertState.SUPPRESSED and alert.suppressed_by.startswith(STORM):
                report(alert.condition, now)

    def _hold(self, rule: StormRule, centre: str, key: AlertKey, now: Instant) -> str:
        name = f"{STORM}{rule.id}/{centre}"
        storm = self._storms.get(name)
        if storm is not None:
            storm.held.add(key)
        else:
            storm = self._storms[name] = _Storm(rule, centre, now, {key}, (1, True), now)
            self._book.report(self._condition(storm), now)
        return name

    def _joins(self, condition: Condition) -> bool:
        """Whether it calls nobody anyhow: one more part of a device that is told already."""
        trouble = _trouble(condition)
        return isinstance(trouble, tuple) and any(
            one.told and _trouble(one.condition) == trouble for one in self._book.on_device(condition.device)
        )

    def _is_held(self, key: AlertKey, name: str) -> bool:
        alert = self._book.get(key)
        return alert is not None and alert.suppressed_by == name

    def _rate(self, rule: StormRule, centre: str) -> Rate:
        key = AlertKey(ObjectKind.CENTRE, centre, rule.id)
        rate = self._rates.get(key)
        if rate is None:
            fitted = self._fitted(rule, centre)
            rate = self._rates[key] = Rate(fitted.alerts, fitted.within, fitted.settle)
        return rate

    def _fitted(self, rule: StormRule, centre: str) -> StormRule:
        """The rule as it stands for what belongs to a centre."""
        return rule.fitted({"division": [one.code for one in self._network.lineage(centre)]})

    def _resume(self, now: Instant) -> None:
        names: dict[str, set[AlertKey]] = {}
        for alert in self._book.all():
            if alert.suppressed_by.startswith(STORM):
                names.setdefault(alert.suppressed_by, set()).add(alert.condition.key)
        for rule in self._of:
            for alert in self._book.of_kind(ObjectKind.CENTRE):
                condition = alert.condition
                centre = condition.key.object_id
                if condition.key.rule != rule.id or centre not in self._network.divisions:
                    continue
                held = names.pop(name := f"{STORM}{rule.id}/{centre}", set())
                lasts = condition.limit is not None
                rate = self._rate(rule, centre)
                rate.storms, rate.over_at = lasts, now
                stated = (int(condition.value or 0), lasts)
                self._storms[name] = _Storm(rule, centre, condition.started_at, held, stated, now)
        self._stray = {key for held in names.values() for key in held}

    def _condition(self, storm: _Storm) -> Condition:
        """Its value is how many it holds; its limit is there as long as the storm lasts."""
        rule, division = self._fitted(storm.rule, storm.centre), self._network.divisions[storm.centre]
        role = _ROLES.get(division.tier, Role.COUNTY)
        severity, count = rule.severity_for(role), len(storm.held)
        values = {
            "place": division.name,
            "place_en": division.name_en,
            "count": str(count),
            "alerts": str(rule.alerts),
        }
        return Condition(
            key=storm.key,
            device="",
            division=storm.centre,
            severity=severity,
            started_at=storm.began,
            summary=render(rule.summary, values),
            summary_en=render(rule.summary_en, values),
            labels={
                "rule": rule.id,
                "object_kind": ObjectKind.CENTRE.value,
                "role": role.value,
                "tier": division.tier.value,
                "severity": severity.value,
                "division": storm.centre,
            },
            anchors=(),
            value=float(count),
            limit=float(rule.alerts) if storm.stated[1] else None,
        )


def _trouble(condition: Condition) -> AlertKey | tuple[str, str]:
    """What people are called for once: all parts, or all routing neighbours, of a device that one rule finds wrong."""
    key = condition.key
    parts = key.object_kind in (ObjectKind.SENSOR, ObjectKind.NEIGHBOUR)
    return (condition.device, key.rule) if parts else key
