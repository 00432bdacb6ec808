"""Judging sensors by their own status: beyond the device's or the family's limit, or told as failed.

A sensor that a look does not list, or that tells nothing, says nothing.
"""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.neighbours import LONGEST, MOST_SPELLS
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.rules.model import HealthStateRule
from foundation.clock import Instant
from foundation.messages import HealthReading, HealthStatus, Observation

_GRAVITY: Final[Mapping[HealthStatus, int]] = {HealthStatus.OK: 0, HealthStatus.WARNING: 1, HealthStatus.CRITICAL: 2}


def sensor_key(rule: HealthStateRule, device: str, kind: str, entity: str) -> AlertKey:
    """The identity of an alert on a sensor."""
    return AlertKey(ObjectKind.SENSOR, f"{device}/{kind}/{entity[:LONGEST]}", rule.id)


def sensor_of(device: str, object_id: str) -> tuple[str, str]:
    """(kind, entity) of an alert's object id, `device/kind/entity`."""
    kind, _, entity = object_id.removeprefix(f"{device}/").partition("/")
    return kind, entity


class Sensors:
    """Judges the health part of observations in which something is wrong, or was."""

    def __init__(self, desk: Desk) -> None:
        self._plans = desk.plans
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        watched, key = earlier.watched, earlier.key
        if watched is None or not isinstance(earlier.rule, HealthStateRule):
            return False
        watched.sensors[sensor_of(watched.id, key.object_id)] = Spell(key)
        return True

    def look(self, watched: Watched, observation: Observation, now: Instant) -> None:
        """Judge each sensor that is unwell, and each that was."""
        worst: dict[tuple[str, str], HealthReading] = {}
        for reading in observation.health:
            gravity = _GRAVITY.get(reading.status)
            if gravity is None:
                continue
            sensor = (reading.kind, reading.entity[:LONGEST])
            if gravity or sensor in watched.sensors:
                known = worst.get(sensor)
                # Two parts of one name: the worse one counts.
                if known is None or gravity > _GRAVITY[known.status]:
                    worst[sensor] = reading
        for sensor, reading in worst.items():
            self._sensor(watched, sensor, reading, observation.at, now)

    def _sensor(
        self, watched: Watched, sensor: tuple[str, str], reading: HealthReading, at: Instant, now: Instant
    ) -> None:
        rule = self._plans.health_rule(watched.plan, *sensor)
        spell = watched.sensors.get(sensor)
        if spell is not None and (rule is None or rule.id != spell.key.rule):
            del watched.sensors[sensor]
            if self._book.get(spell.key) is not None:
                self._book.retire(spell.key, now)
            spell = None
        if rule is None:
            return
        wrong = rule.is_wrong(reading.status)
        if spell is None:
            if not wrong or len(watched.sensors) >= MOST_SPELLS:
                return
            spell = watched.sensors[sensor] = Spell(sensor_key(rule, watched.id, *sensor))
        key = spell.key
        finding = find_status(
            spell, self._book.state_of(key), wrong=wrong, at=at, hold=rule.hold, clear_hold=rule.clear_hold,
            broken_at=watched.broken_at,
        )  # fmt: skip
        if finding.is_calm:
            self._reports.calm(key, now)
        elif finding.is_due:
            condition = self._words.sensor(rule, watched.plan.device, key.object_id, finding.started_at, reading)
            self._reports.report(condition, now)
        else:
            self._book.see(key, now)
        if self._book.state_of(key) is AlertState.NONE:
            del watched.sensors[sensor]
