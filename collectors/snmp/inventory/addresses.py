"""The addresses of a device's interfaces: ipAddressTable (RFC 4293), else ipAddrTable (RFC 1213)."""

from ipaddress import IPv4Address
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Value
from collectors.snmp.inventory.octets import IPV4, address_of, arcs_of
from collectors.snmp.inventory.tables import read_rows

IP_ADDRESS_IF_INDEX: Final = "1.3.6.1.2.1.4.34.1.3"
IP_ADDRESS_PREFIX: Final = "1.3.6.1.2.1.4.34.1.5"
"""A row of ipAddressPrefixTable, whose last arc is the prefix's length."""
IP_AD_ENT_IF_INDEX: Final = "1.3.6.1.2.1.4.20.1.2"
IP_AD_ENT_NET_MASK: Final = "1.3.6.1.2.1.4.20.1.3"

MOST_ADDRESSES: Final = 512


async def read_addresses(talk: Conversation) -> dict[int, tuple[str, ...]]:
    """By ifIndex, as `10.1.2.3/24`. Raises Unanswered."""
    found: dict[int, list[str]] = {}
    rows = await read_rows(talk, IP_ADDRESS_IF_INDEX, (IP_ADDRESS_PREFIX,), MOST_ADDRESSES)
    for index, row in rows.items():
        interface, text = row[IP_ADDRESS_IF_INDEX], modern(index, row.get(IP_ADDRESS_PREFIX))
        if isinstance(interface, int) and text:
            found.setdefault(interface, []).append(text)
    if not any("." in text for texts in found.values() for text in texts):
        # Many agents have only IPv6 in the newer table, or not that table at all.
        rows = await read_rows(talk, IP_AD_ENT_IF_INDEX, (IP_AD_ENT_NET_MASK,), MOST_ADDRESSES)
        for index, row in rows.items():
            interface, text = row[IP_AD_ENT_IF_INDEX], classic(index, row.get(IP_AD_ENT_NET_MASK))
            if isinstance(interface, int) and text:
                found.setdefault(interface, []).insert(0, text)
    return {interface: tuple(texts) for interface, texts in found.items()}


def modern(index: str, prefix: Value) -> str:
    """From an index of ipAddressTable (type, length, octets, a zone where the type has one) and its prefix's row."""
    arcs = arcs_of(index)
    if len(arcs) < 2 or len(arcs) < 2 + arcs[1]:
        return ""
    # ipv4z(3) and ipv6z(4) end with four octets of zone.
    length = arcs[1] - 4 if arcs[0] in (3, 4) else arcs[1]
    address = address_of(arcs[2 : 2 + length])
    if address is None:
        return ""
    pointed = arcs_of(prefix) if isinstance(prefix, str) else ()
    # zeroDotZero: the agent does not know the prefix.
    whole = len(pointed) > 2 and pointed[-1] <= address.max_prefixlen
    return f"{address}/{pointed[-1] if whole else address.max_prefixlen}"


def classic(index: str, mask: Value) -> str:
    """From an index of ipAddrTable, which is the address, and its mask."""
    arcs = arcs_of(index)
    address = address_of(arcs)
    if address is None or len(arcs) != IPV4:
        return ""
    return f"{address}/{mask_length(mask)}"


def mask_length(mask: Value) -> int:
    """The length of a network mask; 32 where it is none."""
    try:
        bits = int(IPv4Address(mask)) if isinstance(mask, str) else 0xFFFFFFFF
    except ValueError:
        return 32
    ones = bits.bit_count()
    return ones if bits == (0xFFFFFFFF << (32 - ones)) & 0xFFFFFFFF else 32
