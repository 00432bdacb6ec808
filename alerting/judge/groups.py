"""Judging groups of like parts, interfaces or power supplies, of which only some still carry."""

from collections.abc import Collection
from dataclasses import dataclass

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.neighbours import MOST_SPELLS
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.rules.observed import RedundancyLostRule
from foundation.clock import Instant
from foundation.messages import HealthStatus, Observation


@dataclass(frozen=True, slots=True)
class Group:
    """What one look tells of a group's members."""

    listed: int
    """All that were told of, those that an operator shut down included."""
    carrying: Collection[str]
    lost: Collection[str]
    were_up: bool
    """Whether any that is lost was ever seen to carry."""


class Groups:
    """Judges one group of one device at a time."""

    def __init__(self, desk: Desk) -> None:
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        watched, rule = earlier.watched, earlier.rule
        if watched is None or not isinstance(rule, RedundancyLostRule) or rule.of_uplinks:
            return False
        watched.downs[earlier.key] = Spell(earlier.key)
        return True

    def parts(self, watched: Watched, observation: Observation, now: Instant) -> None:
        """Judge each kind of part that a rule watches: fans or power supplies, by what they tell of themselves."""
        for rule in watched.plan.parts:
            states = {one.entity: one.status for one in observation.health if one.kind == rule.members}
            carrying = [name for name, status in states.items() if status in (HealthStatus.OK, HealthStatus.WARNING)]
            lost = [name for name, status in states.items() if status is HealthStatus.CRITICAL]
            if carrying or lost:
                group = Group(len(carrying) + len(lost), carrying, lost, were_up=True)
                self.judge(watched, rule, group, observation.at, now)

    def judge(self, watched: Watched, rule: RedundancyLostRule, group: Group, at: Instant, now: Instant) -> None:
        """A group that is all lost at once is told too. A member that is not listed any more says nothing: as long as
        one is missing from the list, an open alert stays."""
        key = AlertKey(ObjectKind.DEVICE, watched.id, rule.id)
        members = len(group.carrying) + len(group.lost)
        spell = watched.downs.get(key)
        if spell is None:
            if not group.lost or members < 2 or not group.were_up or len(watched.downs) >= MOST_SPELLS:
                return
            spell = watched.downs[key] = Spell(key)
        alert = self._book.get(key)
        known = 0.0 if alert is None else alert.condition.limit or 0.0
        if not group.lost and group.listed < known:
            self._book.see(key, now)
            return
        finding = find_status(
            spell, self._book.state_of(key), wrong=bool(group.lost), at=at, hold=rule.hold, clear_hold=rule.clear_hold,
            broken_at=watched.broken_at,
        )  # fmt: skip
        if finding.is_calm:
            self._reports.calm(key, now)
        elif finding.is_due:
            name, name_en = rule.titles(sorted([*group.carrying, *group.lost]))
            lost = sorted(group.lost)
            values = {
                "group": name, "group_en": name_en, "lost": ", ".join(lost), "lost_count": str(len(lost)),
                "carrying": str(len(group.carrying)), "members": str(members),
            }  # fmt: skip
            details = {"parts": "\n".join(f"{rule.members}/{one}" for one in lost)} if rule.of_parts else {}
            condition = self._words.said(
                rule, watched.plan.device, ObjectKind.DEVICE, watched.id, finding.started_at, values,
                value=float(len(group.carrying)), limit=float(members), details=details,
            )  # fmt: skip
            self._reports.report_list(condition, now)
        else:
            self._book.see(key, now)
        if self._book.state_of(key) is AlertState.NONE:
            del watched.downs[key]
