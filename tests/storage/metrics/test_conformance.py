"""What every metric store guarantees, run against each of them: the real files and the real servers."""

import itertools
import math
import threading
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant
from foundation.messages import CounterVerdict
from storage.metrics.questions import steps
from storage.metrics.store import (
    Aggregate,
    Measurement,
    MetricBatch,
    MetricRefusedError,
    MetricStore,
    RankQuery,
    SeriesQuery,
)
from storage.metrics.verdicts import CODES, verdict_of
from tests.storage.metrics.making import Row, batch, device_rows, interface_rows

T0 = 1_764_000_000_000 // HOUR * HOUR
AWKWARD = [
    "two words",
    "a,b=c",
    "昭通-镇雄",
    'say "hi"',
    "it's",
    "%20",
    "GE0/0/1",
    "x" * 200,
    "--",
    "a;DROP",
    "é😀",
    " x ",
]


def device_series(
    device: str,
    column: str,
    start: Instant = T0,
    end: Instant = T0 + 5 * MINUTE,
    step: int = MINUTE,
    aggregate: Aggregate = Aggregate.MEAN,
) -> SeriesQuery:
    """A question about one device."""
    return SeriesQuery(Measurement.DEVICE, {"device": device}, column, start, end, step, aggregate)


def interface_series(device: str, ifname: str, column: str) -> SeriesQuery:
    """A question about one interface over five minutes."""
    tags = {"device": device, "ifname": ifname}
    return SeriesQuery(Measurement.INTERFACE, tags, column, T0, T0 + 5 * MINUTE, MINUTE)


def test_a_written_value_is_read_at_its_step_and_a_gap_stays_a_gap(store: MetricStore) -> None:
    store.write(device_rows("r1", "rtt_ms", {T0: 1.25, T0 + 2 * MINUTE + 1: 2.5}))
    found = store.series(device_series("r1", "rtt_ms"))
    assert list(found.at) == [T0 + number * MINUTE for number in range(5)]
    assert found.values == [1.25, None, 2.5, None, None]


def test_the_start_belongs_to_the_time_asked_for_and_the_end_does_not(store: MetricStore) -> None:
    store.write(device_rows("r1", "rtt_ms", {T0 - 1: 1.0, T0: 2.0, T0 + MINUTE - 1: 4.0, T0 + MINUTE: 8.0}))
    assert store.series(device_series("r1", "rtt_ms", end=T0 + MINUTE)).values == [3.0]


def test_steps_are_aligned_to_multiples_of_the_step_whatever_the_start(store: MetricStore) -> None:
    store.write(device_rows("r1", "rtt_ms", {T0 + 10 * SECOND: 1.0, T0 + 70 * SECOND: 2.0}))
    found = store.series(device_series("r1", "rtt_ms", start=T0 + 5 * SECOND, end=T0 + 80 * SECOND))
    assert (list(found.at), found.values) == ([T0, T0 + MINUTE], [1.0, 2.0])


def test_the_values_of_a_step_become_one(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + 3: 7.0, T0 + 9: None, T0 + 8: 3.0, T0 + 1: 2.0}))

    def one(aggregate: Aggregate) -> float | None:
        return store.series(device_series("r1", "cpu", end=T0 + MINUTE, aggregate=aggregate)).values[0]

    assert {aggregate.value: one(aggregate) for aggregate in Aggregate} == {
        "mean": 4.0,
        "max": 7.0,
        "min": 2.0,
        "last": 3.0,
        "p95": 7.0,
    }


def test_the_95th_percentile_is_the_nearest_rank_so_it_is_a_value_that_was_measured(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + number * SECOND: float(number * 7 % 60) for number in range(60)}))
    store.write(device_rows("r2", "cpu", {T0 + number * SECOND: float(number) for number in range(12)}))
    store.write(device_rows("r3", "cpu", {T0: 44.0}))

    def p95(device: str) -> float | None:
        return store.series(device_series(device, "cpu", end=T0 + MINUTE, aggregate=Aggregate.P95)).values[0]

    assert [p95(device) for device in ("r1", "r2", "r3")] == [56.0, 10.0, 44.0]
    ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, Aggregate.P95))
    assert [(row.tags["device"], row.value) for row in ranked] == [("r1", 56.0), ("r3", 44.0), ("r2", 10.0)]


