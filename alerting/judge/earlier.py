"""Alerts that were open before the start: each part of judging takes up its own again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from alerting.alerts.effects import AlertKey
from alerting.judge.book import AlertBook
from alerting.judge.condition import Condition
from alerting.judge.watched import Watched
from alerting.rules.base import Rule
from alerting.rules.loader import RuleSet
from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class Earlier:
    """An alert that was open before the start, and what the files and the network know of it now."""

    condition: Condition
    suppressed_by: str
    rule: Rule | None
    """None when it is gone from the files."""
    watched: Watched | None
    """None when its device is gone from the network, or it is about none."""
    now: Instant

    @property
    def key(self) -> AlertKey:
        """The alert's key."""
        return self.condition.key


class Part(Protocol):
    """A part of judging that keeps alerts."""

    def resume(self, earlier: Earlier) -> bool:
        """Remember what the alert's clearing needs; false when it is not one of this part's."""


def resume_all(
    book: AlertBook, rules: RuleSet, watched: Mapping[str, Watched], parts: Collection[Part], now: Instant
) -> None:
    """Hand every open alert to the part that it belongs to. One that no part wants needs no memory, or ends once
    judging has settled."""
    for alert in book.all():
        condition = alert.condition
        rule = rules.rules.get(condition.key.rule)
        earlier = Earlier(condition, alert.suppressed_by, rule, watched.get(condition.device), now)
        any(part.resume(earlier) for part in parts)
