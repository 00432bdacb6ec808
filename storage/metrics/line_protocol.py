"""Rows as InfluxDB line protocol, the text that InfluxDB of every generation and VictoriaMetrics take.

    interface,device=acc-1,ifname=GE0/0,site=530102,tier=agency in_bps=1200,out_bps=800 1764000000000

The servers agree on the escapes of comma, space and equals sign, but not on backslashes or control characters, and none
keeps an empty tag. `tag_text` says what a tag becomes; who reads must ask for that.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from storage.metrics.store import DECIMALS, FIELDS, TAGS, Columns, Measurement, MetricBatch

MOST_HEADS: Final = 100_000
"""Series whose escaped beginnings are remembered, a few times a province's."""

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
    """Encodes the rows of one measurement; remembers each series' escaped beginning."""

    def __init__(self, measurement: Measurement) -> None:
        self._measurement = measurement
        self._heads: dict[tuple[str, ...], str] = {}
        self._formats = [f"{name}=%.{DECIMALS[name]}f" for name in FIELDS[measurement]]
        self._full = ",".join(self._formats)

    def lines(self, columns: Columns) -> Iterator[str]:
        """One line a row, instants in milliseconds. A row without any value has no line."""
        names, fields = TAGS[self._measurement], FIELDS[self._measurement]
        tags = zip(*(columns.tags[name] for name in names), strict=True)
        rows = zip(*(columns.fields[name] for name in fields), strict=True)
        heads, full, finite = self._heads, self._full, math.isfinite
        for tag, row, at in zip(tags, rows, columns.at, strict=True):
            head = heads.get(tag) or self._head(tag)
            if None not in row and finite(sum(row)):
                yield f"{head} {full % row} {at}"
            elif text := self._some(row, finite):
                yield f"{head} {text} {at}"

    def _some(self, row: Values, finite: Callable[[float], bool]) -> str:
        return ",".join(
            text % value for text, value in zip(self._formats, row, strict=True) if value is not None and finite(value)
        )

    def _head(self, tags: tuple[str, ...]) -> str:
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        head = self._heads[tags] = tags_text(self._measurement, tags)
        return head


class BatchEncoder:
    """Encodes whole batches. For one thread at a time."""

    def __init__(self) -> None:
        self._encoders = {measurement: LineEncoder(measurement) for measurement in Measurement}

    def text(self, batch: MetricBatch) -> str:
        """All lines of a batch; empty when no row has a value."""
        return "\n".join(
            line
            for measurement, columns in batch.columns.items()
            for line in self._encoders[measurement].lines(columns)
        )
