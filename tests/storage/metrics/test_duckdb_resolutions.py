"""How the DuckDB store ages: hours sorted and rolled up, old rows dropped, each question answered by what is left."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from foundation.clock import DAY, HOUR, MINUTE, Instant
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.history import rolled_names
from storage.metrics.resolutions import DAILY, FIVE_MINUTES, HOURLY, ROLL_UPS, RollUp, Stretch, stretches
from storage.metrics.store import Aggregate, Columns, Measurement, RankQuery, SeriesQuery
from tests.storage.metrics.making import batch, device_rows

T0 = 1_764_000_000_000 // DAY * DAY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file lies."""
    return tmp_path / "metrics.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[DuckDbStore]:
    """A store that keeps rows six hours, 5-minute roll-ups twelve and hourly ones a day."""
    opened = DuckDbStore(path, Retention(6 * HOUR, 12 * HOUR, DAY))
    yield opened
    opened.close()


def series(
    store: DuckDbStore, start: Instant, end: Instant, step: int = HOUR, aggregate: Aggregate = Aggregate.MEAN
) -> list[float | None]:
    """Processor load of the router r1."""
    query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", start, end, step, aggregate)
    return list(store.series(query).values)


def value_at(minute: int) -> float:
    """A load that differs from minute to minute and from hour to hour."""
    return float(minute * 7 % 60 + minute // 60)


@pytest.fixture
def one_day(store: DuckDbStore) -> DuckDbStore:
    """A value each minute for a day, with upkeep every six hours."""
    for quarter in range(4):
        at = T0 + quarter * 6 * HOUR
        values: dict[Instant, float | None] = {
            at + minute * MINUTE: value_at(quarter * 360 + minute) for minute in range(360)
        }
        store.write(device_rows("r1", "cpu", values))
        store.maintain(at + 6 * HOUR + 6 * MINUTE)
    return store


@pytest.mark.slow
def test_an_hourly_series_is_the_same_whether_its_rows_are_kept_or_rolled_up(one_day: DuckDbStore) -> None:
    hours = [[value_at(hour * 60 + minute) for minute in range(60)] for hour in range(24)]
    for aggregate, expected in (
        (Aggregate.MEAN, [sum(values) / 60 for values in hours]),
        (Aggregate.MAX, [max(values) for values in hours]),
        (Aggregate.MIN, [min(values) for values in hours]),
    ):
        found = series(one_day, T0, T0 + DAY, HOUR, aggregate)
        assert found == [pytest.approx(value, abs=0.01) for value in expected]


@pytest.mark.slow
def test_what_is_past_its_retention_is_seen_in_the_next_coarser_resolution(one_day: DuckDbStore) -> None:
    now = T0 + DAY
    by_minute = series(one_day, now - HOUR, now, MINUTE)
    assert [value is None for value in by_minute] == [False] * 60, "rows are kept"
    by_minute = series(one_day, now - 8 * HOUR, now - 7 * HOUR, MINUTE)
    assert [value is None for value in by_minute] == [False, True, True, True, True] * 12, "5-minute values are left"
    by_minute = series(one_day, now - 14 * HOUR, now - 13 * HOUR, MINUTE)
    assert [value is None for value in by_minute] == [False] + [True] * 59, "hourly values are left"


@pytest.mark.slow
def test_hourly_values_are_dropped_in_their_turn(one_day: DuckDbStore) -> None:
    one_day.maintain(T0 + 30 * HOUR)
    assert series(one_day, T0, T0 + 6 * HOUR) == [None] * 6
    assert None not in series(one_day, T0 + 6 * HOUR, T0 + DAY)


@pytest.mark.slow
def test_a_ranking_over_old_and_new_rows_weighs_every_row_alike(store: DuckDbStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + minute * MINUTE: 10.0 for minute in range(60)}))
    store.write(device_rows("r2", "cpu", {T0 + minute * MINUTE: 30.0 for minute in range(15)}))
    store.maintain(T0 + 20 * HOUR)
    store.write(device_rows("r1", "cpu", {T0 + 20 * HOUR + minute * MINUTE: 70.0 for minute in range(20)}))
    query = RankQuery(Measurement.DEVICE, "cpu", T0, T0 + DAY)
    assert [(row.tags["device"], row.value) for row in store.rank(query)] == [("r2", 30.0), ("r1", 25.0)]


