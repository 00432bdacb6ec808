"""The Grafana dashboard of docs/: each of its queries finds what the platform wrote into a real InfluxDB."""

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from foundation.clock import MINUTE, SystemClock
from storage.metrics.influx_store import InfluxStore
from storage.metrics.store import FIELDS, Measurement
from tests.storage.metrics.making import batch
from tests.storage.metrics.servers import influx_settings

DASHBOARD: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "docs/grafana/yunwei-influxdb.json").read_text(encoding="utf-8")
)
QUERIES: Final = [
    (f"{panel['title']} {target['refId']}", target["query"])
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
]
VARIABLES: Final = [
    (variable["name"], variable["query"]) for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query"
]
CHOSEN: Final = {"site": "(530627)", "device": "r1", "interface": r"(Gi0\/1|Gi0\/2)"}
"""As Grafana writes one value and several: it escapes what means something inside a regular expression."""


@pytest.fixture(scope="module")
def filled(influx_url: str) -> str:
    """The URL of a database that holds three minutes of two devices."""
    store = InfluxStore(influx_settings(influx_url, database="grafana"), SystemClock())
    now = SystemClock().now()
    for minute in range(3):
        at = now - minute * MINUTE
        tags = {"site": "530627", "tier": "county"}
        values = dict.fromkeys(FIELDS[Measurement.DEVICE], 12.0)
        missed = {"loss": 100.0}
        store.write(
            batch(Measurement.DEVICE, [(at, {"device": "r1", **tags}, values), (at, {"device": "r2", **tags}, missed)])
        )
        ports = [
            (at, {"device": "r1", "ifname": name, **tags}, dict.fromkeys(FIELDS[Measurement.INTERFACE], 1.0))
            for name in ("Gi0/1", "Gi0/2", "Gi0/3")
        ]
        store.write(batch(Measurement.INTERFACE, ports))
    store.close()
    return influx_url


def found(url: str, query: str) -> list[dict[str, Any]]:
    """The series of an answer, with Grafana's variables as a browser would fill them in."""
    for name, value in CHOSEN.items():
        query = query.replace(f"${name}", value)
    query = query.replace("$timeFilter", "time > now() - 1h").replace("$__interval", "1m")
    assert not re.search(r"\$[a-z_]", query), f"a variable is left: {query}"
    answer = httpx.get(f"{url}/query", params={"db": "grafana", "q": query}, trust_env=False)
    (result,) = answer.json()["results"]
    assert "error" not in result, f"{query}: {result['error']}"
    series: list[dict[str, Any]] = result.get("series", [])
    return series


@pytest.mark.slow
@pytest.mark.parametrize(("title", "query"), QUERIES, ids=range(len(QUERIES)))
def test_every_panel_finds_values(filled: str, title: str, query: str) -> None:
    values = [value for series in found(filled, query) for row in series["values"] for value in row[1:]]
    assert any(value is not None for value in values), f"{title} shows nothing"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "query"), VARIABLES, ids=[name for name, _ in VARIABLES])
def test_every_choice_is_filled(filled: str, name: str, query: str) -> None:
    choices = {row[1] for series in found(filled, query) for row in series["values"]}
    assert choices >= {"site": {"530627"}, "device": {"r1", "r2"}, "interface": {"Gi0/1", "Gi0/2", "Gi0/3"}}[name]


def test_panels_ask_only_for_fields_that_exist() -> None:
    known = {field for fields in FIELDS.values() for field in fields}
    for _, query in QUERIES:
        measurement = "interface" if 'FROM "interface"' in query else "device"
        asked = set(re.findall(r'"(\w+)"', query)) & known
        assert asked <= set(FIELDS[Measurement(measurement)])
