"""Judging what a device says about itself: thresholds, a silent agent, and what its parts tell.

`take` is the hot path: a sample in which nothing is wrong costs a few comparisons.
"""

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.groups import Groups
from alerting.judge.interfaces import Interfaces
from alerting.judge.layers import Layers
from alerting.judge.links import LinkWatch
from alerting.judge.moves import Moves
from alerting.judge.neighbours import Neighbours
from alerting.judge.peers import Peers
from alerting.judge.sensors import Sensors
from alerting.judge.spells import Spell
from alerting.judge.thresholds import (
    device_key,
    find,
    interface_key,
    is_past,
    worst_of_device,
    worst_of_health,
    worst_of_interface,
)
from alerting.judge.watched import Watched
from alerting.judge.words import Worst
from alerting.rules.model import SnmpRejectedRule, SnmpSilentRule, ThresholdRule
from foundation.clock import Instant
from foundation.messages import HealthReading, HealthStatus, LimitSource, Observation

_OK: Final = HealthStatus.OK
_UNKNOWN: Final = HealthStatus.UNKNOWN


class Samples:
    """Judges the contents of observations, one device at a time."""

    def __init__(self, desk: Desk, links: LinkWatch, peers: Peers, sample_gap: int) -> None:
        self._plans = desk.plans
        self._links = links
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._gap = sample_gap
        self._neighbours = Neighbours(desk, peers)
        self._sensors = Sensors(desk)
        self._moves = Moves(desk)
        self._layers = Layers(desk)
        self._groups = Groups(desk)
        self._interfaces = Interfaces(desk, self._groups)

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start: here, or in the part that it belongs to."""
        watched, rule = earlier.watched, earlier.rule
        if watched is None:
            return False
        if isinstance(rule, ThresholdRule):
            watched.spells[earlier.key] = Spell(earlier.key)
            return True
        if isinstance(rule, SnmpSilentRule):
            watched.silent_since = earlier.condition.started_at
            return True
        if isinstance(rule, SnmpRejectedRule):
            watched.rejected_since = earlier.condition.started_at
            return True
        parts = (self._neighbours, self._sensors, self._moves, self._layers, self._groups, self._interfaces)
        return any(part.resume(earlier) for part in parts)

    def take(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """Judge an answered look. Before judging has settled, only what links say is noted."""
        plan = watched.plan
        at = observation.at
        suspect = bool(watched.spells)
        unwell = bool(watched.sensors)
        lost = bool(watched.neighbours)
        moved = bool(watched.downs)
        ports = plan.ports
        hear = self._links.hear
        for reading in observation.interfaces:
            port = ports.get(reading.name)
            if port is None:
                port = self._plans.port(plan, reading.name)
                if port is None:
                    continue
            if port.end is not None:
                hear(port.end, reading.oper, at)
            if port.watched and reading.oper != port.oper:
                moved = True
            for getter, limit in port.above:
                value = getter(reading)
                if value is not None and value > limit:
                    suspect = True
            for getter, limit in port.below:
                value = getter(reading)
                if value is not None and value < limit:
                    suspect = True
        above, below = plan.health_above, plan.health_below
        for sensor in observation.health:
            status = sensor.status
            if status is not _OK and status is not _UNKNOWN:
                unwell = True
            measured = sensor.value
            if measured is None:
                continue
            highest = above.get(sensor.kind)
            if highest is not None and measured > highest:
                suspect = True
            lowest = below.get(sensor.kind) if below else None
            if lowest is not None and measured < lowest:
                suspect = True
        for getter, limit in plan.slow_above:
            value = getter(observation)
            if value is not None and value > limit:
                suspect = True
        for getter, limit in plan.slow_below:
            value = getter(observation)
            if value is not None and value < limit:
                suspect = True
        for neighbour in observation.routing:
            if not neighbour.up and neighbour.enabled:
                lost = True
        if plan.has_changes:
            self._moves.look(watched, observation, now, settled=settled)
        if plan.lacks:
            self._layers.look(watched, observation, now, settled=settled)
        if not settled:
            return
        if moved:
            self._interfaces.look(watched, observation, now)
        if suspect:
            self._look_closely(watched, observation, now)
        if unwell:
            self._sensors.look(watched, observation, now)
        if plan.parts and (unwell or moved):
            self._groups.parts(watched, observation, now)
        if lost:
            self._neighbours.look(watched, observation, now)
        if suspect or unwell or moved or lost:
            self._look_for_blanks(watched, at, now)

    def _look_for_blanks(self, watched: Watched, at: Instant, now: Instant) -> None:
        """An open alert whose value no look has told for long: nobody knows whether it still holds."""
        for spell in chain(
            watched.spells.values(), watched.sensors.values(), watched.neighbours.values(), watched.downs.values()
        ):
            if spell.last_at == at:
                continue
            if spell.last_at < 0:
                spell.last_at = at  # open since before the start: its time begins with the first look without it
            elif at - spell.last_at > self._gap and self._book.get(spell.key) is not None:
                self._book.blank(spell.key, now)

    def silent(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """The agent did not answer, the device did. Whatever it refused before, it says nothing now."""
        plan = watched.plan
        watched.broken_at = observation.at
        if watched.silent_since is None:
            watched.silent_since = _began(observation)
        if settled and self._unreadable(watched, plan.silent, watched.silent_since, observation.at, now):
            self._readable(watched, plan.rejected, now)
            watched.rejected_since = None

    def rejected(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """The agent is there and refuses all our credentials. Where no rule tells that, it is as good as silent."""
        plan = watched.plan
        if plan.rejected is None:
            self.silent(watched, observation, now, settled=settled)
            return
        watched.broken_at = observation.at
        if watched.rejected_since is None:
            watched.rejected_since = _began(observation)
        if settled and self._unreadable(watched, plan.rejected, watched.rejected_since, observation.at, now):
            self._readable(watched, plan.silent, now)
            watched.silent_since = None

    def speaks(self, watched: Watched, now: Instant, *, settled: bool) -> None:
        """The agent answers: it is not silent any more, and takes a credential of ours."""
        if settled:
            watched.silent_since = watched.rejected_since = None
            self._readable(watched, watched.plan.silent, now)
            self._readable(watched, watched.plan.rejected, now)

    def _unreadable(
        self,
        watched: Watched,
        rule: SnmpSilentRule | SnmpRejectedRule | None,
        since: Instant,
        at: Instant,
        now: Instant,
    ) -> bool:
        """Report a device whose agent tells nothing; whether that is due."""
        if rule is None:
            return False
        if at - since < rule.hold:
            self._book.see(AlertKey(ObjectKind.DEVICE, watched.id, rule.id), now)
            return False
        self._reports.report(self._words.plain(rule, watched.plan.device, since), now)
        return True

    def _readable(self, watched: Watched, rule: SnmpSilentRule | SnmpRejectedRule | None, now: Instant) -> None:
        if rule is not None:
            self._reports.calm(AlertKey(ObjectKind.DEVICE, watched.id, rule.id), now)

    def _look_closely(self, watched: Watched, observation: Observation, now: Instant) -> None:
        plan = watched.plan
        for reading in observation.interfaces:
            port = plan.ports.get(reading.name)
            for rule in () if port is None else port.rules:
                key = interface_key(rule, watched.id, reading.name)
                self._sample(watched, rule, key, worst_of_interface(rule, reading), observation.at, now)
        if observation.health:
            for rule in plan.health:
                key = device_key(rule, watched.id)
                worst = worst_of_health(rule, observation.health, partial(self._is_left_out, watched, rule))
                if worst is None and key in watched.spells:
                    self._hand_over(watched, rule, key, observation.health, now)
                self._sample(watched, rule, key, worst, observation.at, now)
        for rule in plan.slow:
            worst = worst_of_device(rule, observation)
            self._sample(watched, rule, device_key(rule, watched.id), worst, observation.at, now)

    def _is_left_out(self, watched: Watched, rule: ThresholdRule, reading: HealthReading) -> bool:
        """Whether a sensor is none of a threshold's: by the rule's scope, or since its own limit judges it."""
        left_out = self._plans.leaves_out(rule, watched.plan.device, reading.entity)
        return left_out or self._has_own_limit(watched, reading)

    def _has_own_limit(self, watched: Watched, reading: HealthReading) -> bool:
        """Whether a rule judges a sensor by its own limit, so that no threshold needs to."""
        if reading.limit_source is LimitSource.NONE:
            return False
        return self._plans.health_rule(watched.plan, reading.kind, reading.entity) is not None

    def _hand_over(
        self, watched: Watched, rule: ThresholdRule, key: AlertKey, readings: Iterable[HealthReading], now: Instant
    ) -> None:
        """End a threshold's alert whose sensors are all judged by their own limits now."""
        if any(one.value is not None and one.kind in rule.metric for one in readings):
            del watched.spells[key]
            if self._book.get(key) is not None:
                self._book.retire(key, now)
            else:
                self._reports.calm(key, now)

    def _sample(
        self, watched: Watched, rule: ThresholdRule, key: AlertKey, worst: Worst | None, at: Instant, now: Instant
    ) -> None:
        if worst is None:
            return  # no value says nothing: it neither raises nor clears
        spell = watched.spells.get(key)
        if spell is None:
            if not is_past(rule, worst.value):
                return
            spell = watched.spells[key] = Spell(key)
        finding = find(rule, spell, self._book.state_of(key), worst.value, at, self._gap)
        if finding.is_due:
            object_id = key.object_id
            self._reports.report(
                self._words.threshold(rule, watched.plan.device, object_id, finding.started_at, worst), now
            )
        elif finding.is_calm:
            self._reports.calm(key, now)
        else:
            self._book.see(key, now)
        if self._book.state_of(key) is AlertState.NONE:
            del watched.spells[key]


def _began(observation: Observation) -> Instant:
    return observation.at if observation.missed_since is None else observation.missed_since
