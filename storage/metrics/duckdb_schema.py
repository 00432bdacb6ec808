"""The tables of the DuckDB store.

A row is a series' number, a moment and its values; what the series is stands once, in `<measurement>_series`. New rows
go to `<measurement>_recent` in the order they come. Once an hour is over its rows move to `<measurement>_sorted`, in
the order of series and moment, where one series of a day lies in a handful of blocks; their 5-minute and hourly
roll-ups are written in the same transaction. `yunwei_dropped` says up to which moment each resolution has been dropped.
"""

from dataclasses import dataclass
from typing import Final

import duckdb

from foundation.clock import HOUR, MINUTE
from storage.metrics.store import FIELDS, TAGS, Measurement, MetricStoreError

SCHEMA_VERSION: Final = 2
"""2 added the field `verdict`."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """One coarser resolution: each field's mean, lowest and highest value over `step`, and how many rows they sum up.

    Rows that came too late for their hour give a second roll-up row for the same step; readers weigh them together.
    """

    name: str
    step: int
    """Milliseconds."""

    def table(self, measurement: Measurement) -> str:
        """Where it is kept."""
        return f"{measurement}_{self.name}"


FIVE_MINUTES: Final = RollUp("five_minutes", 5 * MINUTE)
HOURLY: Final = RollUp("hourly", HOUR)
ROLL_UPS: Final = (FIVE_MINUTES, HOURLY)
RAW: Final = "raw"
"""What the single rows are called in `yunwei_dropped`; roll-ups are called by their names."""


def series_table(measurement: Measurement) -> str:
    """Which object each series number stands for."""
    return f"{measurement}_series"


def recent_table(measurement: Measurement) -> str:
    """Rows of hours not yet over, in the order they came."""
    return f"{measurement}_recent"


def sorted_table(measurement: Measurement) -> str:
    """Rows of hours that are over, each hour in the order of series and moment."""
    return f"{measurement}_sorted"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing in a new file, add what an older platform's file lacks; a newer platform's is refused.

    Raises MetricStoreError for that, duckdb.Error for what the file itself refuses.
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
        fields = ", ".join(f"{column} DOUBLE" for column in FIELDS[measurement])
        for table in (recent_table(measurement), sorted_table(measurement)):
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (series INTEGER NOT NULL, moment BIGINT NOT NULL, {fields})"
            )
        summed = ", ".join(
            f"{column}_mean DOUBLE, {column}_low DOUBLE, {column}_high DOUBLE" for column in FIELDS[measurement]
        )
        for roll_up in ROLL_UPS:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {roll_up.table(measurement)} "
                f"(series INTEGER NOT NULL, moment BIGINT NOT NULL, samples INTEGER NOT NULL, {summed})"
            )
    if version is not None and version < SCHEMA_VERSION:
        _add_fields(connection)
    if version != SCHEMA_VERSION:
        connection.execute("INSERT INTO yunwei_schema VALUES (?)", [SCHEMA_VERSION])
    connection.execute("COMMIT")


def _add_fields(connection: duckdb.DuckDBPyConnection) -> None:
    """Fields that came later. Rows are inserted by position, so new fields always stand last in FIELDS."""
    for measurement in Measurement:
        for column in FIELDS[measurement]:
            for table in (recent_table(measurement), sorted_table(measurement)):
                connection.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} DOUBLE")
            for roll_up in ROLL_UPS:
                for part in ("mean", "low", "high"):
                    connection.execute(
                        f"ALTER TABLE {roll_up.table(measurement)} ADD COLUMN IF NOT EXISTS {column}_{part} DOUBLE"
                    )
