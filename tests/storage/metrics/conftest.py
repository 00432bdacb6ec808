"""The metric stores under test: each runs the same conformance suite."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from foundation.clock import SystemClock
from storage.metrics import influxql
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.influx_databases import Database
from storage.metrics.influx_rolling import lines_of
from storage.metrics.influx_store import InfluxStore
from storage.metrics.resolutions import RollUp, Stretch
from storage.metrics.settings import VictoriaSettings
from storage.metrics.store import Measurement, MetricBatch, MetricStore
from storage.metrics.victoria_store import VictoriaStore
from tests.storage.metrics.servers import free_ports, influx_settings, influxd, victoria_metrics


@pytest.fixture(scope="session")
def influx_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running InfluxDB 1.6.7."""
    with influxd(tmp_path_factory.mktemp("influxd"), free_ports(1)[0]) as url:
        yield url


@pytest.fixture(scope="session")
def victoria_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running VictoriaMetrics."""
    with victoria_metrics(tmp_path_factory.mktemp("victoria"), free_ports(1)[0]) as url:
        yield url


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    """Names no test has used yet; awkward on purpose."""
    return (f'yun"wei 云{number}' for number in itertools.count())


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("influxdb", marks=pytest.mark.slow),
        pytest.param("influxdb-later", marks=pytest.mark.slow),
        pytest.param("victoriametrics", marks=pytest.mark.slow),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]) -> Iterator[MetricStore]:
    """An empty store of each kind that can be written and read."""
    opened: MetricStore
    if request.param == "duckdb":
        opened = DuckDbStore(tmp_path / "metrics.duckdb")
    elif request.param == "victoriametrics":
        url = request.getfixturevalue("victoria_url")
        opened = SeenAtOnce(VictoriaSettings(url=url, database=next(database_names)))
    else:
        url = request.getfixturevalue("influx_url")
        settings = influx_settings(url, database=next(database_names))
        opened = InfluxStore(settings, SystemClock())
        if request.param == "influxdb-later":
            roll_up_as_later_generations(opened)
    yield opened
    opened.close()


class SeenAtOnce(VictoriaStore):
    """VictoriaMetrics shows what was written after about a second; a test asks it to do so now."""

    def __init__(self, settings: VictoriaSettings) -> None:
        super().__init__(settings, SystemClock())
        self.url = settings.url

    def write(self, batch: MetricBatch) -> None:
        """Write, and wait until it is to be seen."""
        super().write(batch)
        httpx.get(f"{self.url}/internal/force_flush", timeout=10, trust_env=False).raise_for_status()


def roll_up_as_later_generations(store: InfluxStore) -> None:
    """Let an InfluxDB 1.x be rolled up by reading and writing back, as is done where there is no INTO."""
    rolling: Any = store._rolling
    connection = store._connection

    def write(server: object, measurement: Measurement, roll_up: RollUp, source: Stretch, database: Database) -> None:
        found = connection.query(store.databases.of(source.roll_up).name, influxql.rolled(measurement, roll_up, source))
        if text := lines_of(measurement, found):
            connection.write_v1(database.name, text)

    rolling._write = write