@pytest.mark.slow
def test_rows_that_come_after_their_hour_was_sorted_are_weighed_with_it(store: DuckDbStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + minute * MINUTE: 10.0 for minute in range(30)}))
    store.maintain(T0 + 2 * HOUR)
    store.write(device_rows("r1", "cpu", {T0 + (30 + minute) * MINUTE: 40.0 for minute in range(10)}))
    expected = (30 * 10.0 + 10 * 40.0) / 40
    assert series(store, T0, T0 + HOUR) == [expected]
    store.maintain(T0 + 3 * HOUR)
    assert series(store, T0, T0 + HOUR) == [expected]
    store.maintain(T0 + 20 * HOUR)
    assert series(store, T0, T0 + HOUR) == [expected]
    assert series(store, T0, T0 + HOUR, HOUR, Aggregate.MAX) == [40.0]


@pytest.mark.slow
def test_a_field_without_values_stays_a_gap_when_rolled_up(store: DuckDbStore) -> None:
    store.write(batch(Measurement.DEVICE, [(T0, {"device": "r1"}, {"loss": 100.0})]))
    store.write(device_rows("r1", "cpu", {T0 + HOUR: 5.0}))
    store.maintain(T0 + 20 * HOUR)
    assert series(store, T0, T0 + 2 * HOUR) == [None, 5.0]


@pytest.mark.slow
def test_the_hour_that_is_not_over_is_not_sorted_yet(store: DuckDbStore, path: Path) -> None:
    store.write(device_rows("r1", "cpu", {T0: 1.0, T0 + HOUR: 2.0}))
    store.maintain(T0 + HOUR + MINUTE)
    store.close()
    again = DuckDbStore(path)
    with again._file.cursor() as cursor:
        rows = "SELECT (SELECT count(*) FROM device_recent), (SELECT count(*) FROM device_sorted)"
        assert cursor.execute(rows).fetchone() == (2, 0)
    again.maintain(T0 + HOUR + 5 * MINUTE)
    with again._file.cursor() as cursor:
        assert cursor.execute(rows).fetchone() == (1, 1)
    again.close()


@pytest.mark.slow
def test_what_was_dropped_is_remembered_after_opening_again_with_a_longer_retention(
    one_day: DuckDbStore, path: Path
) -> None:
    """The days whose rows are gone are still drawn from roll-ups, though rows are kept longer from now on."""
    before = series(one_day, T0, T0 + DAY)
    one_day.close()
    longer = DuckDbStore(path, Retention(30 * DAY, 180 * DAY, 1800 * DAY))
    assert series(longer, T0, T0 + DAY) == before
    longer.close()


@pytest.mark.slow
def test_writes_go_on_while_hours_are_sorted_and_no_row_is_lost_or_doubled(store: DuckDbStore) -> None:
    for hour in range(4):
        rows = [(T0 + hour * HOUR + row, {"device": f"r{row}"}, {"cpu": 1.0}) for row in range(1000)]
        store.write(batch(Measurement.DEVICE, rows))
    upkeep = threading.Thread(target=store.maintain, args=(T0 + 4 * HOUR + 10 * MINUTE,))
    upkeep.start()
    for late in range(20):
        store.write(
            batch(Measurement.DEVICE, [(T0 + 2000 + late, {"device": f"r{row}"}, {"cpu": 1.0}) for row in range(50)])
        )
    upkeep.join()
    store.maintain(T0 + 5 * HOUR)
    with store._file.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM device_sorted").fetchone() == (5000,)
        assert cursor.execute("SELECT sum(samples) FROM device_hourly").fetchone() == (5000,)
        assert cursor.execute("SELECT count(*) FROM device_recent").fetchone() == (0,)


