"""The default metric store: one DuckDB file in the data directory, no server.

One process opens the file. Writers take turns; readers never wait for them, each works on a cursor of its own over the
last committed state. A write is one transaction of one insert from Arrow columns; what it committed survives a kill.
A series has one row at a moment: one that comes again is left out, so that a batch can be written twice without harm.
"""

# Names in the SQL below are those of FIELDS and TAGS, checked before they come here; values are always parameters.
# ruff: noqa: S608

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from foundation.clock import DAY, HOUR, MINUTE, Instant
from storage.metrics import duckdb_history
from storage.metrics import duckdb_upkeep as upkeep
from storage.metrics.duckdb_arrow import measured_rows, series_table_rows
from storage.metrics.duckdb_file import DuckDbFile
from storage.metrics.duckdb_inserting import insert_rows, insert_unknown
from storage.metrics.duckdb_reading import AGGREGATES, source
from storage.metrics.duckdb_schema import prepare, recent_table, series_table
from storage.metrics.duckdb_series import SeriesNumbers, Tags
from storage.metrics.duckdb_snapshot import copy_database
from storage.metrics.history import Span
from storage.metrics.questions import (
    BILLING_STEP,
    check_batch,
    check_rank,
    check_series,
    is_percentile_of_means,
    with_gaps,
)
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY, RollUp, exact_roll_ups, stretches
from storage.metrics.store import (
    FIELDS,
    TAGS,
    Columns,
    Measurement,
    MetricBatch,
    MetricStoreError,
    Ranked,
    RankQuery,
    Series,
    SeriesQuery,
)

