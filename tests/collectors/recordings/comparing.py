"""Compares a recording as the collector sees it with LibreNMS's view of it, reading by reading. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from collectors.snmp.kinds import KINDS
from tests.collectors.recordings.looks import Look, Reading

Rows = Mapping[str, list[dict[str, Any]]]
"""LibreNMS's rows by table."""


class Outcome(StrEnum):
    """How one reading compares."""

    EQUAL = "equal"
    """Both read it from the same object and get the same value."""
    OTHER = "other object"
    """Both read the same thing of the same part, from different objects."""
    DIFFERENT = "different"
    """Both read the same object, and get different values."""
    THEIRS = "only theirs"
    OURS = "only ours"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reading and how it compares."""

    device: str
    group: str
    outcome: Outcome
    oid: str
    what: str
    """The part's name."""
    theirs: float | None
    ours: float | None


@dataclass(frozen=True, slots=True)
class PortFinding:
    """A port, and what is not the same about it; nothing where it is equal."""

    device: str
    index: int
    name: str
    difference: str


GROUPS: Final[Mapping[str, str]] = {
    "cpu": "processors", "memory": "memory", "disk": "disk", "temperature": "temperature", "voltage": "voltage",
    "current": "current", "optical_bias": "current", "optical_rx": "dbm", "optical_tx": "dbm", "power_draw": "power",
    "fan_speed": "fanspeed", "load": "load", "charge": "charge", "runtime": "runtime", "humidity": "humidity",
    "sessions": "count", "utilisation": "percent",
}  # fmt: skip
"""LibreNMS's sensor class, or module, for each kind of ours; kinds that are states are its class `state`."""

SAME_PART: Final = (
    ("1.3.6.1.4.1.9.9.109.1.1.1.1.8", "1.3.6.1.4.1.9.9.109.1.1.1.1.7"),  # 5 minutes' mean, 1 minute's
    ("1.3.6.1.4.1.9.9.13.1.3.1.3", "1.3.6.1.4.1.9.9.91.1.1.1.1.4"),  # temperatures of ENVMON and of ENTITY-SENSOR
    ("1.3.6.1.4.1.9.9.117.1.1.2.1.2", "1.3.6.1.4.1.9.9.13.1.5.1.3"),  # supplies by FRU-CONTROL and by ENVMON
    ("1.3.6.1.4.1.2636.3.1.15.1.8", "1.3.6.1.4.1.2636.3.1.13.1.6"),  # fans, supplies: plugged in, and running
    ("1.3.6.1.4.1.2636.3.60.1.2.1.1.6", "1.3.6.1.4.1.2636.3.60.1.1.1.1.5"),  # optics: of a lane, of the module
    ("1.3.6.1.4.1.2636.3.60.1.2.1.1.8", "1.3.6.1.4.1.2636.3.60.1.1.1.1.7"),
)
"""Columns of theirs and of ours that tell the same thing of a part, with the same index. A lane's index is the
module's with the lane behind."""


def compare_readings(device: str, look: Look, theirs: Rows) -> list[Finding]:
    """Every reading of either side, once."""
    ours = _Ours(look.readings)
    rows = [
        *(_processor(row) for row in theirs.get("processors", [])),
        *(_memory(row) for row in theirs.get("mempools", [])),
        *(_sensor(row) for row in theirs.get("sensors", [])),
    ]
    # First what both read from the same object, so that an equal object never takes it away.
    exact = {position: reading for position, row in enumerate(rows) if (reading := ours.take([row.oid], row.group))}
    findings: list[Finding] = []
    for position, row in enumerate(rows):
        reading = exact.get(position)
        other = ours.take(_same_part(row.oid), row.group) if reading is None else None
        findings.append(_judged(device, row, reading or other, is_exact=reading is not None))
    findings.extend(
        Finding(device, group_of(reading), Outcome.OURS, reading.oids[0], reading.health.entity, None, _value(reading))
        for reading in ours.left()
        if reading.health is not None
    )
    return findings


def group_of(reading: Reading) -> str:
    """Under which of LibreNMS's classes a reading of ours falls."""
    assert reading.health is not None
    return GROUPS.get(reading.health.kind, "state")


