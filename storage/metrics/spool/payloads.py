"""A batch of metrics as bytes, and back: columns of plain numbers, compressed.

A line of JSON says which measurements follow, with their fields and the tags of their series; then come, for each
measurement, the rows' instants, the numbers of their series, and one column a field, with NaN for no value.
"""

import json
import math
import sys
import zlib
from array import array
from collections.abc import Sequence
from typing import Final

from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricBatch

COMPRESSION: Final = 1


class PayloadError(ValueError):
    """The bytes are no batch."""


def encode(batch: MetricBatch) -> bytes:
    """The batch's bytes. A value that is no finite number becomes no value: no store keeps any."""
    heads: dict[str, object] = {}
    parts: list[bytes] = []
    for measurement, columns in batch.columns.items():
        numbers: dict[tuple[str, ...], int] = {}
        rows = zip(*(columns.tags[tag] for tag in TAGS[measurement]), strict=True)
        series = array("I", [numbers.setdefault(tags, len(numbers)) for tags in rows])
        heads[measurement] = {"rows": len(columns), "fields": list(columns.fields), "series": list(numbers)}
        parts += [_little(array("q", columns.at)), _little(series)]
        parts += [_little(_numbers(values)) for values in columns.fields.values()]
    head = json.dumps(heads, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(b"\n".join((head, b"".join(parts))), COMPRESSION)


def decode(payload: bytes) -> MetricBatch:
    """The batch that these bytes were made of; a field that it does not know has no values.

    Raises PayloadError when they were not made by `encode`.
    """
    try:
        head, _, body = zlib.decompress(payload).partition(b"\n")
        columns: dict[Measurement, Columns] = {}
        position = 0
        for name, told in json.loads(head).items():
            measurement, rows = Measurement(name), told["rows"]
            at = [int(moment) for moment in _column("q", body, position, rows)]
            position += 8 * rows
            series = [int(number) for number in _column("I", body, position, rows)]
            position += 4 * rows
            fields: dict[str, list[float | None]] = {}
            for field in told["fields"]:
                values = _column("d", body, position, rows)
                position += 8 * rows
                fields[field] = [None if value != value else value for value in values]
            tags = [told["series"][number] for number in series]
            columns[measurement] = Columns(
                at,
                {tag: [row[index] for row in tags] for index, tag in enumerate(TAGS[measurement])},
                {field: fields.get(field) or [None] * rows for field in FIELDS[measurement]},
            )
        return MetricBatch(columns)
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise PayloadError(str(error)) from error


def _numbers(values: Sequence[float | None]) -> "array[float]":
    try:
        return array("d", values)  # type: ignore[arg-type]  # nearly always without None, and then ten times faster
    except TypeError:
        return array("d", [math.nan if value is None else value for value in values])


def _little(numbers: "array[float] | array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _column(kind: str, body: bytes, position: int, rows: int) -> "array[int] | array[float]":
    numbers = array(kind)
    numbers.frombytes(body[position : position + numbers.itemsize * rows])
    if len(numbers) != rows:
        raise PayloadError("the columns are too short")
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
