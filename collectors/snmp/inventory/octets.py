"""Addresses out of octet strings and out of index arcs, as people write them. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from collectors.snmp.gufo import Value
from collectors.snmp.text import text_of

MAC_LENGTHS: Final = (6, 8)
"""Octets of an EUI-48 and an EUI-64."""
IPV4: Final = 4
IPV6: Final = 16

InetAddress = IPv4Address | IPv6Address


def mac_of(value: Value) -> str:
    """`aa:bb:cc:dd:ee:ff`; empty for what has not the length of one, or is all zeros."""
    if not isinstance(value, bytes) or len(value) not in MAC_LENGTHS or not any(value):
        return ""
    return value.hex(":")


def address_of(octets: bytes | Sequence[int]) -> InetAddress | None:
    """An IPv4 or IPv6 address from its 4 or 16 octets; None for another length, or an arc that is no octet."""
    try:
        packed = bytes(octets)
    except ValueError:
        return None
    return ip_address(packed) if len(packed) in (IPV4, IPV6) else None


def network_address_of(value: Value) -> str:
    """An address as IANA address family and octets (LLDP's `networkAddress`, family 1 or 2); empty for another."""
    if not isinstance(value, bytes) or not value or value[0] not in (1, 2):
        return ""
    found = address_of(value[1:])
    return "" if found is None else str(found)


def arcs_of(index: str) -> tuple[int, ...]:
    """An index as numbers; empty where it holds anything else."""
    parts = index.split(".")
    return tuple(map(int, parts)) if index.isascii() and all(part.isdigit() for part in parts) else ()


def identifier_of(value: Value) -> str:
    """A locally assigned identifier: the text it is, else its octets in hexadecimal."""
    if isinstance(value, bytes):
        bare = value.strip(b"\0 ")
        if bare and not bare.isascii() and len(value) in MAC_LENGTHS:
            return mac_of(value)
        if any(byte < 0x20 for byte in bare):
            return value.hex(":")
    return text_of(value)