DAYS_AT_ONCE: Final = 1
"""Days put in order by one upkeep: after an upgrade there may be months of them."""
DAYS_SUMMED_AT_ONCE: Final = 30
"""Days summed up by one upkeep: after an upgrade there may be years of them."""


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
        self._retention = retention or Retention()
        self._writing = threading.Lock()
        self._upkeep = threading.Lock()
        self._series: dict[Measurement, SeriesNumbers] = {}
        self._kept: dict[Measurement, dict[str, Instant]] = {}
        self._summed: dict[Measurement, Instant] = {}
        self._file = DuckDbFile(path, self._opened)
        self._acquaint()

    def write(self, batch: MetricBatch) -> None:
        """Keep all rows of a batch in one transaction; when it raises, none are kept."""
        check_batch(batch)
        filled = {measurement: columns for measurement, columns in batch.columns.items() if len(columns)}
        if not filled:
            return
        with self._writing:
            with self._file.transaction() as cursor:
                kept = {
                    measurement: self._keep(cursor, measurement, columns) for measurement, columns in filled.items()
                }
            for measurement, (numbers, new, in_order) in kept.items():
                self._series[measurement].keep(new)
                self._series[measurement].written(numbers, filled[measurement].at, in_order=in_order)

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step, from all hours that are kept."""
        check_series(query)
        numbers = self._series[query.measurement].of(query.tags)
        if not numbers or query.end <= query.start:
            return with_gaps(query, {})
        among = f"series IN ({', '.join(map(str, numbers))})"
        rows, parameters = self._source(query, among, [])
        step = f"moment // {query.step} * {query.step}"
        sql = f"SELECT {step} AS step, {AGGREGATES[query.aggregate]} FROM ({rows}) GROUP BY step"
        with self._file.cursor() as cursor:
            found = cursor.execute(sql, parameters).fetchall()
        return with_gaps(query, {moment: value for moment, value in found if value is not None})

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first; objects without a value in that time are not ranked."""
        check_rank(query)
        if query.end <= query.start:
            return []
        among, values = "true", list(query.where.values())
        if "device" in query.where:
            # Numbers, not a question: DuckDB then skips the blocks in which none of them lies.
            numbers = self._series[query.measurement].of(query.where)
            if not numbers:
                return []
            among, values = f"series IN ({', '.join(map(str, numbers))})", []
        elif query.where:
            equal = " AND ".join(f"{tag} = ?" for tag in query.where)
            among = f"series IN (SELECT series FROM {series_table(query.measurement)} WHERE {equal})"
        rows, parameters = self._source(query, among, values)
        sql = (
            f"SELECT series, {AGGREGATES[query.aggregate]} AS result FROM ({rows}) "
            f"GROUP BY series HAVING result IS NOT NULL ORDER BY result DESC, series LIMIT {query.limit}"
        )
        with self._file.cursor() as cursor:
            found = cursor.execute(sql, parameters).fetchall()
        known = self._series[query.measurement]
        return [Ranked(known.tags(series), value) for series, value in found]

    def maintain(self, now: Instant) -> None:
        """Sort and roll up the hours that are over, and drop what is past its retention.

        Called every few minutes. Each hour is a transaction of its own, and writes go on meanwhile: they only append,
        which conflicts with nothing.
        """
        with self._upkeep:
            for measurement in Measurement:
                for hour in self._closed_hours(measurement, now):
                    if upkeep.is_of_last_day(hour, self._summed[measurement]):
                        self._summed[measurement] = hour // DAY * DAY  # readers take its hours from now on
                    with self._file.transaction() as cursor:
                        upkeep.close_hour(cursor, measurement, hour)
                with self._file.transaction() as cursor:
                    upkeep.drop_raw(cursor, measurement, now - self._retention.raw)
                    upkeep.drop_roll_up(cursor, measurement, FIVE_MINUTES, now - self._retention.five_minutes)
                    upkeep.drop_roll_up(cursor, measurement, HOURLY, now - self._retention.hourly)
                    kept = upkeep.kept_since(cursor, measurement)
                self._kept[measurement] = kept
                self._sum_days(measurement, now)
                self._order_days(measurement, now)
            with self._file.cursor() as cursor:
                upkeep.give_back(cursor)

    @property
    def has_roll_ups(self) -> bool:
        """Roll-ups are kept beside rows."""
        return True

    def spans(self) -> list[Span]:
        """What there is: single rows, and of each roll-up what is older than those."""
        with self._file.cursor() as cursor:
            return duckdb_history.spans(cursor)

    def history(self, measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant) -> Columns:
        """All rows of [start, end) in one resolution."""
        with self._file.cursor() as cursor:
            return duckdb_history.rows(cursor, measurement, roll_up, start, end)

    def take_roll_up(self, measurement: Measurement, roll_up: RollUp, columns: Columns) -> None:
        """Keep rows of a roll-up; those that it has already are replaced by the same.

        Single rows of that time are taken to be past their retention from now on.
        """
        if not len(columns):
            return
        with self._writing, self._upkeep:
            known = self._series[measurement]
            numbers, new = known.assign(columns.tags)
            if roll_up is HOURLY:
                self._summed[measurement] = min(self._summed[measurement], min(columns.at) // DAY * DAY)
            with self._file.transaction() as cursor:
                if new:
                    insert_rows(cursor, f"INSERT INTO {series_table(measurement)}", series_table_rows(measurement, new))
                duckdb_history.insert_roll_up(cursor, measurement, roll_up, numbers, columns.at, columns.fields)
                if roll_up is HOURLY:
                    upkeep.forget_sums(cursor, measurement, min(columns.at))
                end = max(columns.at) + roll_up.step
                upkeep.take_for_dropped(cursor, measurement, roll_up, min(columns.at), end)
                kept = upkeep.kept_since(cursor, measurement)
            known.keep(new)
            self._kept[measurement] = kept

    def copy_to(self, target: Path) -> None:
        """Copy the file as it is at this moment into a new one. Writes and readers go on; upkeep waits."""
        with self._upkeep, self._file.cursor() as cursor:
            copy_database(cursor, target)

    def close(self) -> None:
        """Write the log into the file and let go of it; calling it twice is harmless.

        Upkeep that is at work ends with its present hour.
        """
        with self._writing:
            self._file.close()

    def _opened(self, connection: duckdb.DuckDBPyConnection) -> None:
        prepare(connection)
        self._series = {measurement: _load_series(connection, measurement) for measurement in Measurement}
        self._kept = {measurement: upkeep.kept_since(connection, measurement) for measurement in Measurement}
        self._summed = {measurement: upkeep.summed_until(connection, measurement) for measurement in Measurement}

    def _acquaint(self) -> None:
        """Ask what a page will ask, before anybody waits for it.

        DuckDB reads where a table's blocks lie when it is first asked, which in a file of months takes longer than
        the answer. What goes wrong here goes wrong again, and is told, when somebody asks.
        """
        with suppress(MetricStoreError):
            for measurement, known in self._series.items():
                tags, until = known.any(), known.written_until
                if tags is None or until <= 0:
                    continue
                for length, step in ((DAY, MINUTE), (DAY, 5 * MINUTE), (30 * DAY, HOUR)):
                    start = max(0, until - length)
                    self.series(SeriesQuery(measurement, tags, FIELDS[measurement][0], start, until, step))

    def _sum_days(self, measurement: Measurement, now: Instant) -> None:
        with self._file.cursor() as cursor:
            days = upkeep.days_to_sum(cursor, measurement, now)[:DAYS_SUMMED_AT_ONCE]
        for day in days:
            with self._file.transaction() as cursor:
                until = upkeep.sum_day(cursor, measurement, day)
            self._summed[measurement] = until

    def _order_days(self, measurement: Measurement, now: Instant) -> None:
        with self._file.cursor() as cursor:
            days = upkeep.unordered_days(cursor, measurement, now)[:DAYS_AT_ONCE]
        for day in days:
            with self._file.cursor() as cursor:
                last, shares = upkeep.shares_of_day(cursor, measurement, day)
            for share in shares:
                with self._file.transaction() as cursor:
                    upkeep.order_share(cursor, measurement, day, last, share)
            with self._file.transaction() as cursor:
                upkeep.day_is_ordered(cursor, measurement, day)

    def _closed_hours(self, measurement: Measurement, now: Instant) -> list[Instant]:
        with self._file.cursor() as cursor:
            return upkeep.closed_hours(cursor, measurement, now)

    def _keep(
        self, cursor: duckdb.DuckDBPyConnection, measurement: Measurement, columns: Columns
    ) -> tuple[list[int], dict[Tags, int], bool]:
        known = self._series[measurement]
        numbers, new = known.assign(columns.tags)
        if new:
            insert_rows(cursor, f"INSERT INTO {series_table(measurement)}", series_table_rows(measurement, new))
        rows = measured_rows(measurement, numbers, columns)
        insert = f"INSERT INTO {recent_table(measurement)} BY NAME"
        in_order = known.are_new(numbers, columns.at)
        if in_order:
            insert_rows(cursor, insert, rows)
        else:
            insert_unknown(cursor, insert, measurement, rows, (min(columns.at), max(columns.at)))
        return numbers, new, in_order

    def _source(self, query: SeriesQuery | RankQuery, where: str, values: list[str]) -> tuple[str, list[int | str]]:
        """Rows that give the exact answer, from the coarsest resolution that does."""
        kept, summed = self._kept[query.measurement], self._summed[query.measurement]
        parts = stretches(query.start, query.end, kept, exact_roll_ups(query), (0, summed))
        rows, parameters = source(query.measurement, query.column, where, values, parts)
        if is_percentile_of_means(query):
            step = f"moment // {BILLING_STEP} * {BILLING_STEP}"
            rows = (
                f"SELECT series, {step} AS moment, sum(total) / nullif(sum(n), 0) AS value FROM ({rows}) GROUP BY ALL"
            )
        return rows, parameters


def _load_series(connection: duckdb.DuckDBPyConnection, measurement: Measurement) -> SeriesNumbers:
    names = ", ".join(TAGS[measurement])
    rows = connection.execute(f"SELECT series, {names} FROM {series_table(measurement)}").fetchall()
    latest = connection.execute(
        f"SELECT series, max(moment) FROM {recent_table(measurement)} GROUP BY series"
    ).fetchall()
    until = upkeep.sorted_until(connection, measurement)
    # Late rows of hours that have been sorted say nothing about the newest.
    newest = {series: moment for series, moment in latest if moment >= until}
    return SeriesNumbers(measurement, ((row[0], row[1:]) for row in rows), until, newest)
