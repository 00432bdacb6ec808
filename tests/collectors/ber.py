"""Just enough BER and SNMPv2c to play an agent, well-behaved or not; shared with neither product nor simulator."""

from dataclasses import dataclass
from typing import Final

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
GET_BULK: Final = 0xA5
RESPONSE: Final = 0xA2


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, length, value."""
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def integer(value: int, tag: int = 0x02) -> bytes:
    """INTEGER, or an application type of the same form."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, value)


def ticks(value: int) -> bytes:
    """TimeTicks."""
    return integer(value, 0x43)


def counter32(value: int) -> bytes:
    """Counter32."""
    return integer(value, 0x41)


def counter64(value: int) -> bytes:
    """Counter64."""
    return integer(value, 0x46)


def oid(text: str) -> bytes:
    """OBJECT IDENTIFIER."""
    arcs = [int(arc) for arc in text.split(".")]
    content = bytes([arcs[0] * 40 + arcs[1]])
    for arc in arcs[2:]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(septets))
    return tlv(0x06, content)


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    community: bytes
    kind: int
    id: int
    repetitions: int
    """For GET_BULK; 0 in any other."""
    oids: tuple[str, ...]
    version: int = 1
    """0 is SNMPv1, 1 is v2c."""


def parse(packet: bytes) -> Request:
    """Read a request that gufo made."""
    _, message, _ = read(packet, 0)
    _, version, at = read(message, 0)
    _, community, at = read(message, at)
    kind, pdu, _ = read(message, at)
    _, number, at = read(pdu, 0)
    _, _non_repeaters, at = read(pdu, at)
    _, repetitions, at = read(pdu, at)
    _, bindings, _ = read(pdu, at)
    names = []
    at = 0
    while at < len(bindings):
        _, binding, at = read(bindings, at)
        names.append(text(read(binding, 0)[1]))
    return Request(
        community,
        kind,
        int.from_bytes(number, "big", signed=True),
        int.from_bytes(repetitions, "big"),
        tuple(names),
        version[0],
    )


def answer(
    request: Request,
    bindings: list[tuple[str, bytes]],
    *,
    id: int | None = None,
    error: int = 0,
    index: int = 0,
    community: bytes | None = None,
    version: int | None = None,
) -> bytes:
    """A response to a request, honest unless told otherwise."""
    varbinds = b"".join(tlv(0x30, oid(name) + value) for name, value in bindings)
    pdu = integer(request.id if id is None else id) + integer(error) + integer(index) + tlv(0x30, varbinds)
    version = request.version if version is None else version
    return tlv(
        0x30, integer(version) + octets(request.community if community is None else community) + tlv(RESPONSE, pdu)
    )


def read(data: bytes, at: int) -> tuple[int, bytes, int]:
    """The tag and content of the element that begins there, and where the next one does."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return tag, data[at : at + length], at + length


def text(content: bytes) -> str:
    """An OBJECT IDENTIFIER's content in figures and dots."""
    arcs = [content[0] // 40, content[0] % 40]
    value = 0
    for octet in content[1:]:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    return ".".join(map(str, arcs))
