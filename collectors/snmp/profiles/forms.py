"""Tables of standard MIBs whose rows say themselves what they are: the closed set of forms. Pure."""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Final

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.aggregates import Reclaimed
from collectors.snmp.profiles.fields import StateWord
from collectors.snmp.profiles.judging import Bound
from collectors.snmp.profiles.makers import Values, bounded
from collectors.snmp.profiles.sensors import Gated, Measure, Sensor, States, StateSensor
from collectors.snmp.profiles.values import Decoder, scaled
from collectors.snmp.text import number_of, text_of
from foundation.messages import HealthStatus, LimitSource

ENTITY_SENSOR_ENTRY: Final = "1.3.6.1.2.1.99.1.1.1"
"""entPhySensorEntry (RFC 3433): .1 type, .2 scale, .3 precision, .4 value, .5 operational status."""

AMPERES, WATTS, TRUTH, DECIBEL_MILLIWATTS = 5, 6, 12, 14

TYPES: Final[Mapping[int, HealthKind]] = {
    3: "voltage",  # voltsAC
    4: "voltage",  # voltsDC
    AMPERES: "current",
    WATTS: "power_draw",
    8: "temperature",  # celsius
    9: "humidity",  # percentRH
    10: "fan_speed",  # rpm
    TRUTH: "contact",
}
"""EntitySensorDataType as a kind. Hertz, cubic metres a minute and whatever has no unit are left out."""

TRUTH_VALUES: Final = States({1: StateWord(HealthStatus.OK, "true"), 2: StateWord(HealthStatus.OK, "false")}, None)
"""TruthValue (RFC 2579). Whether true is good nobody says, so neither is bad."""

RECEIVES: Final = re.compile(r"(?i)\brx|receiv|input.*(?:optical|light|laser)|\b(?:optical|light).*input")
SENDS: Final = re.compile(r"(?i)\btx|transmit|output.*(?:optical|light|laser)|\b(?:optical|light).*output")
BIAS: Final = re.compile(r"(?i)bias|laser|lane current")

FINE: Final = Fraction(1, 1000)
"""dBm: nobody measures exactly 0 to this place; there a 0 is an optic that tells nothing."""

MOST_THRESHOLDS: Final = 8
"""Of one sensor; devices have two, four or six."""
LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL = 1, 2, 3, 4
"""CISCO-ENTITY-SENSOR-MIB SensorThresholdRelation; any other one tells no limit."""
WARNING_SEVERITIES: Final = frozenset({10})
"""SensorThresholdSeverity: other(1), minor(10), major(20), critical(30)."""
CRITICAL_SEVERITIES: Final = frozenset({20, 30})


def kind_of(data_type: Value, name: str) -> HealthKind | None:
    """What a sensor of this EntitySensorDataType (CISCO-ENTITY-SENSOR-MIB adds dBm) and name measures; None: nothing
    that can be used.

    An optical power says only in its name which way the light goes; in watts and amperes, too, only the name tells an
    optic's power and bias current from a power supply's.
    """
    if type(data_type) is not int:
        return None
    if data_type in (DECIBEL_MILLIWATTS, WATTS):
        if RECEIVES.search(name):
            return "optical_rx"
        if SENDS.search(name):
            return "optical_tx"
        return None if data_type == DECIBEL_MILLIWATTS else "power_draw"
    if data_type == AMPERES and BIAS.search(name):
        return "optical_bias"
    return TYPES.get(data_type)


