"""Rows as Arrow tables, which DuckDB takes without a copy."""

from collections.abc import Mapping

import pyarrow as pa
from pyarrow import compute

from storage.metrics.duckdb_series import Tags
from storage.metrics.store import DECIMALS, FIELDS, TAGS, Columns, Measurement, MetricRefusedError


def series_table_rows(measurement: Measurement, new: Mapping[Tags, int]) -> pa.Table:
    """What new series numbers stand for, as rows of the series table."""
    columns = [
        pa.array(new.values(), pa.int32()),
        *(pa.array(column, pa.string()) for column in zip(*new, strict=True)),
    ]
    return pa.Table.from_arrays(columns, names=["series", *TAGS[measurement]])


def measured_rows(measurement: Measurement, numbers: list[int], columns: Columns) -> pa.Table:
    """A batch's rows as those of the recent table.

    Raises MetricRefusedError when a value is no number at all.
    """
    try:
        arrays = [pa.array(numbers, pa.int32()), pa.array(columns.at, pa.int64())]
        arrays += [_values(name, columns.fields[name]) for name in FIELDS[measurement]]
        return pa.Table.from_arrays(arrays, names=["series", "moment", *FIELDS[measurement]])
    except (pa.ArrowException, OverflowError) as error:
        raise MetricRefusedError(f'Rows of "{measurement}" hold something that is no number: {error}') from error


def _values(field: str, values: list[float | None]) -> pa.Array:
    """A field as it is kept: rounded to what it means, and no value where it is no number.

    Arrow does it in a fifth of the time that the same takes as SQL, most of which is planning.
    """
    array = pa.array(values, pa.float64())
    return compute.round(compute.if_else(compute.is_finite(array), array, None), DECIMALS[field])
