"""The metric stores under test: each runs the same conformance suite."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.influx_store import InfluxStore
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import MetricStore
from tests.storage.metrics.servers import free_ports, influxd, victoria_metrics


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


@pytest.fixture(params=["duckdb", pytest.param("influxdb", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]) -> Iterator[MetricStore]:
    """An empty store of each kind that can be written and read."""
    opened: MetricStore
    if request.param == "duckdb":
        opened = DuckDbStore(tmp_path / "metrics.duckdb")
    else:
        url = request.getfixturevalue("influx_url")
        opened = InfluxStore(InfluxSettings(url=url, database=next(database_names)))
    yield opened
    opened.close()
