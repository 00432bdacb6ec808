"""What a raw packet is, seen without the SNMP library: its form, its error status (RFC 3416, BER of X.690).

Not for the hot path. The form is asked only about agents that have sent something at which the library's core panicked,
the error status only where it tells a walk's end from its failure, and by SNMPv1, whose answers depend on it.
"""

from typing import Final

SEQUENCE: Final = 0x30
INTEGER: Final = 0x02
OCTETS: Final = 0x04
OID: Final = 0x06
RESPONSE: Final = 0xA2
REPORT: Final = 0xA8
_NUMBERS: Final = frozenset({0x02, 0x41, 0x42, 0x43, 0x46, 0x47})
"""INTEGER, Counter32, Gauge32, TimeTicks, Counter64, UInteger32."""
_NOTHING: Final = frozenset({0x05, 0x80, 0x81, 0x82})
"""NULL, noSuchObject, noSuchInstance, endOfMibView."""
_BYTES: Final = frozenset({0x04, 0x44, 0x45})
"""OCTET STRING, Opaque, NsapAddress."""
_ADDRESS: Final = 0x40

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2


class MalformedError(ValueError):
    """The octets are not the BER that they should be."""


def is_well_formed(packet: bytes) -> bool:
    """Whether the packet is one whole SNMPv1 or v2c answer and nothing else."""
    try:
        message = whole(packet, SEQUENCE)
        _version, message = number(message)
        _community, message = element(message, OCTETS)
        return is_well_formed_pdu(message)
    except MalformedError:
        return False


def is_well_formed_pdu(data: bytes) -> bool:
    """Whether this is one whole Response or Report and nothing else."""
    try:
        tag, pdu, rest = split(data)
        if tag not in (RESPONSE, REPORT) or rest:
            return False
        for _ in range(3):  # request-id, error-status, error-index
            _integer, pdu = number(pdu)
        bindings = whole(pdu, SEQUENCE)
        while bindings:
            binding, bindings = element(bindings, SEQUENCE)
            name, value = element(binding, OID)
            if not name or name[-1] & 0x80:
                return False
            _check_value(value)
    except MalformedError:
        return False
    return True


def error_of(packet: bytes) -> tuple[int, int]:
    """The error-status and error-index of an SNMPv1 or v2c answer; (0, 0) for what is none."""
    try:
        message = whole(packet, SEQUENCE)
        _version, message = number(message)
        _community, message = element(message, OCTETS)
        pdu = whole(message, RESPONSE)
        _request, pdu = number(pdu)
        status, pdu = number(pdu)
        index, pdu = number(pdu)
    except MalformedError:
        return 0, 0
    return int.from_bytes(status, "big", signed=True), int.from_bytes(index, "big", signed=True)


def number(data: bytes) -> tuple[bytes, bytes]:
    """The first element's content, an INTEGER's, and what follows it. Raises MalformedError, as all below do."""
    content, rest = element(data, INTEGER)
    if not 1 <= len(content) <= 8:
        raise MalformedError
    return content, rest


def whole(data: bytes, tag: int) -> bytes:
    """The content of the one element that the data is."""
    content, rest = element(data, tag)
    if rest:
        raise MalformedError
    return content


def element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the first element, which has this tag, and what follows it."""
    found, content, rest = split(data)
    if found != tag:
        raise MalformedError
    return content, rest


def split(data: bytes) -> tuple[int, bytes, bytes]:
    """The first element's tag and content, and what follows it."""
    if len(data) < 2:
        raise MalformedError
    begin, size = 2, data[1]
    if size & 0x80:
        octets = size & 0x7F
        begin += octets
        # None is the indefinite length, which SNMP forbids; four octets tell more than any packet has.
        if not 1 <= octets <= 4 or len(data) < begin:
            raise MalformedError
        size = int.from_bytes(data[2:begin], "big")
    if len(data) < begin + size:
        raise MalformedError
    return data[0], data[begin : begin + size], data[begin + size :]


def _check_value(value: bytes) -> None:
    tag, content, rest = split(value)
    size = len(content)
    if tag in _NUMBERS:
        fits = 1 <= size <= 9
    elif tag in _NOTHING:
        fits = size == 0
    elif tag == _ADDRESS:
        fits = size == 4
    elif tag == OID:
        fits = size > 0 and not content[-1] & 0x80
    else:
        fits = tag in _BYTES
    if rest or not fits:
        raise MalformedError
