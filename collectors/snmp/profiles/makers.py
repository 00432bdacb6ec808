"""From a rule and a row to a sensor: which instances that takes at the inventory, and what comes of them. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Protocol

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.aggregates import Mean, Share
from collectors.snmp.profiles.judging import Bound, Limits, believable
from collectors.snmp.profiles.schema import Limit, Requirement, SensorRule, Where
from collectors.snmp.profiles.sensors import Judged, Measure, Sensor, States, StateSensor
from collectors.snmp.profiles.values import Decoder, factor_of, matching, said, scaled
from collectors.snmp.text import number_of, text_of
from foundation.messages import HealthStatus, LimitSource

MOST_MEANT: Final = 32
"""Rows that make one mean at most, since all must come in one answer. Of more, each second, third … is taken."""

Values = Mapping[str, Value]


class Maker(Protocol):
    """What makes the sensors of one rule and kind."""

    def needs(self, index: str, values: Values, /) -> list[str]:
        """The instances that it must know before it can make a sensor; asked again when they are known."""
        ...

    def make(self, entity: str, index: str, values: Values, /) -> Sensor | None:
        """The sensor; None where there is nothing to measure."""
        ...


def place(where: "Where | Limit | Requirement | SensorRule", index: str) -> str:
    """The instance that is meant, for the row at an index; empty where nothing is."""
    if where.object is not None:
        return where.object
    return oids.under(where.column, index) if where.column is not None else ""


def holds(requirement: Requirement, index: str, values: Values) -> bool:
    """Whether a row may be a sensor as far as this goes."""
    if requirement.index is not None:
        return re.search(requirement.index, index) is not None
    raw = values.get(place(requirement, index))
    if raw is None:
        return requirement.optional
    text = text_of(raw)
    return (
        (requirement.only is None or said(raw, requirement.only))
        and (requirement.excluded is None or not said(raw, requirement.excluded))
        and (requirement.matches is None or re.search(requirement.matches, text) is not None)
        and (requirement.not_matches is None or re.search(requirement.not_matches, text) is None)
    )


def decoder(rule: SensorRule, kind: HealthKind, scale: Fraction = Fraction(1)) -> Decoder:
    """How the rule's raw values become the kind's; `scale` from scale and precision, where it has them."""
    return Decoder(
        factor_of(rule.factor, rule.divisor) * scale,
        KINDS[kind].low,
        KINDS[kind].high,
        absent=matching(rule.absent),
        pattern=None if rule.parse is None else re.compile(rule.parse),
        convert=rule.convert,
    )


class NumberMaker:
    """A number in a column or an instance."""

    def __init__(self, rule: SensorRule, kind: HealthKind) -> None:
        self._rule = rule
        self._kind = kind
        self._states = None if rule.status is None else States(rule.status.states, rule.status.otherwise)

    def needs(self, index: str, _values: Values) -> list[str]:
        """The value itself, what scales it, its limits and the verdict beside it."""
        rule = self._rule
        inner: list[Where | Limit | SensorRule | None] = [rule, rule.scale, rule.precision, rule.status]
        inner.extend(limit for _, limit in (rule.limits.each() if rule.limits else ()))
        return [instance for where in inner if where is not None and (instance := place(where, index))]

    def make(self, entity: str, index: str, values: Values) -> Sensor | None:
        """None where the value is none now, or the device says that nothing is there."""
        rule, kind = self._rule, self._kind
        scale: Fraction | None = Fraction(1)
        if rule.scale is not None or rule.precision is not None:
            scale = scaled(
                None if rule.scale is None else number_of(values, place(rule.scale, index)),
                None if rule.precision is None else number_of(values, place(rule.precision, index)),
            )
        if scale is None:
            return None
        decode = decoder(rule, kind, scale)
        instance = place(rule, index)
        if decode(values.get(instance)) is None:
            return None
        limits = limits_of(rule, kind, decode, index, values)
        if rule.status is None or self._states is None:
            return Measure(entity, kind, instance, decode, limits)
        verdict = place(rule.status, index)
        state = self._states.of(values.get(verdict))
        if state is not None and state.status is None:
            return None
        if values.get(verdict) is None:
            return Measure(entity, kind, instance, decode, limits)
        return Judged(entity, kind, instance, decode, limits, verdict, self._states)


class StateMaker:
    """A state in a column or an instance."""

    def __init__(self, rule: SensorRule, kind: HealthKind) -> None:
        assert rule.states is not None
        self._rule = rule
        self._kind = kind
        self._states = States(rule.states, rule.otherwise)
        self._absent = matching(rule.absent)

    def needs(self, index: str, _values: Values) -> list[str]:
        """The state itself."""
        return [place(self._rule, index)]

    def make(self, entity: str, index: str, values: Values) -> Sensor | None:
        """None where the state says that nothing is there."""
        instance = place(self._rule, index)
        raw = values.get(instance)
        if raw is None or raw in self._absent:
            return None
        state = self._states.of(raw)
        if state is not None and state.status is None:
            return None
        return StateSensor(entity, self._kind, instance, self._states)


class ShareMaker:
    """A percentage of two of used, free and total."""

    def __init__(self, rule: SensorRule, kind: HealthKind) -> None:
        self._rule = rule
        self._kind = kind

    def needs(self, index: str, _values: Values) -> list[str]:
        """All parts, and the limits."""
        parts = [place(where, index) for part in self._rule.shares for where in part or ()]
        limits = self._rule.limits.each() if self._rule.limits else ()
        return parts + [instance for _, limit in limits if (instance := place(limit, index))]

    def make(self, entity: str, index: str, values: Values) -> Sensor | None:
        """None where the values make no percentage now."""
        rule, kind = self._rule, self._kind
        used, free, total = (tuple(place(where, index) for where in part or ()) for part in rule.shares)
        absent = matching(rule.absent)
        if any(values.get(instance) in absent for instance in (*used, *free, *total)):
            return None
        limits = limits_of(rule, kind, decoder(rule, kind), index, values)
        sensor = Share(entity, kind, used, free, total, limits)
        return None if sensor.read(values).status is HealthStatus.UNKNOWN else sensor


class MeanMaker:
    """The mean of a column's rows."""

    def __init__(self, rule: SensorRule, kind: HealthKind, indexes: Sequence[str]) -> None:
        step = -(-len(indexes) // MOST_MEANT)
        self._instances = tuple(place(rule, index) for index in indexes[::step])
        self._rule = rule
        self._kind = kind

    def needs(self, _index: str, _values: Values) -> list[str]:
        """Nothing besides the rows that were walked."""
        return []

    def make(self, entity: str, _index: str, _values: Values) -> Sensor | None:
        """The mean, or that of a fair part of the rows."""
        return Mean(entity, self._kind, self._instances, decoder(self._rule, self._kind))


def maker_of(rule: SensorRule) -> NumberMaker | StateMaker | ShareMaker:
    """What makes the sensors of a rule that is no form."""
    assert rule.kind is not None
    if rule.states is not None:
        return StateMaker(rule, rule.kind)
    if any(part is not None for part in rule.shares):
        return ShareMaker(rule, rule.kind)
    return NumberMaker(rule, rule.kind)


def limits_of(rule: SensorRule, kind: HealthKind, decode: Decoder, index: str, values: Values) -> Limits | None:
    """The row's limits: the device's own where it tells some, else the profile's numbers; None where there are none."""
    if rule.limits is None:
        return None
    own: dict[str, Bound] = {}
    written: dict[str, Bound] = {}
    for name, limit in rule.limits.each():
        if limit.value is not None:
            written[name] = Bound(float(limit.value), LimitSource.PROFILE)
        instance = place(limit, index)
        if instance:
            convert = _limit_decoder(rule, kind, limit, decode)
            raw = values.get(instance)
            value = None if raw is None or said(raw, limit.absent or []) else convert(raw)
            if value is not None:
                own[name] = Bound(value, LimitSource.DEVICE)
    return bounded(own, written, kind)


def bounded(own: Mapping[str, Bound], written: Mapping[str, Bound], kind: HealthKind) -> Limits | None:
    """Limits of the device's own thresholds, and the profile's where it has none; None where there are none at all."""
    bounds = {**written, **believable(own, kind)}
    return Limits(bounds) if bounds else None


def _limit_decoder(
    rule: SensorRule, kind: HealthKind, limit: Limit, decode: Decoder
) -> Callable[[Value], float | None]:
    if limit.factor is None and limit.divisor is None:
        return decode
    # A limit that is written otherwise than the value is plainly in the kind's unit after its own factor.
    return Decoder(
        factor_of(limit.factor, limit.divisor),
        KINDS[kind].low,
        KINDS[kind].high,
        absent=matching(rule.absent),
        pattern=None if rule.parse is None else re.compile(rule.parse),
    )
