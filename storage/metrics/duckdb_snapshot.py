"""A copy of a DuckDB metrics file as it is at one moment, made while it is written to; and what such a copy holds."""

# Names in the SQL below are those of the measurements; paths and names of databases are quoted.
# ruff: noqa: S608

from collections.abc import Mapping
from pathlib import Path

import duckdb

from storage.metrics.duckdb_errors import told_plainly
from storage.metrics.duckdb_schema import SCHEMA_VERSION, recent_table, roll_up_table, series_table, sorted_table
from storage.metrics.resolutions import DAILY, ROLL_UPS
from storage.metrics.store import Measurement, MetricStoreError


def copy_database(cursor: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy every table into a new file, in its order.

    One transaction reads one state; writes go on beside it. Raises duckdb.Error, leaving a file that is not whole.
    """
    row = cursor.execute("SELECT current_database()").fetchone()
    assert row is not None
    place = str(target).replace("'", "''")
    cursor.execute(f"ATTACH '{place}' AS snapshot_of_metrics")
    try:
        cursor.execute(f'COPY FROM DATABASE "{row[0]}" TO snapshot_of_metrics')
        cursor.execute("CHECKPOINT snapshot_of_metrics")
    finally:
        cursor.execute("DETACH snapshot_of_metrics")


def rows_of(path: Path) -> Mapping[str, int]:
    """How many rows each table of a copy has.

    Raises MetricStoreError when it can't be opened, is damaged, or was written by a newer platform.
    """
    with told_plainly(path), duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("SELECT max(version) FROM yunwei_schema").fetchone()
        if row is None or row[0] is None or row[0] > SCHEMA_VERSION:
            raise MetricStoreError(f"The metrics in {path} were written by a newer Yunwei. Upgrade this one.")
        tables = [
            table
            for measurement in Measurement
            for table in (
                series_table(measurement),
                recent_table(measurement),
                sorted_table(measurement),
                *(roll_up_table(measurement, roll_up) for roll_up in (*ROLL_UPS, DAILY)),
            )
        ]
        found = {}
        for table in tables:
            count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert count is not None
            found[table] = int(count[0])
        return found