class EntitySensorMaker:
    """Makes the sensors of entPhySensorTable, or of a table like it."""

    def __init__(self, kind: HealthKind, entry: str, thresholds: str | None) -> None:
        self._kind = kind
        self._entry = entry
        self._thresholds = thresholds

    def needs(self, index: str, values: Values) -> list[str]:
        """Value, scale, precision and status; and thresholds one after the other, for as long as there are more."""
        wanted = [self._at(column, index) for column in (2, 3, 4, 5)]
        if self._thresholds is not None:
            for number in range(1, MOST_THRESHOLDS + 1):
                wanted.extend(self._threshold(column, index, number) for column in (2, 3, 4))
                if values.get(self._threshold(4, index, number)) is None:
                    break
        return wanted

    def make(self, entity: str, index: str, values: Values) -> Sensor | None:
        """None where the device can't tell the value now and need not (unavailable), or tells what can't be."""
        kind, oid, gate = self._kind, self._at(4, index), self._at(5, index)
        status = values.get(gate)
        if status == 2:
            return None
        if kind == "contact":
            state = TRUTH_VALUES.of(values.get(oid))
            return None if state is None else StateSensor(entity, kind, oid, TRUTH_VALUES)
        factor = scaled(number_of(values, self._at(2, index)), number_of(values, self._at(3, index)))
        if factor is None:
            return None
        decode = self._decoder(factor, number_of(values, self._at(1, index)))
        if decode(values.get(oid)) is None and status != 3:
            return None
        limits = bounded(self._bounds(index, decode, values), {}, kind)
        if status is None:
            return Measure(entity, kind, oid, decode, limits)
        return Gated(entity, kind, oid, decode, limits, gate)

    def _decoder(self, factor: Fraction, data_type: int | None) -> Decoder:
        low, high = KINDS[self._kind].low, KINDS[self._kind].high
        if self._kind == "optical_bias":
            return Decoder(factor * 1000, low, high)
        if data_type == WATTS and self._kind in ("optical_rx", "optical_tx"):
            return Decoder(factor * 1000, low, high, convert="milliwatt")
        if data_type == DECIBEL_MILLIWATTS and factor <= FINE:
            return Decoder(factor, low, high, absent=frozenset((0,)))
        return Decoder(factor, low, high)

    def _bounds(self, index: str, decode: Decoder, values: Values) -> dict[str, Bound]:
        bounds: dict[str, Bound] = {}
        if self._thresholds is None:
            return bounds
        for number in range(1, MOST_THRESHOLDS + 1):
            severity, relation, raw = (values.get(self._threshold(column, index, number)) for column in (2, 3, 4))
            if type(raw) is not int:
                break
            # Both are whole numbers of one scale: above 70 is from 71 on.
            value = decode(raw + (relation == GREATER) - (relation == LESS))
            side = {LESS: "low_", LESS_OR_EQUAL: "low_", GREATER: "", GREATER_OR_EQUAL: ""}.get(
                relation if type(relation) is int else 0
            )
            if value is None or side is None:
                continue
            if severity in CRITICAL_SEVERITIES:
                _keep_nearest(bounds, side + "critical", value)
            elif severity in WARNING_SEVERITIES:
                _keep_nearest(bounds, side + "warning", value)
        return bounds

    def _at(self, column: int, index: str) -> str:
        return oids.under(f"{self._entry}.{column}", index)

    def _threshold(self, column: int, index: str, number: int) -> str:
        return f"{self._thresholds}.{column}.{index}.{number}"


def _keep_nearest(bounds: dict[str, Bound], name: str, value: float) -> None:
    """Of several limits of one name, the one that is reached first."""
    present = bounds.get(name)
    best = -inf if name.startswith("low") else inf
    held = best if present is None else present.value
    nearest = max(held, value) if name.startswith("low") else min(held, value)
    bounds[name] = Bound(nearest, LimitSource.DEVICE)


_RECLAIMABLE: Final = frozenset({"memory buffers", "cached memory"})
_NO_MEMORY_OF_ITS_OWN: Final = _RECLAIMABLE | {"available memory", "shared memory", "swap space", "virtual memory"}
_NO_DISK: Final = re.compile(r"/(?:dev|run|sys|proc)(?:/|$)")
"""File systems of the kernel's own, which net-snmp lists as fixed disks."""


def storage_name(values: Values, index: str) -> str:
    """hrStorageDescr at an index."""
    return text_of(values.get(oids.under(oids.HR_STORAGE_DESCR, index)))


def storage_kind(data_type: Value, name: str) -> HealthKind | None:
    """What a row of hrStorageTable is; None for what is none of its own."""
    if data_type == oids.HR_STORAGE_RAM and name.casefold() not in _NO_MEMORY_OF_ITS_OWN:
        return "memory"
    if data_type == oids.HR_STORAGE_FIXED_DISK and not _NO_DISK.match(name):
        return "disk"
    return None


def reclaimable(values: Values, indexes: list[str]) -> tuple[str, ...]:
    """The rows of a net-snmp host whose memory can be had back at once: hrStorageUsed of buffers and cache."""
    return tuple(
        oids.under(oids.HR_STORAGE_USED, index)
        for index in indexes
        if storage_name(values, index).casefold() in _RECLAIMABLE
    )


class StorageMaker:
    """Makes the sensors of hrStorageTable."""

    def __init__(self, kind: HealthKind, spare: tuple[str, ...]) -> None:
        """`spare` is what net-snmp lists of "physical memory" in rows of its own."""
        self._kind = kind
        self._spare = spare

    def needs(self, index: str, _values: Values) -> list[str]:
        """Used and size."""
        return [oids.under(column, index) for column in (oids.HR_STORAGE_USED, oids.HR_STORAGE_SIZE)]

    def make(self, entity: str, index: str, values: Values) -> Sensor | None:
        """None where the size is 0 or less."""
        used, size = self.needs(index, values)
        if (number_of(values, size) or 0) <= 0:
            return None
        physical = storage_name(values, index).casefold() == "physical memory"
        return Reclaimed(entity, self._kind, used, size, self._spare if physical else ())
