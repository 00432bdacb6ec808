"""Copies the history of one metric store into another; what was interrupted goes on where it was.

A stretch that is copied twice is there once: stores keep one row of a series and moment.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.clock import DAY, HOUR, Clock, Instant
from storage.metrics.history import HistoryStore, Span, without_overlap
from storage.metrics.resolutions import HOURLY, RollUp
from storage.metrics.store import Measurement, MetricBatch, PartlyRefusedError

UPKEEP_EVERY: Final = 6
"""Stretches after which the target rolls up what it got, so that it never has to do it all at once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the copying is."""

    done: int
    """Stretches copied."""
    of: int
    """Stretches in all."""
    rows: int
    """Rows copied by this run."""
    refused: int
    """Rows of this run that the target does not take, such as those past its retention."""
    at: Instant
    """The moment that has been reached."""


class Copying:
    """One copying from a source to a target; `note` is the file that remembers how far it is."""

    def __init__(self, source: HistoryStore, target: HistoryStore, clock: Clock, note: Path) -> None:
        self._source = source
        self._target = target
        self._clock = clock
        self._note = note

    def run(self) -> Iterator[Progress]:
        """Copy, oldest first, telling after each stretch.

        Raises MetricStoreError when one of them fails; the next run goes on from there.
        """
        spans = self._source.spans()
        if not self._target.has_roll_ups:
            spans = without_overlap(spans)
        stretches = [stretch for span in reversed(spans) for stretch in _stretches(span)]
        finished = self._finished()
        rows = refused = 0
        for number, span in enumerate(stretches, 1):
            if _key(span) in finished:
                continue
            for measurement in Measurement:
                columns = self._source.history(measurement, span.roll_up, span.start, span.end)
                if not len(columns):
                    continue
                rows += len(columns)
                if span.roll_up is not None:
                    self._target.take_roll_up(measurement, span.roll_up, columns)
                    continue
                try:
                    self._target.write(MetricBatch({measurement: columns}))
                except PartlyRefusedError as error:
                    refused += error.rows
            if number % UPKEEP_EVERY == 0 or number == len(stretches):
                self._target.maintain(self._clock.now())
            finished.add(_key(span))
            self._remember(finished)
            yield Progress(number, len(stretches), rows, refused, span.end)
        self._note.unlink(missing_ok=True)

    def _finished(self) -> set[str]:
        try:
            return {str(key) for key in json.loads(self._note.read_bytes())}
        except (OSError, ValueError, TypeError):
            return set()

    def _remember(self, finished: set[str]) -> None:
        fresh = self._note.with_suffix(".new")
        fresh.write_text(json.dumps(sorted(finished)), encoding="ascii")
        os.replace(fresh, self._note)


def _stretches(span: Span) -> Iterator[Span]:
    length = _length(span.roll_up)
    for start in range(span.start // length * length, span.end, length):
        yield Span(span.roll_up, max(start, span.start), min(start + length, span.end))


def _length(roll_up: RollUp | None) -> int:
    """A province has 800,000 rows an hour, 320,000 5-minute steps in two and 320,000 hourly ones in a day."""
    if roll_up is None:
        return HOUR
    return DAY if roll_up is HOURLY else 2 * HOUR


def _key(span: Span) -> str:
    return f"{'rows' if span.roll_up is None else span.roll_up.name} {span.start}"