@pytest.mark.slow
def test_a_row_that_is_written_again_is_kept_once(store: MetricStore) -> None:
    first = {T0: 4.0, T0 + SECOND: 8.0}
    store.write(device_rows("r1", "cpu", first))
    store.write(device_rows("r1", "cpu", {T0 + 2 * SECOND: 12.0}))
    for _ in range(3):
        store.write(device_rows("r1", "cpu", first))
    store.write(device_rows("r1", "cpu", {**first, T0 + 3 * SECOND: 16.0}))
    assert store.series(device_series("r1", "cpu")).values[0] == 10.0
    store.maintain(T0 + 2 * HOUR)
    store.write(device_rows("r1", "cpu", {**first, T0 + 4 * SECOND: 20.0}))
    assert store.series(device_series("r1", "cpu")).values[0] == 12.0
    store.maintain(T0 + 2 * HOUR)
    assert store.series(device_series("r1", "cpu", step=HOUR)).values == [12.0]


@pytest.mark.slow
def test_long_steps_give_what_their_rows_give_though_they_are_read_from_roll_ups(store: MetricStore) -> None:
    """Rates with a speed beside them, gaps, late rows, and an end in the middle of an hour that is not over."""
    port = {"device": "r1", "ifname": "up"}
    bps = {T0 + minute * MINUTE + minute * 7: float(minute * 7919 % 10_007 * 1000) for minute in range(230)}
    gaps = {at for at in bps if at % 11 == 0 or T0 + HOUR <= at < T0 + 70 * MINUTE}
    late = {at for at in bps if at % 17 == 0}

    def fields(at: Instant) -> Mapping[str, float | None]:
        return {"oper": 2.0} if at in gaps else {"in_bps": bps[at], "in_util": bps[at] / 1e6, "oper": 1.0}

    def rows(wanted: set[Instant]) -> MetricBatch:
        return batch(Measurement.INTERFACE, [(at, port, fields(at)) for at in sorted(wanted)])

    store.write(rows(set(bps) - late))
    store.maintain(T0 + 3 * HOUR + 10 * MINUTE)
    store.write(rows(late))

    def check() -> None:
        for column, scale in (("in_bps", 1.0), ("in_util", 1e6)):
            for step, start, end in (
                (5 * MINUTE, T0 + 2 * MINUTE, T0 + 227 * MINUTE),
                (HOUR, T0 + 7 * MINUTE, T0 + 3 * HOUR + 33 * MINUTE),
                (2 * HOUR, T0, T0 + 4 * HOUR),
                (7 * MINUTE, T0, T0 + 4 * HOUR),
            ):
                for aggregate in Aggregate:
                    query = SeriesQuery(Measurement.INTERFACE, port, column, start, end, step, aggregate)
                    for at, value in zip(steps(query), store.series(query).values, strict=True):
                        within = {
                            moment: rate / scale
                            for moment, rate in bps.items()
                            if moment not in gaps and max(at, start) <= moment < min(at + step, end)
                        }
                        wanted = pytest.approx(_plainly(within, aggregate), rel=1e-9) if within else None
                        assert value == wanted, (column, step, aggregate, at)

    check()
    store.maintain(T0 + 3 * HOUR + 10 * MINUTE)
    check()


@pytest.mark.slow
def test_a_ranking_over_hours_weighs_every_row_alike_wherever_it_lies(store: MetricStore) -> None:
    values = {
        device: {
            T0 + minute * MINUTE: float(minute * factor % 97) for minute in range(200) if minute % 10 < 10 - number
        }
        for number, (device, factor) in enumerate({"r1": 31, "r2": 17, "r3": 53}.items())
    }
    for device, found in values.items():
        store.write(device_rows(device, "cpu", {**found}))
    store.maintain(T0 + 3 * HOUR + 10 * MINUTE)
    start, end = T0 + 3 * MINUTE, T0 + 193 * MINUTE
    for aggregate in Aggregate:
        wanted = {
            device: _plainly({at: value for at, value in found.items() if start <= at < end}, aggregate)
            for device, found in values.items()
        }
        ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", start, end, aggregate))
        assert {row.tags["device"]: row.value for row in ranked} == pytest.approx(wanted), aggregate
        assert [row.value for row in ranked] == sorted((row.value for row in ranked), reverse=True)


