"""The default metric store: one DuckDB file in the data directory, no server.

One process opens the file. Writers take turns; readers never wait for them, each works on a cursor of its own over the
last committed state. A write is one transaction of one insert from Arrow columns; what it committed survives a kill.
"""

# Names in the SQL below are those of FIELDS and TAGS, checked before they come here; values are always parameters.
# ruff: noqa: S608

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from pyarrow import compute

from foundation.clock import DAY, Instant
from storage.metrics import duckdb_upkeep as upkeep
from storage.metrics.duckdb_errors import told_plainly
from storage.metrics.duckdb_reading import AGGREGATES, source, stretches
from storage.metrics.duckdb_schema import FIVE_MINUTES, HOURLY, prepare, recent_table, series_table
from storage.metrics.duckdb_series import SeriesNumbers
from storage.metrics.questions import check_rank, check_series, with_gaps
from storage.metrics.store import (
    DECIMALS,
    FIELDS,
    TAGS,
    Columns,
    Measurement,
    MetricBatch,
    MetricRefusedError,
    MetricStoreError,
    Ranked,
    RankQuery,
    Series,
    SeriesQuery,
)

MEMORY_LIMIT: Final = "96MB"
"""Buffers of DuckDB; a sort that needs more spills into the data directory."""
THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each resolution is kept, in milliseconds."""

    raw: int = 30 * DAY
    five_minutes: int = 180 * DAY
    hourly: int = 5 * 365 * DAY


class DuckDbStore:
    """Metrics in one DuckDB file.

    Raises MetricStoreError when the file can't be opened: locked, damaged, forbidden, on a full disk.
    """

    def __init__(self, path: Path, retention: Retention | None = None) -> None:
        self.path = path
        self._retention = retention or Retention()
        self._writing = threading.Lock()
        self._closed = False
        with told_plainly(path):
            self._connection = duckdb.connect(
                str(path),
                config={
                    "memory_limit": MEMORY_LIMIT,
                    "threads": str(THREADS),
                    "temp_directory": str(path.with_name(f"{path.name}.tmp")),
                    # A closed network: DuckDB never looks for extensions on the internet.
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
        try:
            with told_plainly(path):
                prepare(self._connection)
                self._series = {measurement: self._load_series(measurement) for measurement in Measurement}
                self._kept = {
                    measurement: upkeep.kept_since(self._connection, measurement) for measurement in Measurement
                }
        except MetricStoreError:
            self._connection.close()
            raise

    def write(self, batch: MetricBatch) -> None:
        """Keep all rows of a batch in one transaction; when it raises, none are kept."""
        filled = {measurement: columns for measurement, columns in batch.columns.items() if len(columns)}
        if not filled:
            return
        with self._writing, self._cursor() as cursor, _transaction(cursor):
            new = {measurement: self._insert(cursor, measurement, columns) for measurement, columns in filled.items()}
        for measurement, series in new.items():
            self._series[measurement].keep(series)

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step, from all hours that are kept."""
        check_series(query)
        numbers = self._series[query.measurement].of(query.tags)
        if not numbers or query.end <= query.start:
            return with_gaps(query, {})
        among = f"series IN ({', '.join(map(str, numbers))})"
        rows, parameters = self._rows(query, among, [])
        step = f"moment // {query.step} * {query.step}"
        sql = f"SELECT {step} AS step, {AGGREGATES[query.aggregate]} FROM ({rows}) GROUP BY step"
        with self._cursor() as cursor:
            found = cursor.execute(sql, parameters).fetchall()
        return with_gaps(query, {moment: value for moment, value in found if value is not None})

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first; objects without a value in that time are not ranked."""
        check_rank(query)
        if query.end <= query.start:
            return []
        among = "true"
        if query.where:
            equal = " AND ".join(f"{tag} = ?" for tag in query.where)
            among = f"series IN (SELECT series FROM {series_table(query.measurement)} WHERE {equal})"
        rows, parameters = self._rows(query, among, list(query.where.values()))
        sql = (
            f"SELECT series, {AGGREGATES[query.aggregate]} AS result FROM ({rows}) "
            f"GROUP BY series HAVING result IS NOT NULL ORDER BY result DESC, series LIMIT {query.limit}"
        )
        with self._cursor() as cursor:
            found = cursor.execute(sql, parameters).fetchall()
        known = self._series[query.measurement]
        return [Ranked(known.tags(series), value) for series, value in found]

    def maintain(self, now: Instant) -> None:
        """Sort and roll up the hours that are over, and drop what is past its retention.

        Called every few minutes; each hour is a transaction of its own, so writes wait for one hour's work at most.
        """
        for measurement in Measurement:
            for hour in self._closed_hours(measurement, now):
                with self._writing, self._cursor() as cursor, _transaction(cursor):
                    upkeep.close_hour(cursor, measurement, hour)
            with self._writing, self._cursor() as cursor:
                with _transaction(cursor):
                    upkeep.drop_raw(cursor, measurement, now - self._retention.raw)
                    upkeep.drop_roll_up(cursor, measurement, FIVE_MINUTES, now - self._retention.five_minutes)
                    upkeep.drop_roll_up(cursor, measurement, HOURLY, now - self._retention.hourly)
                self._kept[measurement] = upkeep.kept_since(cursor, measurement)
        with self._writing, self._cursor() as cursor:
            upkeep.give_back(cursor)

    def close(self) -> None:
        """Write the log into the file and let go of it."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            with told_plainly(self.path):
                self._connection.close()

    def _closed_hours(self, measurement: Measurement, now: Instant) -> list[Instant]:
        with self._cursor() as cursor:
            return upkeep.closed_hours(cursor, measurement, now)

    def _insert(
        self, cursor: duckdb.DuckDBPyConnection, measurement: Measurement, columns: Columns
    ) -> dict[tuple[str, ...], int]:
        numbers, new = self._series[measurement].assign(columns.tags)
        if new:
            marks = ", ".join("?" for _ in range(1 + len(TAGS[measurement])))
            cursor.executemany(
                f"INSERT INTO {series_table(measurement)} VALUES ({marks})",
                [[number, *tags] for tags, number in new.items()],
            )
        cursor.register("incoming", _arrow(measurement, numbers, columns))
        try:
            cursor.execute(f"INSERT INTO {recent_table(measurement)} SELECT * FROM incoming")
        finally:
            cursor.unregister("incoming")
        return new

    def _rows(self, query: SeriesQuery | RankQuery, where: str, values: list[str]) -> tuple[str, list[int | str]]:
        parts = stretches(query.start, query.end, self._kept[query.measurement])
        return source(query.measurement, query.column, where, values, parts)

    def _load_series(self, measurement: Measurement) -> SeriesNumbers:
        names = ", ".join(TAGS[measurement])
        rows = self._connection.execute(f"SELECT series, {names} FROM {series_table(measurement)}").fetchall()
        return SeriesNumbers(measurement, ((row[0], row[1:]) for row in rows))

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._closed:
            raise MetricStoreError("The metric store is closed: the platform is stopping.")
        with told_plainly(self.path):
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()


@contextmanager
def _transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing. Closing the cursor rolls back what was not committed."""
    cursor.begin()
    yield
    cursor.commit()


def _arrow(measurement: Measurement, numbers: list[int], columns: Columns) -> pa.Table:
    """The columns as DuckDB takes them without a copy."""
    try:
        arrays = [pa.array(numbers, pa.int32()), pa.array(columns.at, pa.int64())]
        arrays += [_values(name, columns.fields[name]) for name in FIELDS[measurement]]
        return pa.Table.from_arrays(arrays, names=["series", "moment", *FIELDS[measurement]])
    except (pa.ArrowException, ValueError, KeyError) as error:
        raise MetricRefusedError(f'Rows of "{measurement}" have columns of a wrong kind or length: {error}') from error


def _values(field: str, values: list[float | None]) -> pa.Array:
    """A field as it is kept: rounded to what it means, and no value where it is no number.

    Arrow does it in a fifth of the time that the same takes as SQL, most of which is planning.
    """
    array = pa.array(values, pa.float64())
    return compute.round(compute.if_else(compute.is_finite(array), array, None), DECIMALS[field])
