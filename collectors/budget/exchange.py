"""How many bytes an SNMP exchange puts on a line: both datagrams with their IP and UDP headers. Pure.

For a plan, whose values are not known yet, a value counts as TYPICAL bytes; so the figure is right to a few percent,
which is what a budget needs.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

HEADERS: Final = 28
"""IPv4 without options (20) and UDP (8)."""
ENVELOPE: Final = 32
"""The message around its variable bindings: version, community, PDU, request id, error fields and all lengths."""
TYPICAL: Final = 7
"""Bytes of a value with its tag and length: counters, gauges and ticks take 3 to 10."""
SECURE: Final = 100
"""What SNMPv3 adds to each datagram: engine id, boots, time, user, signature and context."""


class Cost(NamedTuple):
    """Bytes on a line."""

    down: int
    """Towards the device."""
    up: int
    """From the device."""

    @property
    def total(self) -> int:
        """Both ways."""
        return self.down + self.up

    def plus(self, other: "Cost") -> "Cost":
        """The sum of two."""
        return Cost(self.down + other.down, self.up + other.up)

    def times(self, number: float) -> "Cost":
        """So many of these, in whole bytes."""
        return Cost(round(self.down * number), round(self.up * number))


NOTHING: Final = Cost(0, 0)


@lru_cache(maxsize=8_192)
def name_bytes(oid: str) -> int:
    """An OID in BER with its tag and length: seven bits a byte, the first two arcs in one."""
    size = 1
    for arc in oid.split(".")[2:]:
        number = int(arc)
        size += 1 if number < 128 else (number.bit_length() + 6) // 7
    return size + 2


def request_cost(oids: Iterable[str], secure: bool = False) -> Cost:
    """A GET of these instances and its answer."""
    names = count = 0
    for oid in oids:
        names += name_bytes(oid)
        count += 1
    around = HEADERS + ENVELOPE + (SECURE if secure else 0)
    # Each binding has a header of its own (2); a request's value is NULL (2).
    return Cost(around + names + 4 * count, around + names + (2 + TYPICAL) * count)


def seen_octets(asked: Iterable[str], pairs: Iterable[tuple[str, object]]) -> int:
    """What a request for these names and an answer with these values put on the line, both ways: a quick estimate for
    long walks. An OID's text is about twice as long as its encoding."""
    octets = 2 * (HEADERS + ENVELOPE)
    for name in asked:
        octets += len(name) // 2 + 8
    for name, value in pairs:
        octets += len(name) // 2 + 6 + (2 + len(value) if isinstance(value, bytes | str) else TYPICAL)
    return octets
