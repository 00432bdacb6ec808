"""Opens the metric store that the settings name."""

from pathlib import Path
from typing import Final

from foundation.clock import Clock
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.settings import MetricSettings
from storage.metrics.store import MetricStore, MetricStoreError

FILE: Final = "metrics.duckdb"
"""The DuckDB file's name in the data directory."""


def open_metric_store(settings: MetricSettings, data: Path, clock: Clock) -> MetricStore:
    """The store, ready to use; `data` is the platform's data directory, made when it is missing.

    A server that is away is no error here: writes wait for it. Raises OperatorError when the local file can't be
    opened, or a secret can't be read.
    """
    if settings.kind == "influxdb" and settings.influxdb is not None:
        # Its libraries take 40 MB; who stays with DuckDB does not pay for them.
        from storage.metrics.influx_store import InfluxStore

        return InfluxStore(settings.influxdb, clock)
    if settings.kind == "victoriametrics" and settings.victoriametrics is not None:
        from storage.metrics.victoria_store import VictoriaStore

        return VictoriaStore(settings.victoriametrics)
    try:
        data.mkdir(parents=True, exist_ok=True)
        kept = settings.duckdb
        retention = Retention(kept.raw_retention, kept.five_minute_retention, kept.hourly_retention)
        return DuckDbStore(data / FILE, retention)
    except OSError as error:
        raise OperatorError(f"The data directory {data} can't be made: {error.strerror}.") from error
    except MetricStoreError as error:
        raise OperatorError(str(error)) from error
