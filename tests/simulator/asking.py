"""Requests and answers for tests. Answers are decoded by pysnmp: an independent reading of what our codec wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyasn1.codec.ber import decoder  # type: ignore[import-untyped]
from pysnmp.proto.api import v1, v2c

from simulator.ber import Oid, encode_oid, integer, octets, tlv
from simulator.messages import Kind

NAMES = {
    "Integer": "integer",
    "Integer32": "integer",
    "OctetString": "octets",
    "ObjectIdentifier": "oid",
    "Counter32": "counter32",
    "Counter64": "counter64",
    "Unsigned32": "gauge",
    "Gauge32": "gauge",
    "TimeTicks": "ticks",
    "IpAddress": "address",
}


@dataclass(frozen=True)
class Binding:
    """One name and value of an answer."""

    oid: Oid
    kind: str
    """A type's name, or `noSuchObject`, `noSuchInstance`, `endOfMibView`."""
    value: Any


@dataclass(frozen=True)
class Answered:
    """A response, decoded."""

    request_id: int
    status: int
    index: int
    bindings: list[Binding]


def request(
    kind: Kind,
    names: Sequence[Oid],
    *,
    number: int = 7,
    version: int = 1,
    community: bytes = b"public",
    first: int = 0,
    second: int = 0,
) -> bytes:
    """A request message."""
    pairs = b"".join(tlv(0x30, tlv(0x06, encode_oid(name)) + b"\x05\x00") for name in names)
    body = integer(number) + integer(first) + integer(second) + tlv(0x30, pairs)
    return tlv(0x30, integer(version) + octets(community) + tlv(int(kind), body))


def decode(data: bytes, *, version: int = 1) -> Answered:
    """What pysnmp reads in a response."""
    api = v2c if version else v1
    message, rest = decoder.decode(data, asn1Spec=api.Message())
    assert not rest
    pdu = api.apiMessage.get_pdu(message)
    bindings = []
    for pair in api.apiPDU.get_varbind_list(pdu):
        oid, value = pair[0], pair[1]
        if version:
            chosen = value.getComponent()
            if chosen.__class__.__name__ not in {"Null", "NoSuchObject", "NoSuchInstance", "EndOfMibView"}:
                while hasattr(chosen, "getName"):
                    chosen = chosen.getComponent()
        else:
            chosen = value
            while hasattr(chosen, "getName"):
                chosen = chosen.getComponent()
        name = chosen.__class__.__name__
        kind = NAMES.get(name, name[0].lower() + name[1:])
        plain: Any = None
        if kind in {"octets", "address"}:
            plain = bytes(chosen)
        elif kind == "oid":
            plain = tuple(chosen)
        elif kind in {"integer", "counter32", "counter64", "gauge", "ticks"}:
            plain = int(chosen)
        bindings.append(Binding(tuple(oid), kind, plain))
    return Answered(
        int(api.apiPDU.get_request_id(pdu)),
        int(api.apiPDU.get_error_status(pdu)),
        int(api.apiPDU.get_error_index(pdu, muteErrors=True)),
        bindings,
    )
