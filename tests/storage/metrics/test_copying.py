"""Moving an installation's history from any store to any other: all rows, roll-ups beyond them, and after an
interruption from where it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.clock import DAY, HOUR, MINUTE, SteppedClock, SystemClock
from storage.metrics.copying import Copying, Progress
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.history import HistoryStore, Span
from storage.metrics.influx_store import InfluxStore
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY, RollUp
from storage.metrics.settings import VictoriaSettings
from storage.metrics.store import (
    Aggregate,
    Columns,
    Measurement,
    MetricBatch,
    MetricStoreError,
    SeriesQuery,
)
from tests.storage.metrics.conftest import SeenAtOnce
from tests.storage.metrics.making import Row, batch
from tests.storage.metrics.servers import influx_settings

T0 = 1_764_000_000_000 // DAY * DAY
NOW = T0 + 60 * HOUR
DEVICES = ("昭通 core,1", "r2")


RETENTION = Retention(6 * HOUR, 30 * HOUR, 90 * DAY)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two and a half days: the last six hours as single rows, the 24 before as 5-minute steps, the rest as hours."""
    path = tmp_path_factory.mktemp("history") / "source.duckdb"
    store = DuckDbStore(path, RETENTION)
    for hour in range(60):
        at = T0 + hour * HOUR
        rows: list[Row] = [
            (
                at + minute * MINUTE + 17,
                {"device": device, "site": f"s{device[-1]}"},
                {"cpu": None if minute % 9 == 8 else float((hour * 60 + minute) * 7 % 101), "loss": 0.0},
            )
            for device in DEVICES
            for minute in range(60)
        ]
        store.write(batch(Measurement.DEVICE, rows))
        ports: list[Row] = [
            (
                at + minute * MINUTE + 17,
                {"device": device, "ifname": "up"},
                {"in_bps": minute * 1e6, "in_util": minute / 10, "admin": 1.0},
            )
            for device in DEVICES
            for minute in range(0, 60, 5)
        ]
        store.write(batch(Measurement.INTERFACE, ports))
    store.maintain(NOW)
    store.close()
    return path


@pytest.fixture
def source(history: Path, tmp_path: Path) -> Iterator[DuckDbStore]:
    """A store of this history, of the test's own."""
    store = DuckDbStore(shutil.copyfile(history, tmp_path / "source.duckdb"), RETENTION)
    yield store
    store.close()


def answers(store: HistoryStore, *, hours: bool = True) -> dict[str, list[float | None]]:
    """What pages would ask."""
    found = {}
    for device in DEVICES:
        for aggregate in (Aggregate.MEAN, Aggregate.MAX, Aggregate.MIN) if hours else (Aggregate.MEAN,):
            cpu = SeriesQuery(Measurement.DEVICE, {"device": device}, "cpu", T0, NOW, HOUR, aggregate)
            found[f"{device} cpu {aggregate}"] = list(store.series(cpu).values)
            tags = {"device": device, "ifname": "up"}
            util = SeriesQuery(Measurement.INTERFACE, tags, "in_util", T0, NOW, HOUR, aggregate)
            found[f"{device} util {aggregate}"] = list(store.series(util).values)
        last = SeriesQuery(Measurement.DEVICE, {"device": device}, "cpu", NOW - 6 * HOUR, NOW, MINUTE)
        found[f"{device} last"] = list(store.series(last).values)
    return found


def close_to(wanted: dict[str, list[float | None]]) -> dict[str, object]:
    """The same but for rounding."""
    return {
        name: [None if value is None else pytest.approx(value, abs=1e-3) for value in values]
        for name, values in wanted.items()
    }


def copied(source: HistoryStore, target: HistoryStore, note: Path) -> list[Progress]:
    """Copy it all."""
    return list(Copying(source, target, SteppedClock(NOW), note).run())


@pytest.mark.slow
def test_a_source_tells_what_it_has_of_each_resolution(source: DuckDbStore) -> None:
    assert source.spans() == [
        Span(None, T0 + 54 * HOUR + 17, NOW - MINUTE + 18),
        Span(FIVE_MINUTES, T0 + 30 * HOUR, T0 + 54 * HOUR),
        Span(HOURLY, T0, T0 + 54 * HOUR),
    ]


@pytest.mark.slow
def test_one_duckdb_file_becomes_another(source: DuckDbStore, tmp_path: Path) -> None:
    target = DuckDbStore(tmp_path / "target.duckdb")
    progress = copied(source, target, tmp_path / "note.json")
    assert answers(target) == close_to(answers(source))
    assert [one.done for one in progress] == list(range(1, progress[-1].of + 1))
    assert progress[-1].refused == 0
    assert not (tmp_path / "note.json").exists()
    copied(source, target, tmp_path / "note.json")
    assert answers(target) == close_to(answers(source)), "a second time changes nothing"
    target.close()


