"""Opens the metric store that the settings name, and the way to it."""

from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from foundation.bus import Bus
from foundation.clock import Clock
from foundation.problems import OperatorError
from storage.metrics.checking import Inspection
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.history import HistoryStore
from storage.metrics.rows import RowBuilder
from storage.metrics.settings import MetricSettings
from storage.metrics.spool.aside import Aside
from storage.metrics.spool.spool import Spool
from storage.metrics.store import MetricStore, MetricStoreError
from storage.metrics.writer import MetricWriter

FILE: Final = "metrics.duckdb"
"""The DuckDB file's name in the data directory."""
SPOOL: Final = "spool"
"""The directory's name there, in which metrics wait."""


def open_spool(settings: MetricSettings, data: Path) -> Spool:
    """Where metrics wait while their store is away. Raises OperatorError when the directory can't be used."""
    kept = settings.spool
    return Spool(data / SPOOL, max_size=kept.max_size_mb * 1_000_000, max_age=kept.max_age)


def open_metric_writer(
    settings: MetricSettings,
    bus: Bus,
    store: MetricStore,
    rows: RowBuilder,
    clock: Clock,
    registry: CollectorRegistry,
    spool: Spool,
) -> MetricWriter:
    """What carries observations to the store, by the way of the spool."""
    return MetricWriter(
        bus,
        store,
        rows,
        clock,
        registry,
        spool,
        Aside(spool.directory),
        spool_first=settings.is_remote,
        settling=settings.settling,
        backfill_share=settings.spool.backfill_share,
    )


def open_metric_store(settings: MetricSettings, data: Path, clock: Clock) -> HistoryStore:
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

        return VictoriaStore(settings.victoriametrics, clock)
    try:
        data.mkdir(parents=True, exist_ok=True)
        kept = settings.duckdb
        retention = Retention(kept.raw_retention, kept.five_minute_retention, kept.hourly_retention)
        return DuckDbStore(data / FILE, retention)
    except OSError as error:
        raise OperatorError(f"The data directory {data} can't be made: {error.strerror}.") from error
    except MetricStoreError as error:
        raise OperatorError(str(error)) from error


def inspection_of(settings: MetricSettings, store: MetricStore) -> Inspection:
    """What a store that `open_metric_store` opened tells of itself when it is checked."""
    if settings.kind == "duckdb":
        from storage.metrics.inspections import DuckDbInspection

        return DuckDbInspection(settings.duckdb)
    from storage.metrics.influx_store import InfluxStore
    from storage.metrics.inspections import InfluxInspection, VictoriaInspection
    from storage.metrics.victoria_store import VictoriaStore

    if isinstance(store, InfluxStore):
        return InfluxInspection(store)
    assert isinstance(store, VictoriaStore)
    return VictoriaInspection(store)