@pytest.mark.slow
def test_rankings_and_series_over_days_give_what_their_rows_give(store: MetricStore) -> None:
    """Days that are over, one that got late rows, one that is not over, and beginnings and ends within days."""
    day = T0 // DAY * DAY
    values: dict[str, dict[Instant, float | None]] = {
        device: {
            day + number * 20 * MINUTE: float(number * factor % 97)
            for number in range(3 * 72 + 30)
            if number % (4 + factor % 3)
        }
        for device, factor in {"r1": 31, "r2": 17, "r3": 53}.items()
    }
    late = {day + 9 * HOUR + MINUTE: 400.0, day + 30 * HOUR + MINUTE: 300.0}
    for device, found in values.items():
        store.write(device_rows(device, "cpu", found))
    now = day + 3 * DAY + 10 * HOUR

    def check() -> None:
        for start, end in ((day, day + DAY), (day + 5 * HOUR + 7 * MINUTE, now), (day + 3 * HOUR, day + 3 * DAY)):
            for aggregate in (Aggregate.MEAN, Aggregate.MAX, Aggregate.MIN, Aggregate.LAST):
                wanted = {
                    device: _plainly(
                        {at: v for at, v in found.items() if v is not None and start <= at < end}, aggregate
                    )
                    for device, found in values.items()
                }
                ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", start, end, aggregate))
                assert {row.tags["device"]: row.value for row in ranked} == pytest.approx(wanted), (start, aggregate)
        by_day = store.series(device_series("r1", "cpu", day, day + 3 * DAY, DAY, Aggregate.MEAN))
        for at, value in zip(by_day.at, by_day.values, strict=True):
            within = {moment: v for moment, v in values["r1"].items() if v is not None and at <= moment < at + DAY}
            assert value == pytest.approx(_plainly(within, Aggregate.MEAN))

    check()
    store.maintain(now)
    check()
    store.write(device_rows("r1", "cpu", {**late}))
    values["r1"] |= late
    check()
    store.maintain(now)
    check()


def test_the_reason_for_a_missing_rate_is_kept_with_its_row_and_the_worst_of_a_step_is_found(
    store: MetricStore,
) -> None:
    reset, normal = float(CODES[CounterVerdict.RESET]), float(CODES[CounterVerdict.NORMAL])
    port = {"device": "r1", "ifname": "up"}
    rows: list[Row] = [
        (T0, port, {"in_bps": None, "verdict": reset}),
        (T0 + SECOND, port, {"in_bps": 5.0, "verdict": normal}),
        (T0 + MINUTE, port, {"in_bps": 6.0, "verdict": normal}),
    ]
    store.write(batch(Measurement.INTERFACE, rows))
    query = SeriesQuery(Measurement.INTERFACE, port, "verdict", T0, T0 + 2 * MINUTE, MINUTE, Aggregate.MAX)
    assert [verdict_of(code) for code in store.series(query).values] == [CounterVerdict.RESET, CounterVerdict.NORMAL]


def test_a_missing_value_is_no_zero(store: MetricStore) -> None:
    store.write(batch(Measurement.DEVICE, [(T0, {"device": "r1"}, {"rtt_ms": None, "loss": 100.0})]))
    assert store.series(device_series("r1", "rtt_ms")).values == [None] * 5
    assert store.series(device_series("r1", "loss")).values == [100.0, None, None, None, None]


def test_a_value_that_is_no_number_never_spoils_the_others(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0: math.nan, T0 + 1: 5.0, T0 + 2: math.inf, T0 + 3: 7.0, T0 + 4: -math.inf}))
    assert store.series(device_series("r1", "cpu", end=T0 + MINUTE)).values == [6.0]


def test_very_large_and_very_small_values_keep_what_their_decimals_mean(store: MetricStore) -> None:
    store.write(
        batch(
            Measurement.INTERFACE,
            [
                (T0, {"device": "r1", "ifname": "up"}, {"in_bps": 99_999_999_999.4, "in_errors": 0.01667}),
                (T0 + MINUTE, {"device": "r1", "ifname": "up"}, {"in_bps": 0.2, "in_errors": 1e-9}),
            ],
        )
    )
    assert store.series(interface_series("r1", "up", "in_bps")).values[:2] == [99_999_999_999.0, 0.0]
    assert store.series(interface_series("r1", "up", "in_errors")).values[:2] == [0.017, 0.0]


@pytest.mark.slow
def test_awkward_names_are_told_apart_and_come_back_as_they_were(store: MetricStore) -> None:
    ports = {name: f"port {name}" for name in AWKWARD}
    rows = [
        (T0, {"device": name, "ifname": port, "site": name}, {"in_bps": float(number)})
        for number, (name, port) in enumerate(ports.items())
    ]
    store.write(batch(Measurement.INTERFACE, rows))
    store.write(interface_rows("plain", "plain", "in_bps", {T0: 99.0}))
    for number, (name, port) in enumerate(ports.items()):
        assert store.series(interface_series(name, port, "in_bps")).values[0] == float(number)
        assert store.series(interface_series(name, "plain", "in_bps")).values[0] is None
        ranked = store.rank(RankQuery(Measurement.INTERFACE, "in_bps", T0, T0 + MINUTE, where={"site": name}))
        assert [dict(row.tags) for row in ranked] == [{"device": name, "ifname": port, "site": name, "tier": "here"}]