def compare_ports(device: str, look: Look, theirs: Rows) -> list[PortFinding]:
    """Every port of theirs by ifIndex, then those that are only ours."""
    interfaces = {one.raw.index: one.raw for one in look.inventory.interfaces}
    found: list[PortFinding] = []
    for row in theirs.get("ports", []):
        index = row["ifIndex"]
        raw, reading = interfaces.pop(index, None), look.ports.get(index)
        if raw is None or reading is None:
            found.append(PortFinding(device, index, str(row["ifName"]), "only theirs"))
            continue
        # A name of theirs that is missing is filled in from the other one.
        names = {text for text in (raw.if_name, raw.descr) if text}
        sides = {
            "name": ({_plain(row["ifName"]), _plain(row["ifDescr"])} - {""}, {_plain(name) for name in names}),
            "admin": (row["ifAdminStatus"], _status(reading.admin)),
            "oper": (row["ifOperStatus"], _status(reading.oper)),
            "speed": (row["ifSpeed"] or 0, raw.speed),
        }
        wrong = [f"{what} {one} / {other}" for what, (one, other) in sides.items() if one != other]
        found.append(PortFinding(device, index, raw.if_name or raw.descr, "; ".join(wrong)))
    found.extend(PortFinding(device, index, raw.if_name or raw.descr, "only ours") for index, raw in interfaces.items())
    return found


def _plain(text: object) -> str:
    """A name without the care that each side takes of spaces and quotes."""
    return " ".join(str(text or "").replace('"', "").split())


STATUS: Final = ("", "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown")


def _status(number: int) -> str:
    return STATUS[number] if 0 < number < len(STATUS) else str(number)


class _Ours:
    """Our readings, looked up by object; each is taken once."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = [reading for reading in readings if reading.health is not None]
        self._taken: set[int] = set()

    def take(self, oids: Iterable[str], group: str) -> Reading | None:
        """The reading of one of these objects; rather one whose value it is than one that only needs it too."""
        for oid in oids:
            for first_only in (True, False):
                for position, reading in enumerate(self._readings):
                    if position in self._taken or group_of(reading) != group:
                        continue
                    if oid in (reading.oids[:1] if first_only else reading.oids):
                        self._taken.add(position)
                        return reading
        return None

    def left(self) -> list[Reading]:
        """Those that nobody took."""
        return [reading for position, reading in enumerate(self._readings) if position not in self._taken]


def _same_part(oid: str) -> list[str]:
    found: list[str] = []
    for theirs, ours in SAME_PART:
        if oid.startswith(f"{theirs}."):
            index = oid[len(theirs) + 1 :]
            found.append(f"{ours}.{index}")
            if ".60.1.2." in theirs:
                found.append(f"{ours}.{index.rpartition('.')[0]}")
    return found


def _value(reading: Reading) -> float | None:
    """In LibreNMS's unit."""
    assert reading.health is not None
    value = reading.health.value
    # A laser's current is told in milliamperes here and in amperes there.
    return value / 1000 if value is not None and KINDS[reading.health.kind].unit == "mA" else value  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class _Theirs:
    """One reading of theirs."""

    group: str
    oid: str
    what: str
    value: float
    slack: float
    """How far ours may lie from it, besides 0.2 %: by what they round to."""


def _judged(device: str, row: _Theirs, reading: Reading | None, *, is_exact: bool) -> Finding:
    if reading is None:
        return Finding(device, row.group, Outcome.THEIRS, row.oid, row.what, row.value, None)
    mine = _value(reading)
    close = mine is not None and abs(mine - row.value) <= row.slack + abs(row.value) * 0.002
    outcome = Outcome.OTHER if not is_exact else Outcome.EQUAL if close else Outcome.DIFFERENT
    return Finding(device, row.group, outcome, row.oid, row.what, row.value, mine)


def _processor(row: dict[str, Any]) -> _Theirs:
    oid = str(row["processor_oid"]).lstrip(".")
    return _Theirs("processors", oid, str(row["processor_descr"]), float(row["processor_usage"]), 0.51)


def _memory(row: dict[str, Any]) -> _Theirs:
    oid = str(row.get("mempool_perc_oid") or row.get("mempool_used_oid") or row.get("mempool_free_oid") or "")
    return _Theirs("memory", oid.lstrip("."), str(row["mempool_descr"]), float(row["mempool_perc"]), 0.51)


def _sensor(row: dict[str, Any]) -> _Theirs:
    oid, value = str(row["sensor_oid"]).lstrip("."), float(row["sensor_current"])
    return _Theirs(str(row["sensor_class"]), oid, str(row["sensor_descr"]), value, 0.006)
