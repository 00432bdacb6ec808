"""A file of the released version 0.1.0 is brought up to date when it is opened, with all that is in it.

The file is made by that version's own statements, written down here.
"""

from pathlib import Path

import duckdb
import pytest

from foundation.clock import DAY, HOUR, MINUTE
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.store import Aggregate, Measurement, RankQuery, SeriesQuery
from tests.storage.metrics.making import batch, interface_rows

pytestmark = pytest.mark.slow

T0 = 1_764_000_000_000 // DAY * DAY
DROPPED_UNTIL, SORTED_UNTIL, NOW = T0 + 2 * HOUR, T0 + 6 * HOUR, T0 + 7 * HOUR
FOREVER = Retention(1000 * DAY, 1000 * DAY, 1000 * DAY)

FIELDS_0_1_0 = {
    "interface": (
        "in_bps", "out_bps", "in_util", "out_util",
        "in_errors", "out_errors", "in_discards", "out_discards", "oper", "admin",
    ),
    "device": ("rtt_ms", "loss", "cpu", "memory", "temperature", "uptime_s", "poll_ms"),
}  # fmt: skip
TAGS_0_1_0 = {"interface": ("device", "ifname", "site", "tier"), "device": ("device", "site", "tier")}


def bps(minute: int) -> float:
    """A rate that differs from minute to minute."""
    return float(minute * 7919 % 10_007 * 1000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of 0.1.0 with a row a minute for seven hours: two as roll-ups only, four sorted, the last as it came."""
    path = tmp_path / "metrics.duckdb"
    with duckdb.connect(str(path)) as connection:
        run = connection.execute
        run("CREATE TABLE yunwei_schema (version INTEGER NOT NULL)")
        run(
            "CREATE TABLE yunwei_dropped "
            "(measurement VARCHAR NOT NULL, resolution VARCHAR NOT NULL, before BIGINT NOT NULL)"
        )
        for measurement, fields in FIELDS_0_1_0.items():
            tags = ", ".join(f"{tag} VARCHAR NOT NULL" for tag in TAGS_0_1_0[measurement])
            run(f"CREATE TABLE {measurement}_series (series INTEGER NOT NULL, {tags})")
            values = ", ".join(f"{field} DOUBLE" for field in fields)
            for table in ("recent", "sorted"):
                run(f"CREATE TABLE {measurement}_{table} (series INTEGER NOT NULL, moment BIGINT NOT NULL, {values})")
            summed = ", ".join(f"{field}_mean DOUBLE, {field}_low DOUBLE, {field}_high DOUBLE" for field in fields)
            for table in ("five_minutes", "hourly"):
                run(
                    f"CREATE TABLE {measurement}_{table} "
                    f"(series INTEGER NOT NULL, moment BIGINT NOT NULL, samples INTEGER NOT NULL, {summed})"
                )
        run("INSERT INTO yunwei_schema VALUES (1)")
        run("INSERT INTO interface_series VALUES (1, 'r1', 'up', 'here', 'county')")
        run("CREATE TABLE was (moment BIGINT, in_bps DOUBLE, in_util DOUBLE)")
        rows = [[T0 + minute * MINUTE, bps(minute), bps(minute) / 1e6] for minute in range(7 * 60)]
        connection.executemany("INSERT INTO was VALUES (?, ?, ?)", rows)
        for table, first, last in (("sorted", DROPPED_UNTIL, SORTED_UNTIL), ("recent", SORTED_UNTIL, NOW)):
            run(
                f"INSERT INTO interface_{table} (series, moment, in_bps, in_util) "
                f"SELECT 1, moment, in_bps, in_util FROM was WHERE moment >= {first} AND moment < {last}"
            )
        for table, step in (("five_minutes", 5 * MINUTE), ("hourly", HOUR)):
            run(
                f"INSERT INTO interface_{table} (series, moment, samples, in_bps_mean, in_bps_low, in_bps_high, "
                "in_util_mean, in_util_low, in_util_high) "
                f"SELECT 1, moment // {step} * {step} AS step, count(*), round(avg(in_bps), 0), min(in_bps), "
                "max(in_bps), round(avg(in_util), 3), min(in_util), max(in_util) "
                f"FROM was WHERE moment < {SORTED_UNTIL} GROUP BY step"
            )
        run(f"INSERT INTO yunwei_dropped VALUES ('interface', 'raw', {DROPPED_UNTIL})")
        run("DROP TABLE was")
    return path


def series(store: DuckDbStore, column: str, step: int, aggregate: Aggregate = Aggregate.MEAN) -> list[float | None]:
    """The interface over all seven hours."""
    tags = {"device": "r1", "ifname": "up"}
    query = SeriesQuery(Measurement.INTERFACE, tags, column, T0, NOW, step, aggregate)
    return list(store.series(query).values)


def check(store: DuckDbStore) -> None:
    """Every resolution gives what 0.1.0 measured."""
    hours = [[bps(hour * 60 + minute) for minute in range(60)] for hour in range(7)]
    for column, scale in (("in_bps", 1.0), ("in_util", 1e6)):
        rounding = 0.51 if scale == 1.0 else 0.0011
        for aggregate, expected in (
            (Aggregate.MEAN, [sum(values) / 60 for values in hours]),
            (Aggregate.MAX, [max(values) for values in hours]),
            (Aggregate.MIN, [min(values) for values in hours]),
        ):
            found = series(store, column, HOUR, aggregate)
            assert found == [pytest.approx(value / scale, abs=rounding) for value in expected], (column, aggregate)
        by_minute = series(store, column, MINUTE)
        assert by_minute[120:] == [pytest.approx(bps(minute) / scale) for minute in range(120, 420)]
        assert [value is not None for value in by_minute[:120]] == [True, False, False, False, False] * 24
    whole = RankQuery(Measurement.INTERFACE, "in_bps", T0, NOW)
    assert [row.value for row in store.rank(whole)] == [pytest.approx(sum(map(sum, hours)) / 420, abs=1)]
    day = RankQuery(Measurement.INTERFACE, "in_bps", T0, T0 + DAY)
    assert [row.value for row in store.rank(day)] == [pytest.approx(sum(map(sum, hours)) / 420, abs=1)]


def test_everything_in_it_is_read_as_before_and_upkeep_goes_on_from_there(path: Path) -> None:
    store = DuckDbStore(path, FOREVER)
    check(store)
    store.write(interface_rows("r1", "up", "verdict", {NOW + MINUTE: 3.0}, tier="county"))
    store.maintain(NOW + 2 * HOUR)
    check(store)
    store.close()
    again = DuckDbStore(path, FOREVER)
    check(again)
    again.maintain(NOW + 2 * DAY)  # days are put in order, old rows with new ones
    check(again)
    again.close()


def test_rows_that_it_has_are_not_taken_again_and_late_ones_are(path: Path) -> None:
    store = DuckDbStore(path, FOREVER)
    port = {"device": "r1", "ifname": "up", "site": "here", "tier": "county"}
    rows = [
        (T0 + minute * MINUTE, port, {"in_bps": bps(minute), "in_util": bps(minute) / 1e6})
        for minute in range(120, 420)
    ]
    store.write(batch(Measurement.INTERFACE, rows))
    with store._file.cursor() as cursor:
        count = "SELECT (SELECT count(*) FROM interface_sorted) + (SELECT count(*) FROM interface_recent)"
        assert cursor.execute(count).fetchone() == (300,)
    check(store)
    store.write(batch(Measurement.INTERFACE, [(T0 + 3 * HOUR + 1, port, {"in_bps": 1.0})]))
    with store._file.cursor() as cursor:
        assert cursor.execute(count).fetchone() == (301,)
    store.close()


def test_old_rows_and_roll_ups_are_dropped_in_their_turn(path: Path) -> None:
    store = DuckDbStore(path, Retention(DAY, 2 * DAY, 3 * DAY))
    store.maintain(NOW + DAY + HOUR)
    assert series(store, "in_bps", HOUR)[:6] == [
        pytest.approx(sum(bps(hour * 60 + minute) for minute in range(60)) / 60, abs=0.51) for hour in range(6)
    ]
    store.maintain(NOW + 4 * DAY)
    assert series(store, "in_bps", HOUR) == [None] * 7
    store.close()
