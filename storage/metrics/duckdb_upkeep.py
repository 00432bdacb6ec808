"""What keeps the DuckDB store small and fast: what is over is sorted, rolled up and summed up, old rows are dropped."""

# Names in the SQL below are those of the measurements and their fields; values are always parameters.
# ruff: noqa: S608

from contextlib import suppress
from typing import Final

import duckdb

from foundation.clock import DAY, HOUR, MINUTE, Instant
from storage.metrics.duckdb_schema import ORDERED, SORTED, SUMMED, recent_table, roll_up_table, sorted_table
from storage.metrics.duckdb_values import grouped, kept, rolled, speeds, summed
from storage.metrics.resolutions import DAILY, FIVE_MINUTES, HOURLY, RAW, ROLL_UPS, RollUp
from storage.metrics.store import FIELDS, Measurement

SETTLING: Final = 5 * MINUTE
"""How long after an hour its last rows may come in; later ones are sorted in beside it, a little less tightly."""

SERIES_AT_ONCE: Final = 500
"""Series whose roll-ups of a day are put in order at once: 144,000 rows."""

_SPEEDS: Final = "hour_speeds"
"""The speeds of an hour's series, while the hour is being closed."""


def closed_hours(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, now: Instant) -> list[Instant]:
    """The hours that are over and still have unsorted rows, oldest first, each by its first instant."""
    rows = cursor.execute(
        f"SELECT DISTINCT moment // {HOUR} * {HOUR} AS hour FROM {recent_table(measurement)} "
        f"WHERE moment < ? ORDER BY hour",
        [(now - SETTLING) // HOUR * HOUR],
    ).fetchall()
    return [hour for (hour,) in rows]


def close_hour(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, hour: Instant) -> None:
    """Move one hour's rows to the sorted table and roll them up. A province's hour fits the memory limit."""
    between = [hour, hour + HOUR]
    recent = recent_table(measurement)
    found = speeds(measurement)
    if found is None:
        rows, keys = recent, "series"
    else:
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {_SPEEDS} AS SELECT series, {found} AS speed FROM {recent} "
            "WHERE moment >= ? AND moment < ? GROUP BY series",
            between,
        )
        rows, keys = f"{recent} JOIN {_SPEEDS} USING (series)", "series, speed"
    for roll_up in ROLL_UPS:
        cursor.execute(_summing(measurement, roll_up, rows, keys), between)
    until = summed_until(cursor, measurement)
    if is_of_last_day(hour, until):
        forget_sums(cursor, measurement, hour)
    elif hour < until:  # rows that come days after theirs has been summed up stand beside it
        cursor.execute(
            f"INSERT INTO {roll_up_table(measurement, DAILY)} BY NAME SELECT series, {hour // DAY * DAY} AS moment, "
            f"{grouped(measurement)} FROM {recent} WHERE moment >= ? AND moment < ? GROUP BY series ORDER BY series",
            between,
        )
    values = ", ".join(f"{kept(measurement, field)} AS {field}" for field in FIELDS[measurement])
    cursor.execute(
        f"INSERT INTO {sorted_table(measurement)} BY NAME SELECT {keys}, moment, {values} FROM {rows} "
        "WHERE moment >= ? AND moment < ? ORDER BY series, moment",
        between,
    )
    cursor.execute(f"DELETE FROM {recent} WHERE moment >= ? AND moment < ?", between)
    if found is not None:
        cursor.execute(f"DROP TABLE {_SPEEDS}")
    if hour + HOUR > sorted_until(cursor, measurement):
        _remember(cursor, measurement, SORTED, hour + HOUR)


