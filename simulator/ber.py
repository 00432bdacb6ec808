"""The part of the Basic Encoding Rules (X.690) that SNMP uses (RFC 3417 §8): definite lengths, primitive values.

Own code because the simulator answers thousands of requests a second on one core; no Python library comes near.
Decoding raises `BerError` and nothing else, whatever the bytes.
"""

from typing import Final

Oid = tuple[int, ...]
"""An object identifier, one number a step."""

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46

MAX_OID_STEPS: Final = 128
"""RFC 2578 §3.5: an object identifier has at most 128 sub-identifiers."""
MAX_SUB_IDENTIFIER: Final = 2**32 - 1


class BerError(ValueError):
    """The bytes are no well-formed encoding, or the value can't be encoded."""


def header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Read a tag and a length at `at`: the tag, where the content starts and where it stops (at most `end`).

    Raises BerError when the header is cut short, uses an indefinite length, or promises more than there is.
    """
    start = at + 2
    if start > end:
        raise BerError("an element is cut short")
    length = data[at + 1]
    if length > 127:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise BerError("a length is indefinite or takes more than four bytes")
        start += count
        if start > end:
            raise BerError("a length is cut short")
        length = int.from_bytes(data[at + 2 : start], "big")
    stop = start + length
    if stop > end:
        raise BerError("an element promises more bytes than there are")
    return data[at], start, stop


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and stops.

    Raises BerError when the element is malformed or has another tag.
    """
    found, start, stop = header(data, at, end)
    if found != tag:
        raise BerError(f"an element has tag {found:#04x} where {tag:#04x} is due")
    return start, stop


def integer_content(data: bytes, start: int, stop: int) -> int:
    """A signed integer of one to four bytes (RFC 2578: Integer32).

    Raises BerError when it has another size.
    """
    if not 1 <= stop - start <= 4:
        raise BerError("an INTEGER must have one to four bytes")
    return int.from_bytes(data[start:stop], "big", signed=True)


def decode_oid(content: bytes) -> Oid:
    """An object identifier from its content bytes (without tag and length).

    Raises BerError when it is empty, too long, cut short, padded or has a step above 2³²-1.
    """
    if not content or content[-1] & 0x80:
        raise BerError("an OBJECT IDENTIFIER is empty or cut short")
    steps: list[int] = []
    step = 0
    for byte in content:
        if byte == 0x80 and step == 0:
            raise BerError("a sub-identifier is padded")
        step = step << 7 | byte & 0x7F
        if not byte & 0x80:
            steps.append(step)
            step = 0
        elif step > MAX_SUB_IDENTIFIER:
            raise BerError("a sub-identifier is above 2³²-1")
    first = steps[0]
    top = min(first // 40, 2)
    steps[0:1] = [top, first - 40 * top]
    if len(steps) > MAX_OID_STEPS or max(steps) > MAX_SUB_IDENTIFIER:
        raise BerError("an OBJECT IDENTIFIER has too many steps, or one above 2³²-1")
    return tuple(steps)


def encode_steps(steps: Oid) -> bytes:
    """The base-128 form of sub-identifiers: the tail of an object identifier's content.

    Raises BerError when one is negative or above 2³²-1.
    """
    content = bytearray()
    for step in steps:
        if not 0 <= step <= MAX_SUB_IDENTIFIER:
            raise BerError("a sub-identifier must lie between 0 and 2³²-1")
        _append_base128(content, step)
    return bytes(content)


def encode_oid(oid: Oid) -> bytes:
    """An object identifier's content bytes.

    Raises BerError when it has fewer than two steps, more than 128, or steps that can't be encoded.
    """
    if not 2 <= len(oid) <= MAX_OID_STEPS:
        raise BerError("an OBJECT IDENTIFIER has 2 to 128 steps")
    top, second = oid[0], oid[1]
    if not (0 <= top <= 1 and 0 <= second <= 39) and not (top == 2 and 0 <= second <= MAX_SUB_IDENTIFIER):
        raise BerError("an OBJECT IDENTIFIER starts with 0.0–0.39, 1.0–1.39 or 2.x")
    content = bytearray()
    _append_base128(content, top * 40 + second)
    return bytes(content) + encode_steps(oid[2:])


def _append_base128(content: bytearray, step: int) -> None:
    if step < 128:
        content.append(step)
        return
    groups = [step & 0x7F]
    while step := step >> 7:
        groups.append(step & 0x7F | 0x80)
    content += bytes(reversed(groups))


def tlv(tag: int, content: bytes) -> bytes:
    """An element: tag, length, content."""
    return bytes((tag,)) + length_bytes(len(content)) + content


def length_bytes(length: int) -> bytes:
    """A length in its shortest form."""
    if length < 128:
        return bytes((length,))
    count = (length.bit_length() + 7) >> 3
    return bytes((0x80 | count,)) + length.to_bytes(count, "big")


def integer(value: int) -> bytes:
    """A signed INTEGER element."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return bytes((INTEGER, size)) + value.to_bytes(size, "big", signed=True)


def unsigned(tag: int, value: int) -> bytes:
    """An element of an unsigned type (Counter32, Gauge32, TimeTicks, Counter64); the value is not negative."""
    size = (value.bit_length() >> 3) + 1
    return bytes((tag, size)) + value.to_bytes(size, "big")


def octets(value: bytes) -> bytes:
    """An OCTET STRING element."""
    return tlv(OCTET_STRING, value)


def text(value: str) -> bytes:
    """An OCTET STRING element of UTF-8 text (RFC 3411: SnmpAdminString)."""
    return tlv(OCTET_STRING, value.encode())


def object_identifier(oid: Oid) -> bytes:
    """An OBJECT IDENTIFIER element. Raises BerError as `encode_oid` does."""
    return tlv(OBJECT_IDENTIFIER, encode_oid(oid))


def parse_oid(written: str) -> Oid:
    """`1.3.6.1.2.1` or `.1.3.6.1.2.1` as an object identifier.

    Raises BerError when it is none.
    """
    steps = written.strip().removeprefix(".").split(".")
    if not all(step.isascii() and step.isdigit() for step in steps):
        raise BerError(f"{written!r} is no object identifier")
    oid = tuple(int(step) for step in steps if len(step) <= 10)
    if len(oid) != len(steps):
        raise BerError(f"{written!r} has a step above 2³²-1")
    encode_oid(oid)
    return oid
