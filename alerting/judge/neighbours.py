"""Judging routing neighbours: one that is enabled and not up for a while raises an alert of its own.

A neighbour that a look does not list says nothing. One that an operator shut down is no fault, and ends one.
"""

from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.peers import Peers, session_of
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.judge.words import SHUT_DOWN
from alerting.rules.model import RoutingDownRule
from foundation.clock import Instant
from foundation.messages import Observation, RoutingReading

MOST_SPELLS: Final = 1_024
"""Neighbours of one device that may be down at once: one that invents them must not fill the memory."""

LONGEST: Final = 100
"""Characters of a neighbour's or sensor's name in an object id."""


def neighbour_key(rule: RoutingDownRule, device: str, protocol: str, neighbour: str) -> AlertKey:
    """The identity of an alert on a neighbour."""
    return AlertKey(ObjectKind.NEIGHBOUR, f"{device}/{protocol}/{neighbour[:LONGEST]}", rule.id)


class Neighbours:
    """Judges the routing part of observations in which something is wrong, or was."""

    def __init__(self, desk: Desk, peers: Peers) -> None:
        self._plans = desk.plans
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._peers = peers

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start; who its neighbour is must be read anew."""
        watched, key = earlier.watched, earlier.key
        if watched is None or not isinstance(earlier.rule, RoutingDownRule):
            return False
        watched.neighbours[session_of(watched.id, key.object_id)] = Spell(key)
        self._peers.ask(watched.id, earlier.now)
        return True

    def look(self, watched: Watched, observation: Observation, now: Instant) -> None:
        """Judge each neighbour that is down, and each that was."""
        worst: dict[tuple[str, str], RoutingReading] = {}
        for reading in observation.routing:
            session = (reading.protocol, reading.neighbour[:LONGEST])
            if session in watched.neighbours or _is_lost(reading):
                known = worst.get(session)
                # Listed twice (in two areas, say): the one that is down counts.
                if known is None or not _is_lost(known):
                    worst[session] = reading
        for session, reading in worst.items():
            self._neighbour(watched, session, reading, observation.at, now)

    def _neighbour(
        self, watched: Watched, session: tuple[str, str], reading: RoutingReading, at: Instant, now: Instant
    ) -> None:
        rule = self._plans.routing_rule(watched.plan, *session)
        spell = watched.neighbours.get(session)
        if spell is not None and (rule is None or rule.id != spell.key.rule):
            del watched.neighbours[session]
            if self._book.get(spell.key) is not None:
                self._book.retire(spell.key, now)
            spell = None
        if rule is None:
            return
        if spell is None:
            if not _is_lost(reading) or len(watched.neighbours) >= MOST_SPELLS:
                return
            spell = watched.neighbours[session] = Spell(neighbour_key(rule, watched.id, *session))
        self._judge(watched, rule, spell, reading, at, now)
        if self._book.state_of(spell.key) is AlertState.NONE:
            del watched.neighbours[session]

    def _judge(
        self, watched: Watched, rule: RoutingDownRule, spell: Spell, reading: RoutingReading, at: Instant, now: Instant
    ) -> None:
        key = spell.key
        if not reading.enabled:
            self._reports.calm(key, now, because=SHUT_DOWN)
            return
        finding = find_status(
            spell, self._book.state_of(key), wrong=not reading.up, at=at, hold=rule.hold,
            clear_hold=rule.clear_hold, broken_at=watched.broken_at,
        )  # fmt: skip
        far = None if reading.up else self._peers.far(watched.id, reading.neighbour, now)
        if finding.is_calm:
            self._reports.calm(key, now)
        elif finding.is_due and not self._peers.is_open(watched.id, far, now):
            condition = self._words.routing(rule, watched.plan.device, key.object_id, finding.started_at, reading, far)
            self._reports.report(condition, now)
        else:
            self._book.see(key, now)


def _is_lost(reading: RoutingReading) -> bool:
    return not reading.up and reading.enabled