@pytest.mark.slow
def test_space_of_dropped_rows_is_used_again(store: DuckDbStore, path: Path) -> None:
    sizes = []
    for day in range(10):
        at = T0 + day * DAY
        store.write(
            batch(
                Measurement.DEVICE,
                [
                    (at + row, {"device": f"r{row % 500}"}, {"cpu": row * 7919 % 10007 / 100, "rtt_ms": row * 31 % 977})
                    for row in range(8_000)
                ],
            )
        )
        store.maintain(at + 2 * HOUR)
        sizes.append(path.stat().st_size)
    assert max(sizes[5:]) <= max(sizes[:5]) * 1.1


NOTHING = list[Stretch]()


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ({}, [Stretch(None, 0, 100)]),
        ({"raw": 200}, [Stretch(FIVE_MINUTES, 0, 100)]),
        ({"raw": 60}, [Stretch(FIVE_MINUTES, 0, 60), Stretch(None, 60, 100)]),
        (
            {"raw": 60, "five_minutes": 20, "hourly": 10},
            [Stretch(HOURLY, 0, 20), Stretch(FIVE_MINUTES, 20, 60), Stretch(None, 60, 100)],
        ),
        ({"raw": 60, "five_minutes": 60}, [Stretch(HOURLY, 0, 60), Stretch(None, 60, 100)]),
        ({"raw": -5, "five_minutes": -9}, [Stretch(None, 0, 100)]),
    ],
)
def test_each_stretch_of_time_is_read_from_the_finest_rows_that_are_left(
    kept: dict[str, int], expected: list[Stretch]
) -> None:
    assert stretches(0, 100, kept) == expected
    assert stretches(50, 50, kept) == NOTHING


@pytest.mark.parametrize(
    ("start", "end", "exact", "expected"),
    [
        (0, 3 * HOUR, ROLL_UPS, [Stretch(HOURLY, 0, 3 * HOUR)]),
        (0, 3 * HOUR, (FIVE_MINUTES,), [Stretch(FIVE_MINUTES, 0, 3 * HOUR)]),
        (1, 4 * MINUTE, ROLL_UPS, [Stretch(None, 1, 4 * MINUTE)]),
        (
            7 * MINUTE,
            2 * HOUR + 11 * MINUTE,
            ROLL_UPS,
            [
                Stretch(None, 7 * MINUTE, 10 * MINUTE),
                Stretch(FIVE_MINUTES, 10 * MINUTE, HOUR),
                Stretch(HOURLY, HOUR, 2 * HOUR),
                Stretch(FIVE_MINUTES, 2 * HOUR, 2 * HOUR + 10 * MINUTE),
                Stretch(None, 2 * HOUR + 10 * MINUTE, 2 * HOUR + 11 * MINUTE),
            ],
        ),
    ],
)
def test_the_coarsest_rows_that_give_the_exact_answer_are_read(
    start: Instant, end: Instant, exact: Sequence[RollUp], expected: list[Stretch]
) -> None:
    assert stretches(start, end, {}, exact) == expected


@pytest.mark.parametrize(
    ("start", "end", "days", "expected"),
    [
        (0, 3 * DAY, (0, 3 * DAY), [Stretch(DAILY, 0, 3 * DAY)]),
        (0, 3 * DAY, (0, 2 * DAY), [Stretch(DAILY, 0, 2 * DAY), Stretch(HOURLY, 2 * DAY, 3 * DAY)]),
        (0, 3 * DAY, (DAY, 9 * DAY), [Stretch(HOURLY, 0, DAY), Stretch(DAILY, DAY, 3 * DAY)]),
        (0, 3 * DAY, (0, 0), [Stretch(HOURLY, 0, 3 * DAY)]),
        (HOUR, DAY + HOUR, (0, 9 * DAY), [Stretch(HOURLY, HOUR, DAY + HOUR)]),
        (
            HOUR,
            2 * DAY + HOUR,
            (0, 9 * DAY),
            [Stretch(HOURLY, HOUR, DAY), Stretch(DAILY, DAY, 2 * DAY), Stretch(HOURLY, 2 * DAY, 2 * DAY + HOUR)],
        ),
    ],
)
def test_whole_days_that_have_been_summed_up_are_read_as_days(
    start: Instant, end: Instant, days: tuple[Instant, Instant], expected: list[Stretch]
) -> None:
    assert stretches(start, end, {}, (*ROLL_UPS, DAILY), days) == expected
    hours = stretches(start, end, {}, ROLL_UPS, days)
    assert hours == [Stretch(HOURLY, start, end)], "an answer that days can't give is never read from them"


