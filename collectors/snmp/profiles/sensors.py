"""One sensor of one device: which instances it needs, and how its reading comes out of an answer.

Made once at an inventory and read at every poll, so all that can be is worked out beforehand.
"""

from collections.abc import Mapping
from typing import Protocol

from collectors.snmp.gufo import Value
from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.fields import StateWord
from collectors.snmp.profiles.judging import Limits
from collectors.snmp.profiles.values import Decoder
from collectors.snmp.text import text_of
from foundation.messages import HealthReading, HealthStatus, LimitSource


class Sensor(Protocol):
    """One thing that is measured."""

    @property
    def entity(self) -> str:
        """Which part of the device."""
        ...

    @property
    def kind(self) -> HealthKind:
        """What is measured."""
        ...

    @property
    def oids(self) -> tuple[str, ...]:
        """The instances it needs, all in one answer."""
        ...

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """Its reading; unknown where the answer tells nothing that can be used. Never fails."""
        ...


def unknown(entity: str, kind: HealthKind, word: str = "") -> HealthReading:
    """A sensor that is there and tells nothing."""
    return HealthReading(entity, kind, None, KINDS[kind].unit, HealthStatus.UNKNOWN, None, LimitSource.NONE, word)


class Measure:
    """A number, judged by its limits where it has some."""

    __slots__ = ("_decode", "_judge", "_oid", "_unit", "entity", "kind", "oids")

    def __init__(self, entity: str, kind: HealthKind, oid: str, decode: Decoder, limits: Limits | None = None) -> None:
        self.entity = entity
        self.kind = kind
        self.oids: tuple[str, ...] = (oid,)
        self._oid = oid
        self._decode = decode
        self._judge = None if limits is None else limits.judge
        self._unit = KINDS[kind].unit

    def forget_limits(self) -> None:
        """From now on the status says only whether there is a value."""
        self._judge = None

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """The value and its status."""
        value = self._decode(answer.get(self._oid))
        if value is None:
            return unknown(self.entity, self.kind)
        judge = self._judge
        if judge is None:
            return HealthReading(self.entity, self.kind, value, self._unit)
        status, limit, source = judge(value)
        return HealthReading(self.entity, self.kind, value, self._unit, status, limit, source)


class Gated(Measure):
    """A number that counts only while the sensor's operational status is ok (EntitySensorStatus, RFC 3433)."""

    __slots__ = ("_gate",)

    WORDS: Mapping[Value, str] = {2: "unavailable", 3: "nonoperational"}

    def __init__(
        self, entity: str, kind: HealthKind, oid: str, decode: Decoder, limits: Limits | None, gate: str
    ) -> None:
        """`gate` is the instance of the operational status."""
        super().__init__(entity, kind, oid, decode, limits)
        self.oids = (oid, gate)
        self._gate = gate

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """Unknown while the status is not ok(1)."""
        state = answer.get(self._gate)
        if state != 1:
            return unknown(self.entity, self.kind, self.WORDS.get(state, ""))
        return super().read(answer)


class States:
    """What a state object's values mean."""

    __slots__ = ("_numbers", "_otherwise", "_texts")

    def __init__(self, states: Mapping[int | str, StateWord], otherwise: StateWord | None) -> None:
        self._numbers = {key: word for key, word in states.items() if isinstance(key, int)}
        self._texts = {str(key).casefold(): word for key, word in states.items()}
        self._otherwise = otherwise

    def of(self, raw: Value) -> StateWord | None:
        """The meaning of a value; None where nobody said. Never fails."""
        if type(raw) is int:
            return self._numbers.get(raw, self._otherwise)
        if raw is None:
            return None
        return self._texts.get(text_of(raw).casefold(), self._otherwise)


class Judged(Measure):
    """A number with the device's own verdict beside it, which goes before any limit."""

    __slots__ = ("_states", "_verdict")

    def __init__(
        self,
        entity: str,
        kind: HealthKind,
        oid: str,
        decode: Decoder,
        limits: Limits | None,
        verdict: str,
        states: States,
    ) -> None:
        """`verdict` is the instance that `states` explains."""
        super().__init__(entity, kind, oid, decode, limits)
        self.oids = (oid, verdict)
        self._verdict = verdict
        self._states = states

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """The value with the device's verdict; by the limits where the verdict is missing or unknown."""
        reading = super().read(answer)
        state = self._states.of(answer.get(self._verdict))
        if state is None:
            return reading
        reading.word = state.word
        if state.status is None:
            return unknown(self.entity, self.kind, state.word)
        if state.status is not HealthStatus.UNKNOWN:
            reading.status = state.status
            reading.limit_source = LimitSource.DEVICE
        return reading


class StateSensor:
    """A state: the device's own verdict."""

    __slots__ = ("_oid", "_states", "entity", "kind", "oids")

    def __init__(self, entity: str, kind: HealthKind, oid: str, states: States) -> None:
        self.entity = entity
        self.kind = kind
        self.oids: tuple[str, ...] = (oid,)
        self._oid = oid
        self._states = states

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """The number, its word and its status; a number that nobody listed is unknown, and its own word."""
        raw = answer.get(self._oid)
        if raw is None:
            return unknown(self.entity, self.kind)
        number = float(raw) if type(raw) is int else None
        state = self._states.of(raw)
        if state is None or state.status is None:
            # Not there any more is no failure: it may have been taken out on purpose.
            word = text_of(raw)[:64] if state is None else state.word
            return HealthReading(self.entity, self.kind, number, "", HealthStatus.UNKNOWN, None, LimitSource.NONE, word)
        return HealthReading(self.entity, self.kind, number, "", state.status, None, LimitSource.DEVICE, state.word)
