"""How many bytes an exchange costs on the line: BER sizes of request and answer, with UDP's and IPv4's headers. Pure.

Sizes are exact for SNMPv1 and v2c but for the request's id, which is taken for four octets. SNMPv3 adds its security
parameters and pads what is encrypted by DES.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from collectors.snmp.credentials import AUTHENTICATION, Login, Version
from collectors.snmp.gufo import Value

HEADERS: Final = 28
"""IPv4 (20) and UDP (8), in bytes."""

ENGINE: Final = 17
"""Octets of an engine's id as most agents make one; RFC 3411 allows 5 to 32."""

_ID: Final = 6
"""An INTEGER of four octets: a request's or a message's id."""
_SMALL: Final = 3
"""An INTEGER of one octet: a version, an error-status, a security model."""


def exchange_bytes(
    version: Version | str, oids: Sequence[str], answer: Mapping[str, Value], login: Login | None = None
) -> tuple[int, int]:
    """Bytes out and in for a GET of these instances and its answer; what is not in the answer counts as absent.

    `login` gives the length of the community or user and the protocols; without one, a community of six letters, and
    for SNMPv3 a user of six with HMAC-SHA-1 and AES.
    """
    names = [_tlv(oid_size(oid)) for oid in oids]
    asked = sum(_tlv(name + 2) for name in names)
    told = sum(_tlv(name + value_size(answer.get(oid))) for name, oid in zip(names, oids, strict=True))
    envelope = _secure if version == Version.V3 else _plain
    return envelope(_pdu(asked), login) + HEADERS, envelope(_pdu(told), login) + HEADERS


def oid_size(oid: str) -> int:
    """Octets of an OID's content."""
    arcs = oid.split(".")
    # The first two arcs share the first octet.
    return 1 + sum(max(1, (int(arc).bit_length() + 6) // 7) for arc in arcs[2:])


def value_size(value: Value) -> int:
    """Octets of a value with its tag and length; None is an absent instance."""
    if value is None:
        return 2
    if isinstance(value, bytes):
        return _tlv(len(value))
    if isinstance(value, str):
        return _tlv(4 if _is_address(value) else oid_size(value))
    if isinstance(value, int):
        return _tlv(value.bit_length() // 8 + 1)
    return _tlv(7)  # an Opaque float (RFC 4001's predecessor in net-snmp)


def _is_address(text: str) -> bool:
    arcs = text.split(".")
    return len(arcs) == 4 and all(int(arc) < 256 for arc in arcs) and arcs[:2] != ["1", "3"]


def _tlv(content: int) -> int:
    """Tag, length and content."""
    return content + (2 if content < 128 else 3 if content < 256 else 4)


def _pdu(bindings: int) -> int:
    return _tlv(_ID + 2 * _SMALL + _tlv(bindings))


def _plain(pdu: int, login: Login | None) -> int:
    return _tlv(_SMALL + _tlv(6 if login is None else len(login.community.encode())) + pdu)


def _secure(pdu: int, login: Login | None) -> int:
    digest = 12 if login is None else AUTHENTICATION[login.auth].digest if login.auth else 0
    cipher = "aes128" if login is None else login.privacy
    scoped = _tlv(_tlv(ENGINE) + _tlv(0) + pdu)
    if cipher:
        scoped = _tlv(-(-scoped // 8) * 8 if cipher == "des" else scoped)
    user = 6 if login is None else len(login.user.encode())
    # The engine's boots and time are INTEGERs of one to four octets; three each is what a year makes of them.
    parameters = _tlv(_tlv(ENGINE) + _SMALL + 5 + _tlv(user) + _tlv(digest) + _tlv(8 if cipher else 0))
    header = _tlv(_ID + 4 + _tlv(1) + _SMALL)
    return _tlv(_SMALL + header + _tlv(parameters) + scoped)
