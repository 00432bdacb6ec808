"""Judging interfaces by their own state: one that went down, and a group of which only some members still carry."""

from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.groups import Group, Groups
from alerting.judge.links import DOWN
from alerting.judge.neighbours import MOST_SPELLS
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.judge.words import SHUT_DOWN
from alerting.rules.observed import InterfaceDownRule, RedundancyLostRule
from foundation.clock import Instant
from foundation.messages import IfStatus, InterfaceReading, Observation

_WORDS: Final = {status.value: status.name.lower() for status in IfStatus}


class Interfaces:
    """Judges the states of interfaces in looks in which one changed, or one is down."""

    def __init__(self, desk: Desk, groups: Groups) -> None:
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._groups = groups

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        if earlier.watched is None or not isinstance(earlier.rule, InterfaceDownRule):
            return False
        earlier.watched.downs[earlier.key] = Spell(earlier.key)
        return True

    def look(self, watched: Watched, observation: Observation, now: Instant) -> None:
        """Judge every interface whose state a rule watches."""
        groups: dict[str, tuple[RedundancyLostRule, list[InterfaceReading]]] = {}
        for reading in observation.interfaces:
            port = watched.plan.ports.get(reading.name)
            if port is None or not port.watched:
                continue
            port.oper = reading.oper
            if reading.oper == IfStatus.UP:
                port.seen_up = True
            if port.down is not None:
                self._interface(watched, port.down, reading, now, observation.at, seen_up=port.seen_up)
            for rule in port.groups:
                groups.setdefault(rule.id, (rule, []))[1].append(reading)
        for rule, members in groups.values():
            self._group(watched, rule, members, observation.at, now)

    def _interface(
        self,
        watched: Watched,
        rule: InterfaceDownRule,
        reading: InterfaceReading,
        now: Instant,
        at: Instant,
        *,
        seen_up: bool,
    ) -> None:
        key = AlertKey(ObjectKind.INTERFACE, f"{watched.id}/{reading.name}", rule.id)
        spell = watched.downs.get(key)
        down, shut = reading.oper in DOWN, reading.admin == IfStatus.DOWN
        if spell is None:
            if not down or shut or not seen_up or len(watched.downs) >= MOST_SPELLS:
                return
            spell = watched.downs[key] = Spell(key)
        if not down and reading.oper != IfStatus.UP:
            return  # unknown and dormant say neither
        if shut and down:
            self._reports.calm(key, now, because=SHUT_DOWN)
        else:
            values = {"interface": reading.name, "state": _WORDS.get(reading.oper, str(reading.oper))}
            self._judge(watched, rule, spell, values, at, now, wrong=down, details={"entity": reading.name})
        if self._book.state_of(key) is AlertState.NONE:
            del watched.downs[key]

    def _group(
        self, watched: Watched, rule: RedundancyLostRule, members: list[InterfaceReading], at: Instant, now: Instant
    ) -> None:
        """A member that an operator shut down is none for now."""
        enabled = [one for one in members if one.admin != IfStatus.DOWN]
        lost = [one.name for one in enabled if one.oper in DOWN]
        carrying = [one.name for one in enabled if one.oper == IfStatus.UP]
        were_up = any(watched.plan.ports[name].seen_up for name in lost)
        self._groups.judge(watched, rule, Group(len(members), carrying, lost, were_up), at, now)

    def _judge(
        self, watched: Watched, rule: InterfaceDownRule, spell: Spell, values: dict[str, str], at: Instant,
        now: Instant, *, wrong: bool, details: dict[str, str],
    ) -> None:  # fmt: skip
        key = spell.key
        finding = find_status(
            spell, self._book.state_of(key), wrong=wrong, at=at, hold=rule.hold, clear_hold=rule.clear_hold,
            broken_at=watched.broken_at,
        )  # fmt: skip
        if finding.is_calm:
            self._reports.calm(key, now)
        elif finding.is_due:
            condition = self._words.said(
                rule, watched.plan.device, key.object_kind, key.object_id, finding.started_at, values, details=details
            )
            self._reports.report(condition, now)
        else:
            self._book.see(key, now)
