"""Judging one sample against threshold rules: pending, firing after `for`, clear at the clear value."""

from collections.abc import Callable, Iterable

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import OPEN, AlertState
from alerting.changes import ObjectKind
from alerting.judge.spells import Finding, Spell
from alerting.judge.words import Worst
from alerting.rules.metrics import METRICS
from alerting.rules.model import ThresholdRule
from foundation.clock import Instant
from foundation.messages import HealthReading, InterfaceReading, Observation


def is_past(rule: ThresholdRule, value: float) -> bool:
    """Whether a value is past the rule's limit."""
    return value > rule.limit if rule.above else value < rule.limit


def find(rule: ThresholdRule, spell: Spell, state: AlertState, value: float, at: Instant, gap: int) -> Finding:
    """Judge one sample. `spell` remembers; samples more than `gap` apart are not consecutive.

    A new alert is due when the condition held from its first to its latest sample for at least the rule's `for`. An
    open one is calm when values past the *clear* value lasted for its `clear_for`; what lies between changes nothing.
    """
    if spell.last_at >= 0 and at - spell.last_at > gap:
        spell.past_since = spell.calm_since = None
    spell.last_at = at
    past = is_past(rule, value)
    if state in OPEN:
        cleared = value < rule.clear_limit if rule.above else value > rule.clear_limit
        if not cleared:
            spell.calm_since = None
            return Finding(is_due=past, started_at=at)
        if spell.calm_since is None:
            spell.calm_since = at
        return Finding(is_calm=at - spell.calm_since >= rule.clear_hold)
    if not past:
        spell.past_since = None
        return Finding(is_calm=True)
    if spell.past_since is None:
        spell.past_since = at
    return Finding(is_due=at - spell.past_since >= rule.hold, started_at=spell.past_since)


def interface_key(rule: ThresholdRule, device: str, interface: str) -> AlertKey:
    """The identity of a threshold alert on an interface."""
    return AlertKey(ObjectKind.INTERFACE, f"{device}/{interface}", rule.id)


def device_key(rule: ThresholdRule, device: str) -> AlertKey:
    """The identity of a threshold alert on a device."""
    return AlertKey(ObjectKind.DEVICE, device, rule.id)


def worst_of_interface(rule: ThresholdRule, reading: InterfaceReading) -> Worst | None:
    """The worst of the fields that a rule watches; None when none of them has a value."""
    values = ((getattr(reading, metric.name), metric, reading.name) for metric in rule.metrics)
    return _worst(rule, (Worst(value, metric, name) for value, metric, name in values if value is not None))


def worst_of_health(
    rule: ThresholdRule, readings: Iterable[HealthReading], is_left_out: Callable[[HealthReading], bool]
) -> Worst | None:
    """The worst of the device's sensors of the kinds that a rule watches. What its own limit judges is left to that."""
    found = (
        Worst(one.value, METRICS[one.kind], one.entity)
        for one in readings
        if one.value is not None and one.kind in rule.metric and not is_left_out(one)
    )
    return _worst(rule, found)


def worst_of_device(rule: ThresholdRule, observation: Observation) -> Worst | None:
    """The worst of the observation's own fields that a rule watches."""
    values = ((getattr(observation, metric.name), metric) for metric in rule.metrics)
    return _worst(rule, (Worst(value, metric, "") for value, metric in values if value is not None))


def _worst(rule: ThresholdRule, values: Iterable[Worst]) -> Worst | None:
    pick = max if rule.above else min
    return pick(values, key=lambda one: one.value, default=None)
