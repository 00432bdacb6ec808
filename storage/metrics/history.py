"""What a store's history is copied by: all of it, resolution by resolution, stretch by stretch.

Single rows are `Columns` of the measurement's fields. Rows of a roll-up are `Columns` whose fields are `<field>_sum`,
`_count`, `_low` and `_high`, at the step's beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from foundation.clock import Instant
from storage.metrics.resolutions import RollUp
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricStore

PARTS: Final = ("sum", "count", "low", "high")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a store has rows of one resolution (None: single rows)."""

    roll_up: RollUp | None
    start: Instant
    end: Instant


class HistoryStore(MetricStore, Protocol):
    """A store whose whole history can be read and written. Each method raises MetricStoreError."""

    @property
    def has_roll_ups(self) -> bool:
        """Whether it keeps roll-ups beside rows; else it takes their means as rows."""
        ...

    def spans(self) -> Sequence[Span]:
        """What there is, the finest first: single rows, and of each roll-up what is older than those."""
        ...

    def history(self, measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant) -> Columns:
        """All rows of [start, end) in one resolution."""
        ...

    def take_roll_up(self, measurement: Measurement, roll_up: RollUp, columns: Columns, /) -> None:
        """Keep rows of a roll-up; those that it has already are replaced by the same."""
        ...


def rolled_names(measurement: Measurement) -> list[str]:
    """The fields of a roll-up's rows."""
    return [f"{field}_{part}" for field in FIELDS[measurement] for part in PARTS]


def empty(measurement: Measurement, roll_up: RollUp | None) -> Columns:
    """No rows."""
    names = FIELDS[measurement] if roll_up is None else rolled_names(measurement)
    return Columns([], {tag: [] for tag in TAGS[measurement]}, {name: [] for name in names})


def field_text(name: str, value: float) -> str:
    """A roll-up's field as line protocol has it: counts are whole numbers, as InfluxDB's own count() makes them."""
    return f"{name}={round(value)}i" if name.endswith("_count") else f"{name}={float(value)!r}"


def means(measurement: Measurement, columns: Columns) -> Columns:
    """A roll-up's rows as single rows that hold the mean of each step: for a store that has no roll-ups."""
    fields: dict[str, list[float | None]] = {}
    for field in FIELDS[measurement]:
        pairs = zip(columns.fields[f"{field}_sum"], columns.fields[f"{field}_count"], strict=True)
        fields[field] = [None if total is None or not count else total / count for total, count in pairs]
    return Columns(columns.at, columns.tags, fields)


def older_than_rows(rolled: Sequence[Span], rows: Span | None) -> list[Span]:
    """The spans of roll-ups, the finest first, each cut to what is older than the single rows."""
    found: list[Span] = []
    for span in rolled:
        assert span.roll_up is not None
        end = span.end if rows is None else min(span.end, rows.start // span.roll_up.step * span.roll_up.step)
        if span.start < end:
            found.append(Span(span.roll_up, span.start, end))
    return found


def without_overlap(spans: Sequence[Span]) -> list[Span]:
    """The same, the coarser ones cut to what is older than all finer ones: every moment once."""
    found: list[Span] = []
    oldest: Instant | None = None
    for span in spans:
        step = 1 if span.roll_up is None else span.roll_up.step
        end = span.end if oldest is None else min(span.end, oldest // step * step)
        if span.start < end:
            found.append(Span(span.roll_up, span.start, end))
        oldest = span.start if oldest is None else min(oldest, span.start)
    return found
