"""Addresses, replaced so that what was in one network stays in one network. Pure.

The bits of an address are flipped one by one, each by a keyed function of the bits before it (as in Crypto-PAn, Xu et
al. 2002). So the mapping is one to one, and two addresses share as many leading bits afterwards as before.
"""

from hashlib import blake2b
from typing import Final

IPV4_KEPT: Final = 8
"""Leading bits that stay: 10.x stays 10.x."""
IPV6_KEPT: Final = 16
"""fe80: stays fe80:."""
MAC_KEPT: Final = 24
"""The maker's part (OUI) stays."""

_MAPPED: Final = bytes(10) + b"\xff\xff"
"""::ffff:0:0/96, an IPv4 address in IPv6 form (RFC 4291)."""


class Addresses:
    """The replacements under one key. The same address gives the same replacement."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[bytes, bytes] = {}

    def ipv4(self, address: bytes) -> bytes:
        """Another address of the same /8. What is nobody's stays: 0.x, 127.x, multicast and above (masks are there)."""
        if address[0] in (0, 127) or address[0] >= 224:
            return address
        return self._mapped(address, IPV4_KEPT)

    def ipv6(self, address: bytes) -> bytes:
        """Another address of the same /16; the unspecified, ::1 and multicast stay."""
        if address[:12] == _MAPPED:
            return _MAPPED + self.ipv4(address[12:])
        if not any(address[:15]) or address[0] == 0xFF:
            return address
        return self._mapped(address, IPV6_KEPT)

    def mac(self, address: bytes) -> bytes:
        """Another address of the same maker; zero, broadcast and multicast stay."""
        if not any(address) or address[0] & 1:
            return address
        return self._mapped(address, MAC_KEPT)

    def of(self, address: bytes) -> bytes:
        """The replacement of an address by its length: 4, 6 or 16 octets; anything else stays."""
        match len(address):
            case 4:
                return self.ipv4(address)
            case 6:
                return self.mac(address)
            case 16:
                return self.ipv6(address)
            case _:
                return address

    def _mapped(self, address: bytes, kept: int) -> bytes:
        found = self._known.get(address)
        if found is None:
            found = self._known[address] = self._flipped(address, kept)
        return found

    def _flipped(self, address: bytes, kept: int) -> bytes:
        size = len(address) * 8
        value = int.from_bytes(address, "big")
        flips = 1  # the last bit always: nothing is its own replacement
        for place in range(kept, size - 1):
            before = value >> (size - place)
            digest = blake2b(f"{size}/{place}/{before}".encode(), key=self._key, digest_size=1).digest()
            flips |= (digest[0] & 1) << (size - 1 - place)
        return (value ^ flips).to_bytes(len(address), "big")
