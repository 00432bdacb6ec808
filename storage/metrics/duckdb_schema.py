"""The tables of the DuckDB store.

A row is a series' number, a moment and its values; what the series is stands once, in `<measurement>_series`. New rows
go to `<measurement>_recent` in the order they come. Once an hour is over its rows move to `<measurement>_sorted`, in
the order of series and moment, where one series of an hour lies in one block; their 5-minute and hourly roll-ups are
written in the same transaction. Once a day is over its hourly roll-ups are summed up into daily ones. `yunwei_dropped`
says up to which moment each resolution has been dropped, and up to which the hours have been sorted and the days
summed up.

A utilisation says nothing that the rate and the interface's speed don't. So rows of hours that are over keep the speed
(one number an hour and series, which costs nothing) and, in the utilisation's place, what the quotient of the two
leaves: nearly always 0. It saves a third of the space; `duckdb_values` has the arithmetic.
"""

from collections.abc import Iterator
from typing import Final

import duckdb

from foundation.clock import HOUR
from storage.metrics.resolutions import DAILY, ROLL_UPS, RollUp
from storage.metrics.store import FIELDS, TAGS, Measurement, MetricStoreError

SCHEMA_VERSION: Final = 4
"""2 added the field `verdict`; 3 the speed beside utilisations, and sum and count to roll-ups; 4 the daily roll-up."""
MARKS_SORTED_SINCE: Final = 3
"""The layout that first said how far the hours have been sorted."""

SORTED: Final = "sorted"
"""What the end of the last hour that has been sorted is called in `yunwei_dropped`."""
ORDERED: Final = "ordered"
"""And the end of the last day whose 5-minute roll-ups have been put in the order of series and moment."""
SUMMED: Final = "summed"
"""And the end of the last day that has its daily roll-up."""

SPEEDS: Final[dict[Measurement, dict[str, str]]] = {
    Measurement.INTERFACE: {"in_util": "in_bps", "out_util": "out_bps"},
    Measurement.DEVICE: {},
}
"""Utilisations, and the rate that each is a percentage of the speed of."""


def series_table(measurement: Measurement) -> str:
    """Which object each series number stands for."""
    return f"{measurement}_series"


def recent_table(measurement: Measurement) -> str:
    """Rows of hours not yet over, in the order they came."""
    return f"{measurement}_recent"


def sorted_table(measurement: Measurement) -> str:
    """Rows of hours that are over, each hour in the order of series and moment."""
    return f"{measurement}_sorted"


def roll_up_table(measurement: Measurement, roll_up: RollUp) -> str:
    """A coarser resolution. Layouts before the third kept each field's mean, and the number of rows in `samples`.

    Rows that came too late for their hour or day give a second row for the same step; readers take them together.
    Daily ones keep utilisations as they are: there are few of them, and rankings over a year read them all.
    """
    return f"{measurement}_{roll_up.name}"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing in a new file, add what an older platform's file lacks; a newer platform's is refused.

    Columns are only ever added, so a file of years is brought up to date in a moment.
    Raises MetricStoreError for a newer one, duckdb.Error for what the file itself refuses.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS yunwei_schema (version INTEGER NOT NULL)")
    row = connection.execute("SELECT max(version) FROM yunwei_schema").fetchone()
    version = None if row is None else row[0]
    if version is not None and version > SCHEMA_VERSION:
        raise MetricStoreError(
            f"The metrics were written by a newer Yunwei (layout {version}, this one knows {SCHEMA_VERSION}). "
            "Upgrade Yunwei, or move the metrics file aside."
        )
    connection.execute("BEGIN")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS yunwei_dropped "
        "(measurement VARCHAR NOT NULL, resolution VARCHAR NOT NULL, before BIGINT NOT NULL)"
    )
    for measurement in Measurement:
        tags = ", ".join(f"{tag} VARCHAR NOT NULL" for tag in TAGS[measurement])
        connection.execute(f"CREATE TABLE IF NOT EXISTS {series_table(measurement)} (series INTEGER NOT NULL, {tags})")
        for table, columns in _tables(measurement):
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (series INTEGER NOT NULL, moment BIGINT NOT NULL, "
                f"{', '.join(f'{name} {kind}' for name, kind in columns.items())})"
            )
            if version is not None and version < SCHEMA_VERSION:
                for name, kind in columns.items():
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {name} {kind}")
        if version is not None and version < MARKS_SORTED_SINCE:
            _mark_sorted(connection, measurement)
    if version != SCHEMA_VERSION:
        connection.execute("INSERT INTO yunwei_schema VALUES (?)", [SCHEMA_VERSION])
    connection.execute("COMMIT")


def _tables(measurement: Measurement) -> Iterator[tuple[str, dict[str, str]]]:
    """Every table of values with its columns beside series and moment."""
    fields = dict.fromkeys(FIELDS[measurement], "DOUBLE")
    speeds = {"speed": "DOUBLE"} if SPEEDS[measurement] else {}
    yield recent_table(measurement), fields
    yield sorted_table(measurement), fields | speeds
    summed = {"samples": "INTEGER"} | speeds
    for field in FIELDS[measurement]:
        summed |= {f"{field}_low": "DOUBLE", f"{field}_high": "DOUBLE", f"{field}_mean": "DOUBLE"}
        summed |= {f"{field}_sum": "DOUBLE", f"{field}_count": "INTEGER"}
    for roll_up in ROLL_UPS:
        yield roll_up_table(measurement, roll_up), summed
    daily: dict[str, str] = {}
    for field in FIELDS[measurement]:
        daily |= {f"{field}_sum": "DOUBLE", f"{field}_count": "INTEGER"}
        daily |= {f"{field}_low": "DOUBLE", f"{field}_high": "DOUBLE"}
    yield roll_up_table(measurement, DAILY), daily


def _mark_sorted(connection: duckdb.DuckDBPyConnection, measurement: Measurement) -> None:
    """Layouts before the third did not say how far the hours have been sorted."""
    row = connection.execute(f"SELECT max(moment) FROM {sorted_table(measurement)}").fetchone()  # noqa: S608
    if row is not None and row[0] is not None:
        end = (row[0] // HOUR + 1) * HOUR
        connection.execute("INSERT INTO yunwei_dropped VALUES (?, ?, ?)", [measurement, SORTED, end])
