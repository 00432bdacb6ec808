"""The whole history of an InfluxDB installation, read and written stretch by stretch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from foundation.clock import MINUTE, Instant
from storage.metrics import influxql
from storage.metrics.history import empty, field_text, rolled_names
from storage.metrics.influx_http import SeriesFound
from storage.metrics.line_protocol import tags_text
from storage.metrics.resolutions import RollUp
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement

AT_ONCE: Final = 10 * MINUTE
"""How much is asked for at once: a province's ten minutes are 130,000 rows."""
LINES: Final = 5_000
"""Lines of a roll-up that are written at once."""


def questions(measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant) -> Iterator[str]:
    """The questions for all rows of [start, end)."""
    names = FIELDS[measurement] if roll_up is None else rolled_names(measurement)
    length = max(AT_ONCE, 0 if roll_up is None else roll_up.step)
    for begin in range(start, end, length):
        yield influxql.rows(measurement, names, begin, min(begin + length, end))


def columns(measurement: Measurement, roll_up: RollUp | None, found: Iterable[SeriesFound]) -> Columns:
    """The answers as columns."""
    gathered = empty(measurement, roll_up)
    names = list(gathered.fields)
    for one in found:
        gathered.at.extend(at for at, _ in one.rows)
        for tag in TAGS[measurement]:
            gathered.tags[tag].extend([one.tags.get(tag, "")] * len(one.rows))
        for index, name in enumerate(names):
            gathered.fields[name].extend(row[index] for _, row in one.rows)
    return gathered


def lines(measurement: Measurement, rows: Columns) -> Iterator[str]:
    """Rows of a roll-up as texts to write."""
    names = list(rows.fields)
    tags: Iterable[Sequence[str]] = zip(*(rows.tags[tag] for tag in TAGS[measurement]), strict=True)
    values = zip(*(rows.fields[name] for name in names), strict=True)
    gathered: list[str] = []
    for at, tag, row in zip(rows.at, tags, values, strict=True):
        fields = ",".join(field_text(name, value) for name, value in zip(names, row, strict=True) if value is not None)
        if fields:
            gathered.append(f"{tags_text(measurement, tag)} {fields} {at}")
        if len(gathered) == LINES:
            yield "\n".join(gathered)
            gathered = []
    if gathered:
        yield "\n".join(gathered)
