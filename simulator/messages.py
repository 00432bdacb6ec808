"""SNMP v1 and v2c messages (RFC 1157, RFC 3416): reading requests, writing responses."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from simulator.ber import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    expect,
    header,
    integer,
    integer_content,
    length_bytes,
)

V1: Final = 0
V2C: Final = 1


class Kind(IntEnum):
    """The PDU types an agent is asked with, by their BER tags."""

    GET = 0xA0
    GET_NEXT = 0xA1
    SET = 0xA3
    GET_BULK = 0xA5


RESPONSE: Final = 0xA2
_ASKED: Final = frozenset(Kind)


class ErrorStatus(IntEnum):
    """The error-status of a response (RFC 3416 §3)."""

    NO_ERROR = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    NOT_WRITABLE = 17


NO_SUCH_OBJECT: Final = b"\x80\x00"
NO_SUCH_INSTANCE: Final = b"\x81\x00"
END_OF_MIB_VIEW: Final = b"\x82\x00"
NULL_VALUE: Final = b"\x05\x00"

_NO_ERROR_FIELDS: Final = integer(0) + integer(0)
_PAIR_HEADS: Final = tuple(bytes((SEQUENCE,)) + length_bytes(length) for length in range(128))
MAX_VARBINDS: Final = 2_000
"""More object names in one request are refused as malformed: no message of 64 KiB needs them."""


@dataclass(slots=True)
class Request:
    """A request, taken apart as far as every answer needs it."""

    version: int
    """`V1` or `V2C`."""
    community: bytes
    kind: int
    """See `Kind`."""
    request_id: bytes
    """The whole element, to be sent back unchanged."""
    non_repeaters: int
    max_repetitions: int
    varbinds: bytes
    """The content of the variable-bindings list."""


def parse_request(data: bytes) -> Request:
    """Take a message apart.

    Raises BerError when it is malformed, of another version, or no request.
    """
    end = len(data)
    at, stop = expect(data, 0, end, SEQUENCE)
    if stop != end:
        raise BerError("bytes follow the message")
    start, at = expect(data, at, end, INTEGER)
    version = integer_content(data, start, at)
    if version not in (V1, V2C):
        raise BerError("the version is neither 1 nor 2c")
    start, at = expect(data, at, end, OCTET_STRING)
    community = data[start:at]
    kind, at, stop = header(data, at, end)
    if kind not in _ASKED or stop != end:
        raise BerError("the message holds no request, or more than one")
    id_at = at
    start, at = expect(data, at, end, INTEGER)
    integer_content(data, start, at)
    request_id = data[id_at:at]
    start, at = expect(data, at, end, INTEGER)
    first = integer_content(data, start, at)
    start, at = expect(data, at, end, INTEGER)
    second = integer_content(data, start, at)
    start, stop = expect(data, at, end, SEQUENCE)
    if stop != end:
        raise BerError("bytes follow the variable bindings")
    return Request(version, community, kind, request_id, max(first, 0), max(second, 0), data[start:stop])


def names_asked(varbinds: bytes) -> list[bytes]:
    """The content bytes of each object identifier in a variable-bindings list; the values are not looked at.

    Raises BerError when the list is malformed or too long.
    """
    names: list[bytes] = []
    at, end = 0, len(varbinds)
    while at < end:
        start, stop = expect(varbinds, at, end, SEQUENCE)
        name_start, name_stop = expect(varbinds, start, stop, OBJECT_IDENTIFIER)
        _, _, value_stop = header(varbinds, name_stop, stop)
        if value_stop != stop or name_start == name_stop:
            raise BerError("a variable binding is no pair of name and value")
        names.append(varbinds[name_start:name_stop])
        at = stop
    if len(names) > MAX_VARBINDS:
        raise BerError("too many variable bindings")
    return names


def pair(name: bytes, value: bytes) -> bytes:
    """A variable binding: `name` and `value` are whole elements."""
    length = len(name) + len(value)
    if length < 128:
        return _PAIR_HEADS[length] + name + value
    return b"\x30" + length_bytes(length) + name + value


def response(request: Request, varbinds: bytes, status: int = ErrorStatus.NO_ERROR, index: int = 0) -> bytes:
    """The response to a request; `varbinds` is the content of the variable-bindings list."""
    fields = _NO_ERROR_FIELDS if not status else integer(status) + integer(index)
    bindings = b"\x30" + length_bytes(len(varbinds)) + varbinds
    body = request.request_id + fields + bindings
    community = request.community
    inner = b"".join(
        (
            b"\x02\x01\x01\x04" if request.version else b"\x02\x01\x00\x04",
            length_bytes(len(community)),
            community,
            b"\xa2",
            length_bytes(len(body)),
            body,
        )
    )
    return b"\x30" + length_bytes(len(inner)) + inner
