"""Rows as InfluxDB line protocol, the text that InfluxDB of every generation and VictoriaMetrics take.

    interface,device=acc-1,ifname=GE0/0,site=530102,tier=agency in_bps=1200,out_bps=800 1764000000000

The servers agree on the escapes of comma, space and equals sign, but not on backslashes or control characters, and none
keeps an empty tag. `tag_text` says what a tag becomes; who reads must ask for that.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from storage.metrics.store import DECIMALS, FIELDS, TAGS, Columns, Measurement, MetricBatch

MOST_HEADS: Final = 100_000
"""Series whose escaped beginnings are remembered, a few times a province's."""

STEADY: Final = frozenset(
    {"in_errors", "out_errors", "in_discards", "out_discards", "oper", "admin", "verdict", "loss", "temperature"}
)
"""Fields that hardly ever change."""
MOST_STEADY: Final = 1_000
"""Texts of steady fields that are remembered: nearly all rows share a few."""

_PLAIN: Final = str.maketrans({"\\": "/", **{chr(code): " " for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}})
_ESCAPED: Final = str.maketrans({",": r"\,", " ": r"\ ", "=": r"\="})

Values = tuple[float | None, ...]


def tag_text(value: str) -> str:
    """What a tag's value becomes: control characters a blank each, backslashes a slash; nothing else changes."""
    return value.translate(_PLAIN)


def tags_text(measurement: Measurement, tags: Sequence[str]) -> str:
    """The beginning of a line: measurement and tags, given in the order of TAGS."""
    parts = [str(measurement)]
    for name, value in zip(TAGS[measurement], tags, strict=True):
        if value:
            parts.append(f"{name}={tag_text(value).translate(_ESCAPED)}")
    return ",".join(parts)


class LineEncoder:
    """Encodes the rows of one measurement; remembers each series' escaped beginning.

    Most of a line's cost is making text of numbers, and most interfaces have the same ones all day: no errors, no
    discards, up. So the text of the `STEADY` fields is remembered by their values.
    """

    def __init__(self, measurement: Measurement) -> None:
        self._measurement = measurement
        self._heads: dict[tuple[str, ...], str] = {}
        self._moving = _Fields(field for field in FIELDS[measurement] if field not in STEADY)
        self._steady = _Fields(field for field in FIELDS[measurement] if field in STEADY)
        self._steady_texts: dict[Values, str] = {}

    def lines(self, columns: Columns) -> Iterator[str]:
        """One line a row, instants in milliseconds. A row without any value has no line."""
        tags = zip(*(columns.tags[name] for name in TAGS[self._measurement]), strict=True)
        rows, steady = self._moving.rows(columns), self._steady.rows(columns)
        heads, texts, full = self._heads, self._steady_texts, self._moving.full
        for tag, row, rest, at in zip(tags, rows, steady, columns.at, strict=True):
            head = heads.get(tag) or self._head(tag)
            end = texts.get(rest)
            if end is None:
                end = self._steady_text(rest)
            if None not in row:
                yield f"{head} {full % row}{end} {at}"
            elif text := f"{self._moving.text(row)}{end}".removeprefix(","):
                yield f"{head} {text} {at}"

    def _head(self, tags: tuple[str, ...]) -> str:
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        head = self._heads[tags] = tags_text(self._measurement, tags)
        return head

    def _steady_text(self, row: Values) -> str:
        if len(self._steady_texts) >= MOST_STEADY:
            self._steady_texts.clear()
        text = self._steady.text(row)
        end = self._steady_texts[row] = f",{text}" if text else ""
        return end


class _Fields:
    """Some fields of a measurement, and how their values become text."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._formats = [f"{name}=%.{DECIMALS[name]}f" for name in self._names]
        self.full = ",".join(self._formats)
        """The text of a row that has every value, once it is filled in."""

    def rows(self, columns: Columns) -> Iterator[Values]:
        """The values of each row, as far as they are numbers."""
        return zip(*(_numbers(columns.fields[name]) for name in self._names), strict=True)

    def text(self, row: Values) -> str:
        """The fields that have a value."""
        return ",".join(text % value for text, value in zip(self._formats, row, strict=True) if value is not None)


def _numbers(column: Sequence[float | None]) -> Sequence[float | None]:
    """A field's values; None where one is no number."""
    if math.isfinite(sum(filter(None, column))):
        return column
    return [value if value is not None and math.isfinite(value) else None for value in column]


class BatchEncoder:
    """Encodes whole batches. For one thread at a time."""

    def __init__(self) -> None:
        self._encoders = {measurement: LineEncoder(measurement) for measurement in Measurement}

    def text(self, batch: MetricBatch) -> str:
        """All lines of a batch; empty when no row has a value."""
        return "\n".join(
            chain.from_iterable(
                self._encoders[measurement].lines(columns) for measurement, columns in batch.columns.items()
            )
        )
