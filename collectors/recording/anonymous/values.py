"""What takes the place of one value: by the object it belongs to, then by its form. Pure."""

from hashlib import blake2b
from typing import Final

from collectors.recording.anonymous.addresses import Addresses
from collectors.recording.anonymous.columns import BITMAPS, PERSONAL, VENDOR
from collectors.recording.anonymous.words import Words
from collectors.recording.records import ADDRESS, OPAQUE, Oid

_FLOAT: Final = (b"\x9f\x78\x04", b"\x9f\x79\x08")
"""net-snmp's single and double precision numbers inside an Opaque."""
_BITS: Final = 3
"""Octets up to which binary content is bits or a small number."""


def text_in(value: bytes) -> tuple[str, str] | None:
    """The text and its encoding, or None where it is binary: UTF-8, else GB 18030 with Chinese in it."""
    body = value.rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text or not all(letter.isprintable() or letter in "\r\n\t" for letter in text):
            continue
        if encoding == "utf-8" or all(letter.isascii() or "一" <= letter <= "鿿" for letter in text):
            return text, encoding
    return None


def column_among(oid: Oid, columns: frozenset[Oid]) -> bool:
    """Whether an object lies below one of these."""
    return any(oid[:length] in columns for length in range(6, min(len(oid), 16)))


def anonymous_octets(oid: Oid, value: bytes, key: bytes, addresses: Addresses, words: Words) -> bytes:
    """What takes the place of an OCTET STRING; as long as before wherever it can be."""
    found = text_in(value)
    if found is not None:
        text, encoding = found
        if column_among(oid, PERSONAL):
            replaced = words.strict(text)
        elif column_among(oid, VENDOR):
            replaced = words.vendor(text)
        else:
            replaced = words.open(text)
        padding = value[len(value.rstrip(b"\0")) :]
        return replaced.encode(encoding) + padding
    if len(set(value)) <= 1 or len(value) <= _BITS or column_among(oid, BITMAPS) or is_date(value):
        return value
    if len(value) in (4, 6, 16):
        return addresses.of(value)
    if (value[0], len(value)) in ((1, 5), (2, 17)):
        # An address family number before the address: LLDP's network addresses.
        return value[:1] + addresses.of(value[1:])
    stream = blake2b(value, key=key, digest_size=64).digest()
    # The first octets of an engine's id tell its maker (RFC 3411).
    kept = 5 if value[0] == 0x80 and 5 < len(value) <= 32 else 0
    return value[:kept] + bytes(stream[place % 64] ^ place // 64 for place in range(len(value) - kept))


def anonymous_bytes(oid: Oid, tag: int, value: bytes, key: bytes, addresses: Addresses, words: Words) -> bytes:
    """The same for every type that holds octets."""
    if tag == ADDRESS:
        return addresses.of(value)
    if tag == OPAQUE and value.startswith(_FLOAT):
        return value
    return anonymous_octets(oid, value, key, addresses, words)


def is_date(value: bytes) -> bool:
    """Whether it is a DateAndTime (RFC 2579)."""
    if len(value) not in (8, 11):
        return False
    year, month, day = int.from_bytes(value[:2], "big"), value[2], value[3]
    plausible = (
        1970 <= year <= 2100 and month <= 12 and day <= 31 and value[4] < 24 and value[5] < 60 and value[6] <= 60
    )
    return plausible and value[7] <= 9 and (len(value) == 8 or value[8:9] in (b"+", b"-"))