def unordered_days(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, now: Instant) -> list[Instant]:
    """The days that are over and whose 5-minute roll-ups still lie hour by hour, oldest first."""
    end = (now - SETTLING) // DAY * DAY
    table = roll_up_table(measurement, FIVE_MINUTES)
    row = cursor.execute(
        f"SELECT min(moment), max(moment) FROM {table} WHERE moment >= ? AND moment < ?",
        [_marked(cursor, measurement, ORDERED), end],
    ).fetchone()
    if row is None or row[0] is None:
        return []
    return list(range(row[0] // DAY * DAY, row[1] + 1, DAY))


def shares_of_day(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, day: Instant) -> tuple[int, list[range]]:
    """The last row of a day's 5-minute roll-ups, and its series in shares that fit the memory limit."""
    row = cursor.execute(
        f"SELECT max(rowid), min(series), max(series) FROM {roll_up_table(measurement, FIVE_MINUTES)} "
        f"WHERE moment >= {day} AND moment < {day + DAY}"
    ).fetchone()
    if row is None or row[0] is None:
        return 0, []
    last, lowest, highest = row
    starts = range(lowest, highest + 1, SERIES_AT_ONCE)
    return last, [range(start, start + SERIES_AT_ONCE) for start in starts]


def order_share(
    cursor: duckdb.DuckDBPyConnection, measurement: Measurement, day: Instant, last: int, share: range
) -> None:
    """Lay some series' 5-minute roll-ups of a day that is over in the order of series and moment.

    A month of one series is then found in 30 places instead of 720. Rows that come later lie beside it.
    """
    table = roll_up_table(measurement, FIVE_MINUTES)
    old = (
        f"moment >= {day} AND moment < {day + DAY} AND rowid <= {last} "
        f"AND series >= {share.start} AND series < {share.stop}"
    )
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE {old} ORDER BY series, moment")
    cursor.execute(f"DELETE FROM {table} WHERE {old}")


def day_is_ordered(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, day: Instant) -> None:
    """Remember that a day has been put in order."""
    _remember(cursor, measurement, ORDERED, day + DAY)


def is_of_last_day(hour: Instant, summed: Instant) -> bool:
    """Whether an hour is of the last day that has been summed up: it is summed up anew then.

    So a history that is copied in, hour by hour, leaves one row a day, and not one for each hour.
    """
    return summed - DAY <= hour < summed


def days_to_sum(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, now: Instant) -> list[Instant]:
    """The days that are over and have no daily roll-up yet, oldest first."""
    until, end = summed_until(cursor, measurement), (now - SETTLING) // DAY * DAY
    if until >= end:
        return []
    rows = cursor.execute(
        f"SELECT DISTINCT moment // {DAY} * {DAY} AS day FROM {roll_up_table(measurement, HOURLY)} "
        "WHERE moment >= ? AND moment < ? ORDER BY day",
        [until, end],
    ).fetchall()
    return [day for (day,) in rows]


def sum_day(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, day: Instant) -> Instant:
    """Sum a day's hourly roll-ups up; its end, up to which all days have their daily roll-up then."""
    cursor.execute(
        f"INSERT INTO {roll_up_table(measurement, DAILY)} BY NAME SELECT series, {day} AS moment, "
        f"{summed(measurement)} FROM {roll_up_table(measurement, HOURLY)} WHERE moment >= ? AND moment < ? "
        "GROUP BY series ORDER BY series",
        [day, day + DAY],
    )
    _remember(cursor, measurement, SUMMED, day + DAY)
    return day + DAY


def forget_sums(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, since: Instant) -> None:
    """Drop the daily roll-ups from the day of `since` on: hourly ones have come in there, they are summed up anew."""
    day = since // DAY * DAY
    if day < summed_until(cursor, measurement):
        cursor.execute(f"DELETE FROM {roll_up_table(measurement, DAILY)} WHERE moment >= ?", [day])
        _remember(cursor, measurement, SUMMED, day)


def drop_raw(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, oldest: Instant) -> None:
    """Drop single rows older than the hour of `oldest`: whole hours lie together, so whole blocks are given back."""
    for table in (sorted_table(measurement), recent_table(measurement)):
        _drop(cursor, measurement, RAW, table, oldest)


def drop_roll_up(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, roll_up: RollUp, oldest: Instant) -> None:
    """Drop a roll-up's rows older than the hour of `oldest`."""
    _drop(cursor, measurement, roll_up.name, roll_up_table(measurement, roll_up), oldest)
    if roll_up is HOURLY:
        # A day of which some hours are left keeps its sum.
        cursor.execute(f"DELETE FROM {roll_up_table(measurement, DAILY)} WHERE moment < ?", [oldest // DAY * DAY])


def take_for_dropped(
    cursor: duckdb.DuckDBPyConnection, measurement: Measurement, roll_up: RollUp, first: Instant, end: Instant
) -> None:
    """Remember that there is nothing finer than a roll-up in [first, end), which came from another store."""
    if _marked(cursor, measurement, RAW) < end:
        _remember(cursor, measurement, RAW, end)
    five = _marked(cursor, measurement, FIVE_MINUTES.name)
    if roll_up == FIVE_MINUTES and five > first:
        _remember(cursor, measurement, FIVE_MINUTES.name, first // HOUR * HOUR)
    elif roll_up != FIVE_MINUTES and five < end:
        row = cursor.execute(f"SELECT min(moment) FROM {roll_up_table(measurement, FIVE_MINUTES)}").fetchone()
        finer = end if row is None or row[0] is None else min(end, row[0] // HOUR * HOUR)
        _remember(cursor, measurement, FIVE_MINUTES.name, max(five, finer))


def kept_since(cursor: duckdb.DuckDBPyConnection, measurement: Measurement) -> dict[str, Instant]:
    """For each resolution of which rows were dropped, the first moment that is still kept."""
    rows = cursor.execute(
        "SELECT resolution, max(before) FROM yunwei_dropped WHERE measurement = ? AND resolution NOT IN (?, ?, ?) "
        "GROUP BY resolution",
        [measurement, SORTED, ORDERED, SUMMED],
    ).fetchall()
    return dict(rows)


def sorted_until(cursor: duckdb.DuckDBPyConnection, measurement: Measurement) -> Instant:
    """The end of the last hour that has been sorted; every sorted row is older. 0 where none has."""
    return _marked(cursor, measurement, SORTED)


def summed_until(cursor: duckdb.DuckDBPyConnection, measurement: Measurement) -> Instant:
    """The end of the last day that has its daily roll-up, as all before it have; 0 where none has."""
    return _marked(cursor, measurement, SUMMED)


def give_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Write the log into the file and free the blocks of deleted rows."""
    # While a reader of the old state is at work, DuckDB refuses; it does so by itself at a later checkpoint.
    with suppress(duckdb.TransactionException):
        cursor.execute("CHECKPOINT")


def _drop(
    cursor: duckdb.DuckDBPyConnection, measurement: Measurement, resolution: str, table: str, oldest: Instant
) -> None:
    before = oldest // HOUR * HOUR
    found = cursor.execute(f"SELECT 1 FROM {table} WHERE moment < ? LIMIT 1", [before]).fetchone()
    if found is None:
        return
    cursor.execute(f"DELETE FROM {table} WHERE moment < ?", [before])
    _remember(cursor, measurement, resolution, before)


def _marked(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, what: str) -> Instant:
    # All of it is fetched: a result that is not finished holds its state of the file, and what is dropped afterwards is
    # never given back.
    ((before,),) = cursor.execute(
        "SELECT max(before) FROM yunwei_dropped WHERE measurement = ? AND resolution = ?", [measurement, what]
    ).fetchall()
    return 0 if before is None else int(before)


def _remember(cursor: duckdb.DuckDBPyConnection, measurement: Measurement, what: str, before: Instant) -> None:
    cursor.execute("DELETE FROM yunwei_dropped WHERE measurement = ? AND resolution = ?", [measurement, what])
    cursor.execute("INSERT INTO yunwei_dropped VALUES (?, ?, ?)", [measurement, what, before])


def _summing(measurement: Measurement, roll_up: RollUp, rows: str, keys: str) -> str:
    columns = ", ".join(
        f"{value} AS {name}" for field in FIELDS[measurement] for name, value in rolled(measurement, field).items()
    )
    return (
        f"INSERT INTO {roll_up_table(measurement, roll_up)} BY NAME "
        f"SELECT {keys}, step AS moment, samples, {columns} FROM ("
        f"SELECT {keys}, moment // {roll_up.step} * {roll_up.step} AS step, count(*) AS samples, "
        f"{grouped(measurement)} FROM {rows} WHERE moment >= ? AND moment < ? GROUP BY {keys}, step"
        ") ORDER BY series, step"
    )
