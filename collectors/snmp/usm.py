"""The head of an SNMPv3 message: who sent it, whether its digest is right, and what a Report says (RFC 3412, 3414)."""

import hmac
from dataclasses import dataclass
from typing import Final

from collectors.snmp.credentials import AUTHENTICATION, Refusal
from collectors.snmp.packets import (
    INTEGER,
    OCTETS,
    OID,
    REPORT,
    SEQUENCE,
    MalformedError,
    element,
    is_well_formed_pdu,
    number,
    split,
    whole,
)

UNKNOWN_ENGINE: Final = "unknownEngineIDs"
NOT_IN_TIME: Final = "notInTimeWindows"

_STATISTICS: Final = bytes([0x2B, 6, 1, 6, 3, 15, 1, 1])
"""usmStats, 1.3.6.1.6.3.15.1.1, as it stands in a packet."""
_NAMES: Final = {
    1: "unsupportedSecLevels",
    2: NOT_IN_TIME,
    3: "unknownUserNames",
    4: UNKNOWN_ENGINE,
    5: "wrongDigests",
    6: "decryptionErrors",
}
OTHER: Final = "other"
"""A Report of something else, such as an unknown context."""

REFUSALS: Final = {
    "unsupportedSecLevels": Refusal.LEVEL,
    "unknownUserNames": Refusal.UNKNOWN_USER,
    "wrongDigests": Refusal.WRONG_PASSWORD,
    "decryptionErrors": Refusal.PRIVACY,
    OTHER: Refusal.NOT_PERMITTED,
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in front of, and beside, the data of a message."""

    signed: bool
    encrypted: bool
    engine: bytes
    boots: int
    time: int
    user: bytes
    digest: bytes
    digest_at: int
    """Where in the packet the digest begins."""
    report: str
    """Which of usmStats a Report in the clear names, or OTHER; empty for anything but a Report in the clear."""


def read_head(packet: bytes) -> Head:
    """Raises MalformedError for what is no SNMPv3 message of the user-based security model."""
    message = whole(packet, SEQUENCE)
    version, message = number(message)
    header, message = element(message, SEQUENCE)
    _id, header = number(header)
    _largest, header = number(header)
    flags, header = element(header, OCTETS)
    model = whole(header, INTEGER)
    if version != b"\x03" or model != b"\x03" or len(flags) != 1:
        raise MalformedError
    parameters, data = element(message, OCTETS)
    parameters = whole(parameters, SEQUENCE)
    engine, parameters = element(parameters, OCTETS)
    boots, parameters = number(parameters)
    time, parameters = number(parameters)
    user, parameters = element(parameters, OCTETS)
    digest, privacy = element(parameters, OCTETS)
    whole(privacy, OCTETS)
    encrypted = bool(flags[0] & 2)
    return Head(
        bool(flags[0] & 1),
        encrypted,
        engine,
        int.from_bytes(boots, "big"),
        int.from_bytes(time, "big"),
        user,
        digest,
        len(packet) - len(data) - len(privacy) - len(digest),
        "" if encrypted else _report_in(data),
    )


def is_authentic(packet: bytes, head: Head, auth: str, key: bytes) -> bool:
    """Whether the message was signed with this key: the digest stands for the packet with zeros in its own place."""
    hashing = AUTHENTICATION[auth]
    if not head.signed or len(head.digest) != hashing.digest:
        return False
    begin, end = head.digest_at, head.digest_at + hashing.digest
    blank = packet[:begin] + bytes(hashing.digest) + packet[end:]
    return hmac.compare_digest(hmac.digest(key, blank, hashing.python)[: hashing.digest], head.digest)


def is_well_formed(packet: bytes) -> bool:
    """Whether the packet is one whole SNMPv3 answer and nothing else, as far as can be seen without its keys."""
    try:
        head = read_head(packet)
        message = whole(packet, SEQUENCE)
        _version, message = number(message)
        _header, message = element(message, SEQUENCE)
        _parameters, data = element(message, OCTETS)
        if head.encrypted:
            whole(data, OCTETS)
            return True
        return is_well_formed_pdu(_pdu_in(data))
    except MalformedError:
        return False


def _pdu_in(data: bytes) -> bytes:
    scoped = whole(data, SEQUENCE)
    _engine, scoped = element(scoped, OCTETS)
    _name, scoped = element(scoped, OCTETS)
    return scoped


def _report_in(data: bytes) -> str:
    tag, pdu, _rest = split(_pdu_in(data))
    if tag != REPORT:
        return ""
    for _ in range(3):
        _number, pdu = number(pdu)
    bindings = whole(pdu, SEQUENCE)
    if not bindings:
        return OTHER
    binding, _more = element(bindings, SEQUENCE)
    name, _value = element(binding, OID)
    if len(name) < 9 or not name.startswith(_STATISTICS):
        return OTHER
    return _NAMES.get(name[8], OTHER)