def test_a_name_is_never_taken_for_a_part_of_the_question(store: MetricStore) -> None:
    store.write(device_rows("other", "cpu", {T0: 1.0}))
    hostile = ["x' OR 'x'='x", "x\\' OR time > 0 --", 'x" OR 1=1', "a\nb", "back\\slash", "end\\"]
    for number, name in enumerate(hostile):
        assert store.series(device_series(name, "cpu")).values == [None] * 5
        store.write(device_rows(name, "cpu", {T0: 2.0 + number}))
    for number, name in enumerate(hostile):
        assert store.series(device_series(name, "cpu")).values[0] == 2.0 + number
    assert store.series(device_series("other", "cpu")).values[0] == 1.0


def test_an_object_that_moved_to_another_site_is_one_series(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0: 1.0}, site="old"))
    store.write(device_rows("r1", "cpu", {T0 + MINUTE: 2.0}, site="new"))
    assert store.series(device_series("r1", "cpu")).values[:2] == [1.0, 2.0]


def test_rows_out_of_order_and_from_long_ago_are_taken(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + MINUTE: 2.0, T0: 1.0}))
    store.write(device_rows("r1", "cpu", {T0 - 48 * HOUR: 3.0}))
    assert store.series(device_series("r1", "cpu")).values[:2] == [1.0, 2.0]
    early = device_series("r1", "cpu", start=T0 - 48 * HOUR, end=T0 - 48 * HOUR + 1)
    assert store.series(early).values == [3.0]


def test_a_store_without_rows_answers_with_gaps_and_an_empty_ranking(store: MetricStore) -> None:
    store.write(MetricBatch({}))
    store.write(batch(Measurement.DEVICE, []))
    assert store.series(device_series("r1", "cpu")).values == [None] * 5
    assert store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR)) == []


def test_no_time_at_all_has_no_steps(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    assert store.series(device_series("r1", "cpu", start=T0 + 1, end=T0 + 1)).values == []
    assert store.rank(RankQuery(Measurement.DEVICE, "cpu", T0 + 1, T0 + 1)) == []


def test_a_ranking_has_the_highest_first_and_no_more_than_asked_for(store: MetricStore) -> None:
    for number in range(6):
        store.write(device_rows(f"r{number}", "cpu", {T0: 10.0 * number, T0 + 1: 10.0 * number + 4}))
    store.write(device_rows("silent", "cpu", {T0: None}))
    store.write(device_rows("past", "cpu", {T0 - 1: 99.0}))
    ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=3))
    assert [(row.tags["device"], row.value) for row in ranked] == [("r5", 52.0), ("r4", 42.0), ("r3", 32.0)]
    peaks = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, Aggregate.MAX, limit=1))
    assert [row.value for row in peaks] == [54.0]
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=100))) == 6


def test_a_ranking_can_be_confined_to_tags(store: MetricStore) -> None:
    store.write(interface_rows("r1", "up", "in_util", {T0: 70.0}, tier="county", site="530627"))
    store.write(interface_rows("r2", "up", "in_util", {T0: 90.0}, tier="agency", site="530627"))
    store.write(interface_rows("r3", "up", "in_util", {T0: 80.0}, tier="county", site="530628"))

    def ranked(**where: str) -> list[str]:
        query = RankQuery(Measurement.INTERFACE, "in_util", T0, T0 + HOUR, where=where)
        return [row.tags["device"] for row in store.rank(query)]

    assert ranked() == ["r2", "r3", "r1"]
    assert ranked(tier="county") == ["r3", "r1"]
    assert ranked(tier="county", site="530627") == ["r1"]
    assert ranked(site="nowhere") == []


def test_what_can_not_be_asked_is_refused_in_a_sentence(store: MetricStore) -> None:
    with pytest.raises(MetricRefusedError, match=r'"device" has no field "cpuu"\. Did you mean "cpu"\?'):
        store.series(device_series("r1", "cpuu"))
    with pytest.raises(MetricRefusedError, match="by device and ifname"):
        store.series(SeriesQuery(Measurement.INTERFACE, {"device": "r1"}, "in_bps", T0, T0 + 1, 1))
    with pytest.raises(MetricRefusedError, match="at least one millisecond"):
        store.series(device_series("r1", "cpu", step=0))
    with pytest.raises(MetricRefusedError, match="at most 100,000 steps"):
        store.series(device_series("r1", "cpu", step=1))
    with pytest.raises(MetricRefusedError, match=r'has no tag "teir"\. Did you mean "tier"'):
        store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + 1, where={"teir": "x"}))
    with pytest.raises(MetricRefusedError, match="at least one row"):
        store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + 1, limit=0))