@pytest.mark.slow
def test_what_was_interrupted_goes_on_where_it_was(source: DuckDbStore, tmp_path: Path) -> None:
    target = DuckDbStore(tmp_path / "target.duckdb")

    class Flaky(DuckDbStore):
        """A source that goes away after some stretches."""

        left = 5

        def history(self, measurement: Measurement, roll_up: RollUp | None, start: int, end: int) -> Columns:
            self.left -= 1
            if self.left < 0:
                raise MetricStoreError("The server sleeps.")
            return super().history(measurement, roll_up, start, end)

    source.close()
    flaky = Flaky(tmp_path / "source.duckdb", Retention(6 * HOUR, 30 * HOUR, 90 * DAY))
    done: list[int] = []
    for _ in range(30):
        flaky.left = 5
        try:
            for one in Copying(flaky, target, SteppedClock(NOW), tmp_path / "note.json").run():
                done.append(one.done)
        except MetricStoreError:
            continue
        break
    assert done == list(range(1, done[-1] + 1)), "each stretch is finished once"
    assert len(done) > 10
    assert answers(target) == close_to(answers(flaky))
    flaky.close()
    target.close()


@pytest.mark.slow
def test_history_goes_to_influxdb_and_back(source: DuckDbStore, tmp_path: Path, influx_url: str) -> None:
    influx = InfluxStore(influx_settings(influx_url, database="copied"), SystemClock())
    copied(source, influx, tmp_path / "note.json")
    assert influx.spans() == source.spans()
    wanted = answers(source)
    back = DuckDbStore(tmp_path / "back.duckdb")
    copied(influx, back, tmp_path / "note.json")
    assert answers(back) == close_to(wanted)
    influx.close()
    back.close()


@pytest.mark.slow
def test_history_goes_to_victoria_metrics_as_rows_and_means(
    source: DuckDbStore, tmp_path: Path, victoria_url: str
) -> None:
    victoria = SeenAtOnce(VictoriaSettings(url=victoria_url, database="copied"))
    copied(source, victoria, tmp_path / "note.json")
    (span,) = victoria.spans()
    assert (span.start, span.end) == (T0, NOW - MINUTE + 18)
    wanted = {name: values for name, values in answers(source, hours=False).items() if name.endswith("last")}
    found = answers(victoria, hours=False)
    assert {name: found[name] for name in wanted} == close_to(wanted)
    back = DuckDbStore(tmp_path / "back.duckdb")
    copied(victoria, back, tmp_path / "note.json")
    last = answers(back, hours=False)
    assert {name: last[name] for name in wanted} == close_to(wanted)
    back.close()
    victoria.close()


def written_by_others() -> MetricBatch:
    """Rows of other programs: none has the fields that ours always have."""
    device: Row = (T0 + 17, {"device": "r1"}, {"cpu": 7.0})
    interface: Row = (T0 + 26 * HOUR + 5, {"device": "r1", "ifname": "up"}, {"out_bps": 9.0})
    columns = [batch(Measurement.DEVICE, [device]).columns, batch(Measurement.INTERFACE, [interface]).columns]
    return MetricBatch({measurement: one for both in columns for measurement, one in both.items()})


def what_others_wrote_is_copied(source: HistoryStore, tmp_path: Path) -> None:
    """The span reaches from the first of those rows to the last, and both arrive."""
    assert source.spans() == [Span(None, T0 + 17, T0 + 26 * HOUR + 6)]
    target = DuckDbStore(tmp_path / "target.duckdb")
    copied(source, target, tmp_path / "note.json")
    cpu = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", T0, T0 + HOUR, HOUR)
    bps = SeriesQuery(Measurement.INTERFACE, {"device": "r1", "ifname": "up"}, "out_bps", T0, T0 + 27 * HOUR, DAY)
    assert list(target.series(cpu).values) == [7.0]
    assert list(target.series(bps).values) == [None, 9.0]
    target.close()


@pytest.mark.slow
def test_what_others_wrote_into_influxdb_is_copied_too(tmp_path: Path, influx_url: str) -> None:
    influx = InfluxStore(influx_settings(influx_url, database="others"), SystemClock())
    assert influx.spans() == []
    influx.write(written_by_others())
    what_others_wrote_is_copied(influx, tmp_path)
    influx.close()


@pytest.mark.slow
def test_what_others_wrote_into_victoria_metrics_is_copied_too(tmp_path: Path, victoria_url: str) -> None:
    victoria = SeenAtOnce(VictoriaSettings(url=victoria_url, database="others"))
    assert victoria.spans() == []
    victoria.write(written_by_others())
    what_others_wrote_is_copied(victoria, tmp_path)
    victoria.close()
