"""The segment files of a spool's directory, and which of their records are done with.

A segment is only ever appended to, and deleted as a whole when nothing in it is wanted any more. What is done is noted
in a file of its own, `done.json`; it may be a few seconds old after a kill, which leads to rows being written twice
and does no harm: stores keep them once.
"""

import json
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.metrics.spool.records import HEADER_SIZE, Header, headers

SUFFIX: Final = ".segment"
DONE: Final = "done.json"


@dataclass(slots=True)
class Segment:
    """One file."""

    path: Path
    size: int = 0
    wanted: int = 0
    """Records that are not done with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that waits."""

    header: Header
    segment: Segment
    begin: int
    """Where its payload begins."""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return HEADER_SIZE + self.header.length


def segment_path(directory: Path, first: int) -> Path:
    """The file whose first record has this sequence number; names sort in the order of their records."""
    return directory / f"{first:020}{SUFFIX}"


def segments(directory: Path) -> list[Segment]:
    """The segments of a directory, oldest first."""
    return [Segment(path, path.stat().st_size) for path in sorted(directory.glob(f"*{SUFFIX}"))]


def entries(segment: Segment) -> Iterator[Entry]:
    """All whole records of a segment. Raises OSError."""
    if segment.size == 0:
        return
    with segment.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        view = memoryview(content)
        try:
            for begin, header in headers(view):
                yield Entry(header, segment, begin)
        finally:
            view.release()


def payload(entry: Entry) -> bytes | None:
    """A record's payload; None when it is damaged. Raises OSError."""
    with entry.segment.path.open("rb") as file:
        file.seek(entry.begin)
        found = file.read(entry.header.length)
    return found if entry.header.matches(found) else None


class Done:
    """Which sequence numbers are done with, as `done.json` has it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / DONE
        self.until = 0
        """All before this one are done."""
        self.ranges: list[tuple[int, int]] = []
        """And these, both ends included."""

    def load(self) -> None:
        """Read the file; one that is missing or damaged says that nothing is done."""
        try:
            told = json.loads(self._path.read_bytes())
            self.until = int(told["until"])
            self.ranges = [(int(first), int(last)) for first, last in told["ranges"]]
        except (OSError, ValueError, LookupError, TypeError):
            self.until, self.ranges = 0, []

    def __contains__(self, sequence: int) -> bool:
        """Whether a record is done with."""
        return sequence < self.until or any(first <= sequence <= last for first, last in self.ranges)

    def save(self, until: int, done: set[int]) -> None:
        """Replace the file at once as a whole. Raises OSError."""
        ranges: list[tuple[int, int]] = []
        for sequence in sorted(number for number in done if number >= until):
            if ranges and ranges[-1][1] == sequence - 1:
                ranges[-1] = (ranges[-1][0], sequence)
            else:
                ranges.append((sequence, sequence))
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"until": until, "ranges": ranges}), encoding="ascii")
        os.replace(fresh, self._path)
