"""Recordings of real devices (snmpsim's `.snmprec`), replayed as a device's agent.

One line an object: `OID|TAG|VALUE`. TAG is the BER type's number; `x` behind it means that VALUE is hexadecimal; a
suffix such as `:numeric` names one of snmpsim's variation modules, with its settings in VALUE. `.bz2` files are the
same text, compressed. Lines that are no record are passed over and counted; of a repeated OID the last stays; their
order does not matter.
"""

import bz2
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from foundation.problems import OperatorError
from simulator.ber import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    INTEGER,
    IP_ADDRESS,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    OPAQUE,
    TIME_TICKS,
    BerError,
    Oid,
    encode_oid,
    integer,
    object_identifier,
    parse_oid,
    tlv,
    unsigned,
)
from simulator.curve import Moment
from simulator.messages import NO_SUCH_INSTANCE, NO_SUCH_OBJECT
from simulator.routers import Port, Router
from simulator.views import Instance

_UP_TIME: Final = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_OPER_STATUS: Final = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)
_ADMIN_STATUS: Final = (1, 3, 6, 1, 2, 1, 2, 2, 1, 7)
_NAMES: Final = ((1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1), (1, 3, 6, 1, 2, 1, 2, 2, 1, 2))
_MASKS: Final = {
    COUNTER32: 2**32 - 1, GAUGE32: 2**32 - 1, TIME_TICKS: 2**32 - 1, COUNTER64: 2**64 - 1,
}  # fmt: skip
_TAG: Final = re.compile(r"(\d{1,3})(x?)(?::([A-Za-z0-9_]+))?")
_LARGEST: Final = 200 * 1024**2
"""Bytes of text a recording may unpack to."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A number that moves at a steady rate (variation `numeric`)."""

    tag: int
    initial: int
    rate: float

    def value(self, seconds: float) -> bytes:
        """The element after so many seconds."""
        value = int(self.initial + self.rate * seconds)
        return (
            integer(max(-(2**31), min(value, 2**31 - 1)))
            if self.tag == INTEGER
            else unsigned(self.tag, value & _MASKS[self.tag])
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """The objects of a recorded device in lexicographic order."""

    oids: list[Oid] = field(repr=False)
    values: list[bytes | Moving] = field(repr=False)
    skipped: int = 0
    """Lines that are no record."""

    def find(self, oid: Oid) -> int | None:
        """An object's place, or None."""
        position = bisect_right(self.oids, oid) - 1
        return position if position >= 0 and self.oids[position] == oid else None


def read_recording(path: Path) -> Recording:
    """Read a `.snmprec` or `.snmprec.bz2` file.

    Raises OperatorError when it can't be read or holds no record at all.
    """
    try:
        if path.suffix == ".bz2":
            with bz2.open(path) as file:
                data = file.read(_LARGEST + 1)
        else:
            with path.open("rb") as plain:
                data = plain.read(_LARGEST + 1)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is no whole bzip2 file"
        raise OperatorError(f"The recording {path} can't be read: {reason}.") from None
    if len(data) > _LARGEST:
        raise OperatorError(f"The recording {path} is larger than {_LARGEST // 1024**2} MB. Cut it down.")
    recording = parse_recording(data)
    if not recording.oids:
        raise OperatorError(f"The recording {path} holds no record of the form OID|TAG|VALUE.")
    return recording


def parse_recording(data: bytes) -> Recording:
    """Make a recording from the text of one. Never raises: what is no record is counted in `skipped`."""
    found: dict[Oid, bytes | Moving] = {}
    skipped = 0
    # Latin-1 keeps every byte: values may be UTF-8, GBK or binary. Only line ends of the file's own end a line.
    for line in data.decode("latin-1").split("\n"):
        line = line.rstrip("\r")
        if not line.strip():
            continue
        try:
            oid, value = _record(line)
        except (BerError, ValueError):
            skipped += 1
            continue
        found[oid] = value
    oids = sorted(found)
    return Recording(oids, [found[oid] for oid in oids], skipped)


def _record(line: str) -> tuple[Oid, bytes | Moving]:
    parts = line.split("|", 2)
    if len(parts) != 3:
        raise ValueError("no record")
    oid = parse_oid(parts[0])
    match = _TAG.fullmatch(parts[1].strip())
    if match is None:
        raise ValueError("no tag")
    tag, value = int(match[1]), parts[2]
    if match[3]:
        return oid, _varied(tag, value)
    if match[2]:
        return oid, _hexadecimal(tag, bytes.fromhex(value))
    return oid, _plain(tag, value)


def _plain(tag: int, value: str) -> bytes:
    if tag == INTEGER:
        return integer(_within(int(value), -(2**31), 2**31 - 1))
    if tag in _MASKS:
        return unsigned(tag, _within(int(value), 0, _MASKS[tag]))
    if tag == OBJECT_IDENTIFIER:
        return object_identifier(parse_oid(value))
    if tag == IP_ADDRESS:
        return tlv(tag, bytes(_within(int(part), 0, 255) for part in value.split("."))) if value else tlv(tag, bytes(4))
    if tag == NULL:
        return tlv(NULL, b"")
    if tag in (OCTET_STRING, OPAQUE):
        return tlv(tag, value.encode("latin-1"))
    raise ValueError("no such type")


def _hexadecimal(tag: int, content: bytes) -> bytes:
    if tag in (OCTET_STRING, OPAQUE, IP_ADDRESS):
        return tlv(tag, content)
    if tag in _MASKS:
        return unsigned(tag, _within(int.from_bytes(content, "big"), 0, _MASKS[tag]))
    raise ValueError("no such type in hexadecimal")


def _varied(tag: int, value: str) -> bytes | Moving:
    settings = dict(part.partition("=")[::2] for part in value.split(",") if "=" in part)
    if tag == INTEGER or tag in _MASKS:
        initial = settings.get("initial", settings.get("value", settings.get("min", "0")))
        rate = settings.get("rate", "0")
        return Moving(tag, int(float(initial)), float(rate))
    if "hexvalue" in settings:
        return _hexadecimal(tag, bytes.fromhex(settings["hexvalue"]))
    return _plain(tag, settings.get("value", "" if "=" in value else value))


def _within(value: int, lowest: int, highest: int) -> int:
    if not lowest <= value <= highest:
        raise ValueError("out of range")
    return value


class RecordedView:
    """A recording as an agent shows it. Two things live: sysUpTime is the simulated router's, and the status of ports
    that the topology names follows its links."""

    def __init__(self, recording: Recording, router: Router) -> None:
        self._recording = recording
        self._router = router
        self._statuses = _statuses(recording, router)

    def at(self, oid: Oid) -> Instance | bytes:
        """See `View.at`."""
        position = self._recording.find(oid)
        if position is not None:
            return self._instance(position)
        # The MIB of a recording is not known: an object is there when the recording has an instance of its column.
        following = bisect_right(self._recording.oids, oid[:-1])
        oids = self._recording.oids
        if len(oid) > 2 and following < len(oids) and oids[following][: len(oid) - 1] == oid[:-1]:
            return NO_SUCH_INSTANCE
        return NO_SUCH_OBJECT

    def after(self, oid: Oid) -> Instance | None:
        """See `View.after`."""
        position = bisect_right(self._recording.oids, oid)
        return self._instance(position) if position < len(self._recording.oids) else None

    def _instance(self, position: int) -> Instance:
        oid = self._recording.oids[position]
        value = self._recording.values[position]
        name = tlv(OBJECT_IDENTIFIER, encode_oid(oid))
        if oid == _UP_TIME:
            return Instance(oid, name, _up_time, self._router, static=False)
        if oid in self._statuses:
            read = _oper if oid[:-1] == _OPER_STATUS else _admin
            return Instance(oid, name, read, self._statuses[oid], static=False)
        if isinstance(value, Moving):
            return Instance(oid, name, _moving, (value, self._router), static=False)
        return Instance(oid, name, _recorded, value, static=True)


def _statuses(recording: Recording, router: Router) -> dict[Oid, Port]:
    """The status objects of the ports that the topology knows by name."""
    ports = {port.name: port for port in router.ports if port.link is not None}
    found: dict[Oid, Port] = {}
    for column in _NAMES:
        position = bisect_right(recording.oids, column)
        while position < len(recording.oids) and recording.oids[position][: len(column)] == column:
            value = recording.values[position]
            port = None
            if isinstance(value, bytes) and value[0] == OCTET_STRING and value[1] < 128:
                port = ports.get(value[2:].decode("utf-8", "replace"))
            if port is not None:
                index = recording.oids[position][len(column) :]
                found[_OPER_STATUS + index] = port
                found[_ADMIN_STATUS + index] = port
            position += 1
    return found


def _up_time(router: Router, moment: Moment) -> bytes:
    return unsigned(TIME_TICKS, router.ticks(moment.now) & 0xFFFFFFFF)


def _oper(port: Port, _: Moment) -> bytes:
    return integer(port.oper)


def _admin(port: Port, _: Moment) -> bytes:
    return integer(port.admin)


def _moving(row: tuple[Moving, Router], moment: Moment) -> bytes:
    value, router = row
    return value.value(router.ticks(moment.now) / 100)


def _recorded(value: bytes, _: Moment) -> bytes:
    return value
