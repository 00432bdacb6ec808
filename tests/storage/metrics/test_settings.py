"""Which store the settings open, and what they refuse."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from foundation.clock import DAY, SECOND, SteppedClock
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.influx_store import InfluxStore
from storage.metrics.open import FILE, open_metric_store
from storage.metrics.settings import MetricSettings
from storage.metrics.victoria_store import VictoriaStore


def test_without_settings_it_is_one_duckdb_file_in_the_data_directory(tmp_path: Path, clock: SteppedClock) -> None:
    store = open_metric_store(MetricSettings(), tmp_path / "new" / "data", clock)
    assert isinstance(store, DuckDbStore)
    store.close()
    assert [path.name for path in (tmp_path / "new" / "data").iterdir()] == [FILE]


def test_an_influxdb_that_is_away_can_be_opened(tmp_path: Path, clock: SteppedClock) -> None:
    settings = MetricSettings.model_validate({"kind": "influxdb", "influxdb": {"url": "http://127.0.0.1:9"}})
    store = open_metric_store(settings, tmp_path, clock)
    assert isinstance(store, InfluxStore)
    store.close()
    store.close()


def test_a_victoria_metrics_that_is_away_can_be_opened(tmp_path: Path, clock: SteppedClock) -> None:
    given = {"url": "http://127.0.0.1:9", "read_url": "http://127.0.0.1:9/select/0/prometheus"}
    settings = MetricSettings.model_validate({"kind": "victoriametrics", "victoriametrics": given})
    store = open_metric_store(settings, tmp_path, clock)
    assert isinstance(store, VictoriaStore)
    store.close()
    store.close()


def test_retention_is_written_with_units() -> None:
    settings = MetricSettings.model_validate({"duckdb": {"raw_retention": "7 d"}})
    assert settings.duckdb.raw_retention == 7 * DAY
    assert settings.duckdb.five_minute_retention == 180 * DAY


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "influxdb"}, "needs a section influxdb"),
        ({"kind": "mongodb"}, "'duckdb', 'influxdb' or 'victoriametrics'"),
        ({"kind": "victoriametrics"}, "needs a section victoriametrics"),
        ({"victoriametrics": {"url": "http://x", "org": "gov"}}, "Extra inputs"),
        ({"spool": {"max_age": "1 min"}}, "greater than or equal to"),
        ({"spool": {"backfill_share": 0}}, "greater than or equal to 5"),
        ({"influxdb": {"url": "influx:8086"}}, "pattern"),
        ({"influxdb": {"url": "http://x", "username": "u"}}, "go together"),
        (
            {
                "influxdb": {
                    "url": "http://x",
                    "username": "u",
                    "password": {"value": "p"},
                    "token": {"value": "t"},
                }
            },
            "but not both",
        ),
        ({"influxdb": {"url": "http://x", "timeout": "10 ms"}}, "greater than or equal to 1000"),
        ({"duckdb": {"raw_retention": "1 h"}}, "greater than or equal to"),
        ({"duckdb": {"retention": "1 d"}}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        MetricSettings.model_validate(given)


def test_secrets_never_show(tmp_path: Path) -> None:
    settings = MetricSettings.model_validate(
        {"kind": "influxdb", "influxdb": {"url": "http://x", "token": {"value": "t0p-secret"}}}
    )
    assert "t0p-secret" not in repr(settings)


def test_a_data_directory_that_can_not_be_made_is_told(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(OperatorError, match=r"data directory .*data can't be made: File exists"):
        open_metric_store(MetricSettings(), tmp_path / "data", clock)


def test_a_damaged_file_is_told(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / FILE).write_bytes(b"junk" * 5000)
    with pytest.raises(OperatorError, match="is damaged, or is no DuckDB file"):
        open_metric_store(MetricSettings(), tmp_path, clock)


@pytest.mark.parametrize(
    ("influx", "told"),
    [
        ({"token": {"env": "YUNWEI_NO_SUCH_TOKEN"}}, "YUNWEI_NO_SUCH_TOKEN is not set"),
        ({"ca_file": "/no/such/ca.pem"}, "certificate file /no/such/ca.pem can't be read"),
    ],
)
def test_a_secret_or_certificate_that_is_missing_is_told(
    tmp_path: Path, clock: SteppedClock, influx: dict[str, object], told: str
) -> None:
    settings = MetricSettings.model_validate({"kind": "influxdb", "influxdb": {"url": "https://x", **influx}})
    with pytest.raises(OperatorError, match=told):
        open_metric_store(settings, tmp_path, clock)


def test_the_time_limit_of_a_request_has_a_sensible_default() -> None:
    settings = MetricSettings.model_validate({"influxdb": {"url": "http://x"}})
    assert settings.influxdb is not None
    assert settings.influxdb.timeout == 10 * SECOND
