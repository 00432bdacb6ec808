"""Alerts about the platform itself: they belong to no device, and the province's centre answers for them."""

from collections.abc import Mapping, Sequence

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook
from alerting.judge.condition import Condition
from alerting.rules.platform import PlatformRule, PlatformTroubleRule
from alerting.rules.summaries import render
from foundation.clock import Instant
from foundation.messages import PlatformCondition, PlatformTrouble
from topology.model import Role, Tier
from topology.network import Network


def about_the_platform(
    network: Network, rule: PlatformRule, part: str, started_at: Instant, values: Mapping[str, str]
) -> Condition:
    """A condition of a part of the platform."""
    province = next(found.code for found in network.divisions.values() if found.tier is Tier.PROVINCE)
    return Condition(
        key=AlertKey(ObjectKind.PLATFORM, part, rule.id),
        device="",
        division=province,
        severity=rule.severity,
        started_at=started_at,
        summary=render(rule.summary, values),
        summary_en=render(rule.summary_en, values),
        labels={
            "rule": rule.id,
            "object_kind": ObjectKind.PLATFORM.value,
            "role": Role.CORE.value,
            "tier": Tier.PROVINCE.value,
            "severity": rule.severity.value,
            "division": province,
        },
        anchors=(),
    )


class Troubles:
    """Keeps the alerts on the platform's own troubles equal to what it tells of itself. Nothing explains them, and
    they wait for no start to settle: what the platform says of itself is so."""

    def __init__(self, network: Network, rules: Sequence[PlatformTroubleRule], book: AlertBook) -> None:
        self._network = network
        self._book = book
        self._rules: dict[PlatformTrouble, PlatformTroubleRule] = {}
        for rule in rules:
            for trouble in rule.trouble:
                self._rules.setdefault(trouble, rule)
        self._known: dict[tuple[PlatformTrouble, str], PlatformCondition] = {}

    def hear(self, condition: PlatformCondition) -> None:
        """Take what the platform tells; it is judged at the next turn."""
        self._known[condition.trouble, condition.part] = condition

    def turn(self, now: Instant) -> None:
        """Raise what has lasted for as long as its rule asks; end what is over."""
        for (trouble, part), condition in list(self._known.items()):
            rule = self._rules.get(trouble)
            if rule is None:
                continue
            key = AlertKey(ObjectKind.PLATFORM, part, rule.id)
            if not condition.holds:
                del self._known[trouble, part]
                held = (one for one in self._known.values() if one.holds and one.part == part)
                same = any(self._rules.get(one.trouble) is rule for one in held)
                if not same and self._book.state_of(key) is not AlertState.NONE:
                    self._book.calm(key, now)
            elif not 0 <= now - condition.at < rule.hold:
                values = {"text": condition.text, "text_en": condition.text_en, "part": part}
                self._book.report(about_the_platform(self._network, rule, part, condition.at, values), now)