def test_rows_that_are_not_whole_are_refused_and_nothing_of_them_is_kept(store: MetricStore) -> None:
    short, unknown, lacking = (device_rows("r1", "cpu", {T0: 1.0, T0 + 1: 2.0}) for _ in range(3))
    short.columns[Measurement.DEVICE].fields["cpu"].pop()
    unknown.columns[Measurement.DEVICE].fields["cpuu"] = [1.0, 2.0]
    del lacking.columns[Measurement.DEVICE].tags["site"]
    with pytest.raises(MetricRefusedError, match="columns of different lengths"):
        store.write(short)
    for wrong in (unknown, lacking):
        with pytest.raises(MetricRefusedError, match="do not have exactly its tags and fields"):
            store.write(wrong)
    assert store.series(device_series("r1", "cpu")).values == [None] * 5
    store.write(device_rows("r1", "cpu", {T0: 3.0}))
    assert store.series(device_series("r1", "cpu")).values[0] == 3.0


@pytest.mark.slow
def test_many_threads_read_while_one_writes(store: MetricStore) -> None:
    """Each reader sees whole batches only: every batch holds as many ones as it has rows."""
    wrong: list[object] = []
    written = threading.Event()
    store.write(device_rows("r0", "cpu", {T0: 1.0}))

    def read() -> None:
        while not written.is_set():
            ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=1000))
            wrong.extend(row for row in ranked if row.value != 1.0)
            if len(ranked) % 10 != 1:
                wrong.append(len(ranked))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for group in range(1, 21):
        rows = [(T0 + row, {"device": f"r{group}-{row}"}, {"cpu": 1.0}) for row in range(10)]
        store.write(batch(Measurement.DEVICE, rows))
    written.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=1000))) == 201


@pytest.mark.slow
def test_upkeep_changes_no_answer(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0 + number * MINUTE: float(number) for number in range(180)}))
    question = device_series("r1", "cpu", end=T0 + 3 * HOUR, step=5 * MINUTE)
    before = store.series(question)
    store.maintain(T0 + 2 * HOUR + 30 * MINUTE)
    assert store.series(question) == before
    store.maintain(T0 + 2 * HOUR + 30 * MINUTE)
    assert store.series(question) == before


def test_closing_twice_is_harmless(store: MetricStore) -> None:
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()
    store.close()


points = st.dictionaries(
    st.integers(0, 10 * MINUTE - 1), st.one_of(st.none(), st.integers(-1_000_000, 1_000_000)), max_size=30
)


@pytest.mark.slow
def test_a_series_is_what_plain_arithmetic_over_its_rows_gives(store: MetricStore) -> None:
    devices = itertools.count()

    @settings(max_examples=15, deadline=None)
    @given(
        points=points,
        start=st.integers(-MINUTE, 9 * MINUTE),
        length=st.integers(0, 10 * MINUTE),
        step=st.integers(7 * SECOND, 11 * MINUTE),
        aggregate=st.sampled_from(Aggregate),
        hour_is_over=st.booleans(),
    )
    def holds(
        points: dict[int, int | None], start: int, length: int, step: int, aggregate: Aggregate, hour_is_over: bool
    ) -> None:
        # One store serves all examples: each has a device of its own.
        device = f"device-{next(devices)}"
        store.write(device_rows(device, "cpu", {T0 + offset: value for offset, value in points.items()}))
        if hour_is_over:
            store.maintain(T0 + 2 * HOUR)
        query = device_series(device, "cpu", T0 + start, T0 + start + length, step, aggregate)
        found = store.series(query)
        assert list(found.at) == list(steps(query))
        for at, value in zip(found.at, found.values, strict=True):
            within = {
                offset: point
                for offset, point in points.items()
                if point is not None and max(at, query.start) <= T0 + offset < min(at + step, query.end)
            }
            assert value == (pytest.approx(_plainly(within, aggregate)) if within else None)

    holds()


def _plainly(within: Mapping[int, float], aggregate: Aggregate) -> float:
    match aggregate:
        case Aggregate.MEAN:
            return sum(within.values()) / len(within)
        case Aggregate.MAX:
            return max(within.values())
        case Aggregate.MIN:
            return min(within.values())
        case Aggregate.LAST:
            return within[max(within)]
        case Aggregate.P95:
            return sorted(within.values())[max(1, math.floor(len(within) * 0.95 + 0.5)) - 1]