@pytest.mark.slow
def test_a_history_that_comes_in_hour_by_hour_leaves_one_row_a_day(tmp_path: Path) -> None:
    """Beside it stands only what comes later than the next day's."""
    now = T0 + 3 * DAY
    store = DuckDbStore(tmp_path / "metrics.duckdb", Retention(9 * DAY, 9 * DAY, 9 * DAY))
    for hour in range(48):
        store.write(device_rows("r1", "cpu", {T0 + hour * HOUR: float(hour)}))
        if hour % 6 == 5:
            store.maintain(now)
    store.write(device_rows("r1", "cpu", {T0 + MINUTE: 100.0}))
    store.maintain(now)
    with store._file.cursor() as cursor:
        days = cursor.execute("SELECT moment, cpu_count, cpu_high FROM device_daily ORDER BY moment, cpu_high")
        found = days.fetchall()
    assert found == [(T0, 24, 23.0), (T0, 1, 100.0), (T0 + DAY, 24, 47.0)]
    query = RankQuery(Measurement.DEVICE, "cpu", T0, T0 + DAY)
    assert [row.value for row in store.rank(query)] == [pytest.approx((sum(range(24)) + 100.0) / 25)]
    store.close()


@pytest.mark.slow
def test_hours_that_come_from_another_store_are_in_the_days_too(one_day: DuckDbStore) -> None:
    """One_day is over at its end: it is summed up, and again when an earlier day's hours have come in."""
    one_day.maintain(T0 + DAY + 6 * MINUTE)
    one = RankQuery(Measurement.DEVICE, "cpu", T0, T0 + DAY)
    before = [(row.tags["device"], row.value) for row in one_day.rank(one)]
    columns = Columns(
        [T0 - DAY, T0 - HOUR],
        {"device": ["r1", "r1"], "site": ["here", "here"], "tier": ["here", "here"]},
        {
            name: [600.0, 1200.0] if name == "cpu_sum" else [60.0, 60.0] if name == "cpu_count" else [None, None]
            for name in rolled_names(Measurement.DEVICE)
        },
    )
    one_day.take_roll_up(Measurement.DEVICE, HOURLY, columns)
    earlier = RankQuery(Measurement.DEVICE, "cpu", T0 - DAY, T0)
    assert [(row.tags["device"], row.value) for row in one_day.rank(one)] == before
    assert [row.value for row in one_day.rank(earlier)] == [15.0]
    one_day._sum_days(Measurement.DEVICE, T0 + DAY + 6 * MINUTE)
    with one_day._file.cursor() as cursor:
        assert cursor.execute("SELECT moment, cpu_count FROM device_daily ORDER BY moment").fetchall() == [
            (T0 - DAY, 120),
            (T0, 1440),
        ]
    assert [(row.tags["device"], row.value) for row in one_day.rank(one)] == before
    assert [row.value for row in one_day.rank(earlier)] == [15.0]


@pytest.mark.slow
def test_a_file_grows_until_its_retention_is_full_and_then_no_more(tmp_path: Path) -> None:
    """Eight days of 120 devices, kept for two days in each resolution: the room of what is dropped is used again."""
    path = tmp_path / "metrics.duckdb"
    store = DuckDbStore(path, Retention(2 * DAY, 2 * DAY, 2 * DAY))
    sizes = []
    for day in range(8):
        for hour in range(24):
            start = day * DAY + hour * HOUR
            rows = [
                (start + minute * MINUTE, {"device": f"r{number}"}, {"cpu": (number * 37 + minute * hour) % 101 + 0.25})
                for number in range(120)
                for minute in range(0, 60, 5)
            ]
            store.write(batch(Measurement.DEVICE, rows))
            if hour % 4 == 3:
                store.maintain(start + HOUR + 10 * MINUTE)
        sizes.append(path.stat().st_size)
    store.close()
    assert max(sizes[5:]) <= 1.3 * max(sizes[2:5]), sizes
