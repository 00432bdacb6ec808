"""One object of a recording, and its line in snmpsim's `.snmprec` format: `OID|TAG|VALUE`.

TAG is the number of the value's BER tag (RFC 2578, X.690), with an `x` behind it where VALUE is hexadecimal. Pure.
"""

from dataclasses import dataclass
from typing import Final

Oid = tuple[int, ...]
"""An object identifier, one number a step."""

INTEGER: Final = 2
OCTETS: Final = 4
NULL: Final = 5
OBJECT_IDENTIFIER: Final = 6
ADDRESS: Final = 64
"""IpAddress: four octets."""
COUNTER32: Final = 65
GAUGE32: Final = 66
"""Unsigned32 too: they share a tag."""
TIME_TICKS: Final = 67
OPAQUE: Final = 68
COUNTER64: Final = 70

NUMBERS: Final = frozenset({INTEGER, COUNTER32, GAUGE32, TIME_TICKS, COUNTER64})
BYTES: Final = frozenset({OCTETS, ADDRESS, OPAQUE})

Value = int | bytes | Oid | None
"""A number for NUMBERS, bytes for BYTES, an identifier for OBJECT_IDENTIFIER, None for NULL."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object as the device told it."""

    oid: Oid
    tag: int
    value: Value


def oid_of(text: str) -> Oid:
    """`1.3.6.1` as numbers; a leading dot is taken off.

    Raises ValueError when it is no object identifier.
    """
    steps = tuple(int(step) for step in text.strip().removeprefix(".").split("."))
    if len(steps) < 2 or steps[0] > 2 or any(not 0 <= step < 2**32 for step in steps):
        raise ValueError(f"{text!r} is no object identifier")
    return steps


def dotted(oid: Oid) -> str:
    """`1.3.6.1`."""
    return ".".join(map(str, oid))


def line_of(record: Record) -> str:
    """The record's line, without its end. Text is written as it is where every reader gets the same bytes back."""
    tag, value = record.tag, record.value
    if isinstance(value, bytes):
        if tag == ADDRESS and len(value) == 4:
            return f"{dotted(record.oid)}|{tag}|{dotted(tuple(value))}"
        if tag == OCTETS and _plain(value):
            return f"{dotted(record.oid)}|{tag}|{value.decode('ascii')}"
        return f"{dotted(record.oid)}|{tag}x|{value.hex()}"
    if isinstance(value, tuple):
        return f"{dotted(record.oid)}|{tag}|{dotted(value)}"
    return f"{dotted(record.oid)}|{tag}|{'' if value is None else value}"


def record_of(line: str) -> Record:
    """The record that `line_of` wrote.

    Raises ValueError when the line is none.
    """
    parts = line.rstrip("\r\n").split("|", 2)
    if len(parts) != 3:
        raise ValueError("a record has an OID, a tag and a value")
    oid, text = oid_of(parts[0]), parts[2]
    hexadecimal = parts[1].endswith("x")
    tag = int(parts[1].removesuffix("x"))
    if tag in NUMBERS and not hexadecimal:
        return Record(oid, tag, int(text))
    if tag == OBJECT_IDENTIFIER:
        return Record(oid, tag, oid_of(text))
    if tag == NULL:
        return Record(oid, tag, None)
    if tag not in BYTES:
        raise ValueError(f"{tag} is no tag of SNMP")
    if hexadecimal:
        return Record(oid, tag, bytes.fromhex(text))
    if tag == ADDRESS:
        return Record(oid, tag, bytes(int(step) for step in text.split(".")))
    return Record(oid, tag, text.encode("latin-1"))


def _plain(value: bytes) -> bool:
    """Whether it survives as text: printable ASCII, and no blank at an end that an editor or reader would strip."""
    return all(32 <= byte < 127 for byte in value) and value == value.strip()
