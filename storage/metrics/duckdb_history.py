"""The whole history of a DuckDB file, read and written stretch by stretch."""

# Names in the SQL below are those of FIELDS and TAGS; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from foundation.clock import Instant
from storage.metrics.duckdb_schema import recent_table, roll_up_table, series_table, sorted_table
from storage.metrics.duckdb_values import plain, unrolled
from storage.metrics.history import Span, older_than_rows, rolled_names
from storage.metrics.resolutions import ROLL_UPS, RollUp
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement


def spans(cursor: duckdb.DuckDBPyConnection) -> list[Span]:
    """What the file has, the finest first."""
    raw = _span(cursor, None, [table(m) for m in Measurement for table in (recent_table, sorted_table)])
    rolled = [_span(cursor, roll_up, [roll_up_table(m, roll_up) for m in Measurement]) for roll_up in ROLL_UPS]
    found = older_than_rows([span for span in rolled if span is not None], raw)
    return found if raw is None else [raw, *found]


def rows(
    cursor: duckdb.DuckDBPyConnection, measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant
) -> Columns:
    """All rows of [start, end) in one resolution; of a step with several roll-up rows their sum."""
    if roll_up is None:
        names: Sequence[str] = FIELDS[measurement]
        as_they_are = ", ".join(names)
        decoded = ", ".join(f"{plain(measurement, name)} AS {name}" for name in names)
        found = (
            f"SELECT series, moment, {as_they_are} FROM {recent_table(measurement)} WHERE moment >= ? AND moment < ? "
            f"UNION ALL SELECT series, moment, {decoded} FROM {sorted_table(measurement)} "
            "WHERE moment >= ? AND moment < ?"
        )
        bounds = [start, end, start, end]
    else:
        names = rolled_names(measurement)
        parts = []
        for field in FIELDS[measurement]:
            sql = unrolled(measurement, roll_up, field)
            parts += [
                f"sum({sql['total']}) AS {field}_sum",
                f"CAST(sum({sql['n']}) AS DOUBLE) AS {field}_count",
                f"min({sql['low']}) AS {field}_low",
                f"max({sql['high']}) AS {field}_high",
            ]
        found = (
            f"SELECT series, moment, {', '.join(parts)} FROM {roll_up_table(measurement, roll_up)} "
            "WHERE moment >= ? AND moment < ? GROUP BY series, moment"
        )
        bounds = [start, end]
    tags = ", ".join(TAGS[measurement])
    table: pa.Table = cursor.sql(
        f"SELECT moment, {tags}, {', '.join(names)} FROM ({found}) JOIN {series_table(measurement)} USING (series) "
        "ORDER BY moment, series",
        params=bounds,
    ).to_arrow_table()
    return Columns(
        table.column("moment").to_pylist(),
        {tag: table.column(tag).to_pylist() for tag in TAGS[measurement]},
        {name: table.column(name).to_pylist() for name in names},
    )


def insert_roll_up(
    cursor: duckdb.DuckDBPyConnection,
    measurement: Measurement,
    roll_up: RollUp,
    numbers: Sequence[int],
    at: Sequence[Instant],
    fields: Mapping[str, Sequence[float | None]],
) -> None:
    """Keep rows of a roll-up, in the place of those that the same steps of the same series have."""
    arrays = [pa.array(numbers, pa.int32()), pa.array(at, pa.int64())]
    arrays += [pa.array(fields[name], pa.float64()) for name in rolled_names(measurement)]
    incoming = pa.Table.from_arrays(arrays, names=["series", "moment", *rolled_names(measurement)])
    table = roll_up_table(measurement, roll_up)
    cursor.register("incoming_roll_up", incoming)
    cursor.execute(
        f"DELETE FROM {table} WHERE moment >= {min(at)} AND moment <= {max(at)} "
        "AND (series, moment) IN (SELECT (series, moment) FROM incoming_roll_up)"
    )
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_roll_up ORDER BY series, moment")
    cursor.unregister("incoming_roll_up")


def _span(cursor: duckdb.DuckDBPyConnection, roll_up: RollUp | None, tables: Sequence[str]) -> Span | None:
    union = " UNION ALL ".join(f"SELECT min(moment) AS first, max(moment) AS last FROM {table}" for table in tables)
    row = cursor.execute(f"SELECT min(first), max(last) FROM ({union})").fetchone()
    if row is None or row[0] is None:
        return None
    return Span(roll_up, row[0], row[1] + (1 if roll_up is None else roll_up.step))
