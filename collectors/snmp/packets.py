"""Whether a packet has the form of an SNMPv2c answer (RFC 3416, BER of X.690): every length fits where it stands.

Not for the hot path: it is asked only about agents that have sent something at which the SNMP library's core panicked.
"""

from typing import Final

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_OID: Final = 0x06
_RESPONSE: Final = 0xA2
_NUMBERS: Final = frozenset({0x02, 0x41, 0x42, 0x43, 0x46, 0x47})
"""INTEGER, Counter32, Gauge32, TimeTicks, Counter64, UInteger32."""
_NOTHING: Final = frozenset({0x05, 0x80, 0x81, 0x82})
"""NULL, noSuchObject, noSuchInstance, endOfMibView."""
_BYTES: Final = frozenset({0x04, 0x44, 0x45})
"""OCTET STRING, Opaque, NsapAddress."""
_ADDRESS: Final = 0x40


class _MalformedError(ValueError):
    pass


def is_well_formed(packet: bytes) -> bool:
    """Whether the packet is one whole SNMPv2c answer and nothing else."""
    try:
        message = _whole(packet, _SEQUENCE)
        _version, message = _number(message)
        _community, message = _element(message, _OCTETS)
        pdu = _whole(message, _RESPONSE)
        for _ in range(3):  # request-id, error-status, error-index
            _integer, pdu = _number(pdu)
        bindings = _whole(pdu, _SEQUENCE)
        while bindings:
            binding, bindings = _element(bindings, _SEQUENCE)
            name, value = _element(binding, _OID)
            if not name or name[-1] & 0x80:
                return False
            _check_value(value)
    except _MalformedError:
        return False
    return True


def _check_value(value: bytes) -> None:
    tag, content, rest = _split(value)
    size = len(content)
    if tag in _NUMBERS:
        fits = 1 <= size <= 9
    elif tag in _NOTHING:
        fits = size == 0
    elif tag == _ADDRESS:
        fits = size == 4
    elif tag == _OID:
        fits = size > 0 and not content[-1] & 0x80
    else:
        fits = tag in _BYTES
    if rest or not fits:
        raise _MalformedError


def _number(data: bytes) -> tuple[bytes, bytes]:
    content, rest = _element(data, _INTEGER)
    if not 1 <= len(content) <= 8:
        raise _MalformedError
    return content, rest


def _whole(data: bytes, tag: int) -> bytes:
    content, rest = _element(data, tag)
    if rest:
        raise _MalformedError
    return content


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    found, content, rest = _split(data)
    if found != tag:
        raise _MalformedError
    return content, rest


def _split(data: bytes) -> tuple[int, bytes, bytes]:
    """The first element's tag and content, and what follows it."""
    if len(data) < 2:
        raise _MalformedError
    begin, size = 2, data[1]
    if size & 0x80:
        octets = size & 0x7F
        begin += octets
        # None is the indefinite length, which SNMP forbids; four octets tell more than any packet has.
        if not 1 <= octets <= 4 or len(data) < begin:
            raise _MalformedError
        size = int.from_bytes(data[2:begin], "big")
    if len(data) < begin + size:
        raise _MalformedError
    return data[0], data[begin : begin + size], data[begin + size :]
