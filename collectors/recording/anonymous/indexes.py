"""Addresses and names in object identifiers: they are part of many tables' indexes. Pure.

In a standard table the index is made as its MIB says (`columns.INDEXES`). In any other table an address or name is
known by its form: a length before it (RFC 2578 §7.7, RFC 4001), an address that is a value elsewhere in the recording,
or numbers that hardly are anything else.
"""

from collections.abc import Collection
from typing import Final

from collectors.recording.anonymous.addresses import Addresses
from collectors.recording.anonymous.columns import INDEXES
from collectors.recording.anonymous.words import Words
from collectors.recording.records import Oid

HEAD: Final = 9
"""Steps of an object identifier that can't be an index: 1.3.6.1.4.1, the maker, and at least a table and a column."""
LARGE: Final = 30
"""Numbers up to this are common as places in tables; above it they are rather part of an address."""
LONGEST_NAME: Final = 64
SHORTEST_RUN: Final = 5
"""Letters in a row that make a name without a length before it (IMPLIED)."""

PRIVATE: Final = frozenset({10, 172, 192})
"""First numbers of private networks (RFC 1918)."""

_SIZES: Final = {"a": 4, "m": 6, "i": 1}
_TYPED: Final[dict[Oid, int]] = {(1, 4): 4, (2, 16): 16, (3, 8): 8, (4, 20): 20}
"""InetAddressType and length before an InetAddress (RFC 4001); those with a zone have four octets more."""

Found = tuple[int, int, Oid]
"""Where a piece begins and stops, and what takes its place."""


def anonymous_oid(oid: Oid, addresses: Addresses, words: Words, known: Collection[bytes]) -> Oid:
    """The object identifier with the addresses and names in its index replaced; as long as before."""
    for length in range(min(len(oid), 13), 8, -1):
        scheme = INDEXES.get(oid[:length])
        if scheme is not None and len(oid) > length + 1:
            return oid[: length + 1] + _by_scheme(oid[length + 1 :], scheme, addresses)
    return oid[:HEAD] + _Index(addresses, words, known).replaced(oid[HEAD:])


def _by_scheme(index: Oid, scheme: str, addresses: Addresses) -> Oid:
    found: list[int] = []
    at = 0
    for part in scheme:
        size = _SIZES[part] if part != "t" else 2 + _TYPED.get(index[at : at + 2], 0)
        piece = index[at : at + size]
        begin = 2 if part == "t" else 0
        found.extend(piece[:begin])
        found.extend(piece[begin:] if part == "i" else _octets(piece[begin:], addresses))
        at += size
    return (*found, *index[at:])


def _octets(piece: Oid, addresses: Addresses) -> Oid:
    """An address as numbers; what is none stays. With a zone behind it (RFC 4001) the address alone is replaced."""
    if not piece or max(piece) > 255:
        return piece
    size = {8: 4, 20: 16}.get(len(piece), len(piece))
    return (*addresses.of(bytes(piece[:size])), *piece[size:])


class _Index:
    """An index of a table that no standard explains."""

    def __init__(self, addresses: Addresses, words: Words, known: Collection[bytes]) -> None:
        self._addresses = addresses
        self._words = words
        self._known = known

    def replaced(self, index: Oid) -> Oid:
        """The surest piece anywhere in it first, then what stands before and behind it."""
        if not index:
            return index
        for look in (self._typed, self._counted, self._known_bare, self._counted_name, self._guessed, self._run):
            for at in range(len(index)):
                found = look(index, at)
                if found is not None:
                    begin, stop, replacement = found
                    return self.replaced(index[:begin]) + replacement + self.replaced(index[stop:])
        return index

    def _typed(self, index: Oid, at: int) -> Found | None:
        size = _TYPED.get(index[at : at + 2], 0)
        octets = index[at + 2 : at + 2 + size]
        if not size or len(octets) < size or max(octets) > 255:
            return None
        likely = max(octets) > LARGE or octets[0] in PRIVATE or bytes(octets) in self._known
        return (at + 2, at + 2 + size, _octets(octets, self._addresses)) if likely else None

    def _counted(self, index: Oid, at: int) -> Found | None:
        size = index[at]
        octets = index[at + 1 : at + 1 + size] if size in (4, 6, 16) else ()
        if not octets or len(octets) < size or max(octets) > 255:
            return None
        likely = sum(octet > LARGE for octet in octets) * 2 >= size or bytes(octets) in self._known
        if not likely or all(map(_is_letter, octets)):
            return None
        return at + 1, at + 1 + size, _octets(octets, self._addresses)

    def _counted_name(self, index: Oid, at: int) -> Found | None:
        size = index[at]
        letters = index[at + 1 : at + 1 + size] if 2 <= size <= LONGEST_NAME else ()
        if not letters or len(letters) < size or not all(32 <= letter < 127 for letter in letters):
            return None
        return at + 1, at + 1 + size, self._renamed(letters)

    def _known_bare(self, index: Oid, at: int) -> Found | None:
        for size in (16, 6, 4):
            window = index[at : at + size]
            if len(window) < size or max(window) > 255 or bytes(window) not in self._known:
                continue
            if max(window) > LARGE or window[0] in PRIVATE:
                return at, at + size, _octets(window, self._addresses)
        return None

    def _guessed(self, index: Oid, at: int) -> Found | None:
        for size, enough in ((6, 4), (4, 3)):
            window = index[at : at + size]
            if len(window) < size or max(window) > 255 or all(map(_is_letter, window)):
                continue
            if sum(step > LARGE for step in window) >= enough:
                return at, at + size, _octets(window, self._addresses)
        return None

    def _run(self, index: Oid, at: int) -> Found | None:
        size = next((place for place, step in enumerate(index[at:]) if not _is_letter(step)), len(index) - at)
        return (at, at + size, self._renamed(index[at : at + size])) if size >= SHORTEST_RUN else None

    def _renamed(self, letters: Oid) -> Oid:
        return tuple(map(ord, self._words.open("".join(map(chr, letters)))))


def _is_letter(step: int) -> bool:
    return 48 <= step <= 57 or 65 <= step <= 90 or 97 <= step <= 122 or step in (45, 46, 95)
