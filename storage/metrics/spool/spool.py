"""Batches of metrics that wait on disk for their store, bounded by size and age.

What `append` has returned for survives a kill of the platform (it has been handed to the system), and with `safely` a
power cut too (fdatasync). One process owns the directory.
"""

import fcntl
import logging
import os
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.clock import Instant
from foundation.problems import OperatorError
from storage.metrics.spool.payloads import PayloadError, decode, encode
from storage.metrics.spool.records import HEADER_SIZE, Header
from storage.metrics.spool.segments import Done, Entry, Segment, entries, payload, segment_path, segments
from storage.metrics.store import MetricBatch

LARGEST_SEGMENT: Final = 8 << 20
SMALLEST_SEGMENT: Final = 64 << 10
LOCK: Final = "lock"

_log = logging.getLogger(__name__)


class SpoolError(Exception):
    """Nothing can be kept on disk now: one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class SpoolFigures:
    """How much waits."""

    batches: int
    rows: int
    size: int
    """Bytes of the segment files, what is done with included."""
    oldest: Instant | None
    """When the first that waits was taken in."""


class Spool:
    """The waiting batches of one directory, in the order of their coming. Safe for any thread.

    Raises OperatorError when the directory can't be made or belongs to another process.
    """

    def __init__(self, directory: Path, *, max_size: int, max_age: int) -> None:
        """`max_size` in bytes, `max_age` in milliseconds."""
        self.directory = directory
        self._max_size = max_size
        self._max_age = max_age
        self._segment_size = min(LARGEST_SEGMENT, max(SMALLEST_SEGMENT, max_size // 16))
        self._gate = threading.RLock()
        self._file: int | None = None
        self._segments: list[Segment] = []
        self._waiting: dict[int, Entry] = {}
        self._sent: dict[int, tuple[Entry, Instant]] = {}
        self._rows = 0
        self._done: set[int] = set()
        self._notes = Done(directory)
        self._noted = (0, 0)
        self._next = 1
        self.dropped: Counter[str] = Counter()
        """Rows given up, by reason: `overflow`, `age`, `damaged`."""
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._load()
        except BlockingIOError as error:
            os.close(self._lock)
            raise OperatorError(
                f"The metrics that wait in {directory} belong to another process. Stop it first: one directory serves "
                "one platform."
            ) from error
        except OSError as error:
            raise OperatorError(f"The directory {directory}, where metrics wait, can't be used: {error}.") from error

    def append(self, batch: MetricBatch, now: Instant, *, safely: bool = False) -> int:
        """Keep a batch and return its number. On a full disk the oldest make room.

        Raises SpoolError when it can't be kept; nothing of it is on disk then.
        """
        content = encode(batch)
        with self._gate:
            while True:
                try:
                    return self._append(content, batch.rows, now, safely=safely)
                except OSError as error:
                    if not self._make_room():
                        raise SpoolError(
                            f"Metrics can't wait on disk in {self.directory}: {error.strerror}. They wait in memory."
                        ) from error

    def first(self) -> tuple[int, MetricBatch] | None:
        """The oldest batch that waits, with its number. One that is damaged is given up.

        Raises SpoolError when it can't be read now.
        """
        with self._gate:
            while self._waiting:
                number, entry = next(iter(self._waiting.items()))
                try:
                    content = payload(entry)
                    if content is not None:
                        return number, decode(content)
                except OSError as error:
                    raise SpoolError(
                        f"Metrics that wait in {self.directory} can't be read: {error.strerror}."
                    ) from error
                except PayloadError:
                    pass
                _log.error(
                    "Metrics that waited in %s are damaged: %d rows are lost.", entry.segment.path, entry.header.rows
                )
                self._give_up(number, "damaged")
            return None

    def done(self, number: int) -> None:
        """A batch is in the store."""
        with self._gate:
            entry = self._waiting.pop(number, None)
            if entry is None:
                return
            self._rows -= entry.header.rows
            self._done.add(number)
            entry.segment.wanted -= 1

    def sent(self, number: int, now: Instant) -> None:
        """A batch has been handed to a store that may still lose it: it is kept until `confirm`, or sent anew."""
        with self._gate:
            entry = self._waiting.pop(number, None)
            if entry is not None:
                self._rows -= entry.header.rows
                self._sent[number] = (entry, now)

    def confirm(self, before: Instant) -> None:
        """What was sent before this moment is safe in its store by now."""
        with self._gate:
            for number, (entry, at) in list(self._sent.items()):
                if at < before:
                    del self._sent[number]
                    self._done.add(number)
                    entry.segment.wanted -= 1

    def recall(self) -> None:
        """The store went away: what was sent and not confirmed waits again, in its old order."""
        with self._gate:
            if not self._sent:
                return
            self._rows += sum(entry.header.rows for entry, _ in self._sent.values())
            back = {number: entry for number, (entry, _) in self._sent.items()}
            self._waiting = dict(sorted({**self._waiting, **back}.items()))
            self._sent.clear()

    def tidy(self, now: Instant) -> None:
        """Give up what is too old or too much, note what is done, and delete what is not wanted any more."""
        with self._gate:
            oldest = now - self._max_age
            for number in [number for number, entry in self._waiting.items() if entry.header.at < oldest]:
                self._give_up(number, "age")
            while self._size() > self._max_size and self._drop_oldest():
                pass
            self._delete_unwanted()
            with suppress(OSError):  # an old note leads to rows being written twice, which does no harm
                self._note()

    @property
    def figures(self) -> SpoolFigures:
        """How much waits."""
        with self._gate:
            first = next(iter(self._waiting.values()), None)
            return SpoolFigures(
                len(self._waiting), self._rows, self._size(), None if first is None else first.header.at
            )

    def close(self) -> None:
        """Write down what is done and let go of the directory; calling it twice is harmless."""
        with self._gate:
            if self._lock < 0:
                return
            self._rotate()
            self._delete_unwanted()
            with suppress(OSError):
                self._note()
            os.close(self._lock)
            self._lock = -1

    def _load(self) -> None:
        self._notes.load()
        last = self._notes.until - 1
        for segment in segments(self.directory):
            self._segments.append(segment)
            for entry in entries(segment):
                number = entry.header.sequence
                last = max(last, number)
                if number in self._notes:
                    self._done.add(number)
                elif number not in self._waiting:
                    self._waiting[number] = entry
                    self._rows += entry.header.rows
                    segment.wanted += 1
        self._next = max([last, *(final for _, final in self._notes.ranges)]) + 1
        self._waiting = dict(sorted(self._waiting.items()))
        self._delete_unwanted()

    def _append(self, content: bytes, rows: int, now: Instant, *, safely: bool) -> int:
        number = self._next
        header = Header.of(number, now, rows, content)
        written = header.packed() + content
        if self._file is not None and self._segments[-1].size + len(written) > self._segment_size:
            self._rotate()
        if self._file is None:
            path = segment_path(self.directory, number)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._segments.append(Segment(path))
        segment = self._segments[-1]
        try:
            view = memoryview(written)
            while view:
                view = view[os.write(self._file, view) :]
            if safely:
                os.fdatasync(self._file)
        except OSError:
            # What was half written would be found torn; but cut off it leaves its room to others.
            os.ftruncate(self._file, segment.size)
            os.lseek(self._file, segment.size, os.SEEK_SET)
            raise
        self._next = number + 1
        self._waiting[number] = Entry(header, segment, segment.size + HEADER_SIZE)
        segment.size += len(written)
        segment.wanted += 1
        self._rows += rows
        return number

    def _rotate(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _give_up(self, number: int, reason: str) -> None:
        self.dropped[reason] += self._waiting[number].header.rows
        self.done(number)

    def _make_room(self) -> bool:
        """Give the oldest segment up; false when there is none that takes room."""
        self._delete_unwanted()
        taken = self._size()
        return self._drop_oldest() and taken > 0

    def _drop_oldest(self) -> bool:
        if not self._segments:
            return False
        segment = self._segments[0]
        if len(self._segments) == 1:
            self._rotate()
        for number in [number for number, entry in self._waiting.items() if entry.segment is segment]:
            self._give_up(number, "overflow")
        for number in [number for number, (entry, _) in self._sent.items() if entry.segment is segment]:
            del self._sent[number]  # in its store already, if nothing happens to that within seconds
            self._done.add(number)
        self._delete(segment)
        return True

    def _delete_unwanted(self) -> None:
        """Delete segments in which nothing waits; the one that is written to only when it has grown a little."""
        for segment in [segment for segment in self._segments if segment.wanted == 0]:
            if self._file is not None and segment is self._segments[-1]:
                if segment.size < SMALLEST_SEGMENT:
                    continue
                self._rotate()
            self._delete(segment)

    def _delete(self, segment: Segment) -> None:
        self._segments.remove(segment)
        try:
            segment.path.unlink(missing_ok=True)
        except OSError as error:
            _log.error("The file %s, which is not needed any more, can't be deleted: %s.", segment.path, error.strerror)

    def _note(self) -> None:
        until = min([self._next, *self._sent, *list(self._waiting)[:1]])
        self._done = {number for number in self._done if number >= until}
        if (until, len(self._done)) != self._noted:
            self._notes.save(until, self._done)
            self._noted = (until, len(self._done))

    def _size(self) -> int:
        return sum(segment.size for segment in self._segments)
