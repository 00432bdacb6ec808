"""The format of a spool's segment files: records one after another, each told apart and checked by itself.

    magic 4 | sequence 8 | taken at 8 | rows 4 | length 4 | crc of the payload 4 | crc of the header so far 4 | payload

Little endian; CRC-32 (zlib). A file that ends in the middle of a record was being written when the process or the
machine died: that record was never accepted, and is not there. A damaged record costs itself alone: the next one is
found by its magic and its header's checksum.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from foundation.clock import Instant

MAGIC: Final = b"YWS1"
_HEADER: Final = struct.Struct("<4sQqIII")
_CHECK: Final = struct.Struct("<I")
HEADER_SIZE: Final = _HEADER.size + _CHECK.size


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a record's payload."""

    sequence: int
    """Rises by one from record to record, over all segments."""
    at: Instant
    """When it was taken in."""
    rows: int
    """Rows of metrics in the payload."""
    length: int
    """Bytes of the payload."""
    checksum: int
    """CRC-32 of the payload."""

    @classmethod
    def of(cls, sequence: int, at: Instant, rows: int, payload: bytes) -> Self:
        """The header of a payload."""
        return cls(sequence, at, rows, len(payload), zlib.crc32(payload))

    def packed(self) -> bytes:
        """The header's bytes; with the payload behind them they are a record, to be appended by one write."""
        head = _HEADER.pack(MAGIC, self.sequence, self.at, self.rows, self.length, self.checksum)
        return head + _CHECK.pack(zlib.crc32(head))

    def matches(self, payload: bytes) -> bool:
        """Whether this is the payload that was written."""
        return len(payload) == self.length and zlib.crc32(payload) == self.checksum


def headers(segment: memoryview | bytes) -> Iterator[tuple[int, Header]]:
    """The headers of all whole records of a segment, each with where its payload begins.

    Payloads are not looked at: check each with `Header.matches` when it is read.
    """
    position, end = 0, len(segment)
    while position + HEADER_SIZE <= end:
        found = _header(segment, position)
        if found is None:
            position = _next_magic(segment, position + 1)
            continue
        begin = position + HEADER_SIZE
        if begin + found.length > end:
            # Torn, or its length is damaged in a way that the checksum does not see: look for what follows.
            position = _next_magic(segment, position + 1)
            continue
        yield begin, found
        position = begin + found.length


def _header(segment: memoryview | bytes, position: int) -> Header | None:
    head = bytes(segment[position : position + _HEADER.size])
    (check,) = _CHECK.unpack_from(segment, position + _HEADER.size)
    if zlib.crc32(head) != check:
        return None
    magic, sequence, at, rows, length, checksum = _HEADER.unpack(head)
    return Header(sequence, at, rows, length, checksum) if magic == MAGIC else None


def _next_magic(segment: memoryview | bytes, position: int) -> int:
    """Where the next record may begin; the end when there is none."""
    window = 1 << 20
    while position < len(segment):
        found = bytes(segment[position : position + window]).find(MAGIC)
        if found >= 0:
            return position + found
        position += window - len(MAGIC) + 1
    return len(segment)
