"""What keeps the DuckDB store small and fast: sorting hours that are over, dropping what is too old."""

# Names in the SQL below are those of the measurements; values are always parameters.
# ruff: noqa: S608

from contextlib import suppress
from typing import Final

import duckdb

from foundation.clock import HOUR, MINUTE, Instant
from storage.metrics.duckdb_schema import recent_table, sorted_table
from storage.metrics.store import Measurement

SETTLING: Final = 5 * MINUTE
"""How long after an hour its last rows may come in; later ones are sorted in beside it, a little less tightly."""


def closed_hours(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, now: Instant) -> list[Instant]:
    """The hours that are over and still have unsorted rows, oldest first, each by its first instant."""
    rows = cursor.execute(
        f"SELECT DISTINCT moment // {HOUR} * {HOUR} AS hour FROM {recent_table(measurement)} "
        f"WHERE moment < ? ORDER BY hour",
        [(now - SETTLING) // HOUR * HOUR],
    ).fetchall()
    return [hour for (hour,) in rows]


def sort_hour(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, hour: Instant) -> None:
    """Move one hour's rows to the sorted table. One hour of a province is sorted within the memory limit."""
    between = [hour, hour + HOUR]
    cursor.execute(
        f"INSERT INTO {sorted_table(measurement)} SELECT * FROM {recent_table(measurement)} "
        "WHERE moment >= ? AND moment < ? ORDER BY series, moment",
        between,
    )
    cursor.execute(f"DELETE FROM {recent_table(measurement)} WHERE moment >= ? AND moment < ?", between)


def drop_before(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, oldest: Instant) -> None:
    """Drop rows older than the hour of `oldest`: whole hours lie together, so whole blocks are given back."""
    for table in (sorted_table(measurement), recent_table(measurement)):
        cursor.execute(f"DELETE FROM {table} WHERE moment < ?", [oldest // HOUR * HOUR])


def give_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Write the log into the file and free the blocks of deleted rows."""
    # A reader of the old state is at work: DuckDB does it at the next checkpoint by itself.
    with suppress(duckdb.TransactionException):
        cursor.execute("CHECKPOINT")
