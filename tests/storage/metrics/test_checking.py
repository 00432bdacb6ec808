"""What `yunwei store check` finds, on real stores."""

from pathlib import Path

import pytest

from foundation.clock import SystemClock
from storage.metrics.checking import Finding, Inspection, check_store
from storage.metrics.history import HistoryStore
from storage.metrics.open import inspection_of, open_metric_store
from storage.metrics.settings import MetricSettings
from tests.storage.metrics.servers import free_ports, influx_settings, victoria_server


def found(settings: MetricSettings, data: Path) -> dict[str, Finding]:
    """All findings by what was looked at."""
    clock = SystemClock()
    store: HistoryStore = open_metric_store(settings, data, clock)
    try:
        return {finding.what: finding for finding in check_store(store, inspection_of(settings, store), clock)}
    finally:
        store.close()


def test_the_embedded_store_is_well(tmp_path: Path) -> None:
    findings = found(MetricSettings(), tmp_path)
    assert all(finding.is_well for finding in findings.values()), findings
    assert findings["retention of rows"].text == "30 d"
    assert list(findings)[:4] == ["server", "write", "read", "written twice"]


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    settings = MetricSettings(kind="influxdb", influxdb=influx_settings("http://127.0.0.1:9"))
    findings = found(settings, tmp_path)
    assert not findings["store"].is_well
    assert "can't be reached" in findings["store"].text


@pytest.mark.slow
def test_an_influxdb_is_asked_for_its_clock_and_its_retention(tmp_path: Path, influx_url: str) -> None:
    settings = MetricSettings(kind="influxdb", influxdb=influx_settings(influx_url, database="checked"))
    findings = found(settings, tmp_path)
    assert findings["server"].text.startswith("InfluxDB 1.")
    assert findings["clock"].is_well
    assert findings["retention of rows (checked)"] == Finding("retention of rows (checked)", True, "36000 d")
    assert findings["retention of hourly roll-ups (checked_1h)"] == Finding(
        "retention of hourly roll-ups (checked_1h)",
        True,
        "It is not made yet: the running platform makes it when the first hour of metrics is over. "
        "If its account may not create databases, make it yourself: "
        'CREATE DATABASE "checked_1h" WITH DURATION 864000h REPLICATION 1 NAME "autogen"',
    )
    shorter = influx_settings(influx_url, database="checked", raw_retention="30 d")
    differs = found(MetricSettings(kind="influxdb", influxdb=shorter), tmp_path)["retention of rows (checked)"]
    assert not differs.is_well
    assert differs.text == (
        '36000 d, and 30 d in the settings. There: ALTER RETENTION POLICY "autogen" ON "checked" DURATION 720h'
    )


@pytest.mark.slow
def test_a_victoria_metrics_that_counts_twice_is_found_out(tmp_path: Path, victoria_url: str) -> None:
    def checked(url: str) -> dict[str, Finding]:
        given = {"kind": "victoriametrics", "victoriametrics": {"url": url, "database": "checked"}}
        return found(MetricSettings.model_validate(given), tmp_path)

    well = checked(victoria_url)
    assert all(finding.is_well for finding in well.values()), well
    assert well["retention of rows"].text == f"{100 * 365} d"
    server = victoria_server(tmp_path, free_ports(1)[0])
    server.command.remove("-dedup.minScrapeInterval=1ms")
    server.start()
    try:
        assert "start it with -dedup.minScrapeInterval=1ms" in checked(server.url)["written twice"].text
    finally:
        server.stop()


def test_clocks_that_differ_are_told(tmp_path: Path) -> None:
    class Early(Inspection):
        def date(self) -> str:
            return "Tue, 24 Nov 2015 08:00:00 GMT"

    store = open_metric_store(MetricSettings(), tmp_path, SystemClock())
    findings = {finding.what: finding for finding in check_store(store, Early(), SystemClock())}
    assert not findings["clock"].is_well
    assert "let both follow the same time server" in findings["clock"].text
    store.close()
