"""Real servers behind the InfluxDB store: who they are, what they refuse, how they come and go."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from foundation.clock import HOUR, MINUTE
from foundation.settings import Secret
from storage.metrics.influx_store import InfluxStore
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import (
    Measurement,
    MetricRefusedError,
    MetricStoreError,
    RankQuery,
    SeriesQuery,
)
from tests.storage.metrics.making import batch, device_rows, interface_rows
from tests.storage.metrics.servers import free_ports, influxd, victoria_metrics

T0 = 1_764_000_000_000 // HOUR * HOUR


def cpu(store: InfluxStore, device: str = "r1") -> float | None:
    """The device's value in the first minute."""
    query = SeriesQuery(Measurement.DEVICE, {"device": device}, "cpu", T0, T0 + MINUTE, MINUTE)
    return store.series(query).values[0]


@pytest.mark.slow
def test_values_written_to_victoria_metrics_arrive_with_all_their_tags(victoria_url: str) -> None:
    store = InfluxStore(InfluxSettings(url=victoria_url, database="云维"))
    store.write(interface_rows("昭通 core,1", 'GE0/0 "x"', "in_bps", {T0: 1200.0, T0 + MINUTE: 900.0}, site="a=b"))
    store.write(interface_rows("昭通 core,1", 'GE0/0 "x"', "in_errors", {T0: 0.017}, site="a=b"))
    httpx.get(f"{victoria_url}/internal/force_flush", timeout=10)
    answer = httpx.get(f"{victoria_url}/api/v1/export", params={"match[]": '{device!=""}'}, timeout=10)
    found = {line["metric"]["__name__"]: line for line in map(json.loads, answer.text.splitlines())}
    assert found["interface_in_bps"]["values"] == [1200, 900]
    assert found["interface_in_bps"]["timestamps"] == [T0, T0 + MINUTE]
    assert found["interface_in_errors"]["values"] == [0.017]
    tags = {"device": "昭通 core,1", "ifname": 'GE0/0 "x"', "site": "a=b", "tier": "here"}
    assert tags.items() <= found["interface_in_bps"]["metric"].items()
    with pytest.raises(MetricStoreError, match="VictoriaMetrics keeps the metrics, but is not read by InfluxQL"):
        cpu(store)
    store.close()


@pytest.mark.slow
def test_a_large_batch_goes_in_one_request_each_way(influx_url: str, victoria_url: str) -> None:
    """13,400 rows, as after a minute's outage: compressed, and all there."""
    rows = [(T0 + number % 60, {"device": f"r{number}"}, {"cpu": number % 101}) for number in range(13_400)]
    store = InfluxStore(InfluxSettings(url=influx_url, database="large"))
    store.write(batch(Measurement.DEVICE, rows))
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + MINUTE, limit=20_000))) == 13_400
    store.close()
    other = InfluxStore(InfluxSettings(url=victoria_url))
    other.write(batch(Measurement.DEVICE, rows))
    other.close()
    httpx.get(f"{victoria_url}/internal/force_flush", timeout=10)
    at = {"query": "count(device_cpu)", "time": f"{T0 // 1000 + 30}"}
    answer = httpx.get(f"{victoria_url}/api/v1/query", params=at, timeout=10).json()
    assert answer["data"]["result"][0]["value"][1] == "13400"


@pytest.mark.slow
def test_a_row_written_twice_is_kept_once(influx_url: str) -> None:
    store = InfluxStore(InfluxSettings(url=influx_url, database="twice"))
    for _ in range(2):
        store.write(device_rows("r1", "cpu", {T0: 4.0, T0 + 1: 8.0}))
    answer = httpx.get(f"{influx_url}/query", params={"db": "twice", "q": 'SELECT count("cpu") FROM "device"'})
    assert answer.json()["results"][0]["series"][0]["values"][0][1] == 2
    store.close()


@pytest.mark.slow
def test_a_row_that_the_server_refuses_is_told_with_its_reason(influx_url: str) -> None:
    """A field that holds texts already: InfluxDB writes the rest and calls it a partial write."""
    store = InfluxStore(InfluxSettings(url=influx_url, database="partial"))
    store.write(device_rows("r0", "memory", {T0: 1.0}))
    text = f'device,device=x cpu="text" {T0}'
    httpx.post(f"{influx_url}/write", params={"db": "partial", "precision": "ms"}, content=text).raise_for_status()
    with pytest.raises(MetricRefusedError, match="refuses what was sent: partial write: field type conflict"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()


@pytest.mark.slow
def test_a_server_that_goes_away_and_comes_back_is_written_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    store = InfluxStore(InfluxSettings(url=f"http://127.0.0.1:{port}"))
    with pytest.raises(MetricStoreError, match=rf"127\.0\.0\.1:{port} can't be reached"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    with influxd(tmp_path, port):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert cpu(store) == 1.0
    with pytest.raises(MetricStoreError, match="can't be reached"):
        cpu(store)
    with pytest.raises(MetricStoreError, match="can't be reached"):
        store.write(device_rows("r1", "cpu", {T0 + 1: 3.0}))
    with influxd(tmp_path, port):
        store.write(device_rows("r1", "cpu", {T0 + 1: 3.0}))
        assert cpu(store) == 2.0
    (tmp_path / "victoria").mkdir()
    with victoria_metrics(tmp_path / "victoria", port):  # another server, one that takes no /write?db= of 1.6's kind
        with pytest.raises(MetricStoreError):
            cpu(store)
        store.write(device_rows("r1", "cpu", {T0 + 2: 3.0}))
    store.close()


@pytest.mark.slow
def test_wrong_credentials_are_told_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFLUXDB_HTTP_AUTH_ENABLED", "true")
    with influxd(tmp_path, free_ports(1)[0]) as url:
        create = "CREATE USER yunwei WITH PASSWORD 'right' WITH ALL PRIVILEGES"
        httpx.post(f"{url}/query", data={"q": create}).raise_for_status()
        wrong = InfluxStore(InfluxSettings(url=url, username="yunwei", password=Secret(value="wr0ng-secret")))
        with pytest.raises(MetricStoreError, match="refuses the credentials") as told:
            wrong.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert "wr0ng-secret" not in str(told.value)
        with pytest.raises(MetricStoreError, match="refuses the credentials"):
            cpu(wrong)
        wrong.close()
        right = InfluxStore(InfluxSettings(url=url, username="yunwei", password=Secret(value="right")))
        right.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert cpu(right) == 1.0
        right.close()


@pytest.fixture
def strange_server() -> Iterator[tuple[str, dict[str, tuple[int, dict[str, str], bytes]]]]:
    """An HTTP server that answers each path as told."""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, body = answers.get(self.path.partition("?")[0], (404, {}, b"404 page not found"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    thread.join()
    server.server_close()


VERSION_2 = {"X-Influxdb-Version": "v2.7.1"}


def test_an_url_where_no_influxdb_answers_is_told(
    strange_server: tuple[str, dict[str, tuple[int, dict[str, str], bytes]]],
) -> None:
    url, answers = strange_server
    answers["/ping"] = (200, {}, b"<html>a web site</html>")
    store = InfluxStore(InfluxSettings(url=url))
    with pytest.raises(MetricStoreError, match=r"no InfluxDB answers\. Correct the url"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (404, b'{"code":"not found","message":"bucket \\"yunwei\\" not found"}', MetricStoreError, "Create it there"),
        (401, b'{"code":"unauthorized","message":"unauthorized access"}', MetricStoreError, "refuses the credentials"),
        (400, b'{"code":"invalid","message":"unable to parse"}', MetricRefusedError, "sent: unable to parse"),
        (413, b"too large", MetricRefusedError, "refuses what was sent: too large"),
        (429, b'{"code":"too many requests","message":"slow\\ndown"}', MetricStoreError, "status 429: slow down"),
        (503, b"", MetricStoreError, "failed with status 503: "),
    ],
)
def test_what_the_second_generation_answers_to_a_write_becomes_a_sentence(
    strange_server: tuple[str, dict[str, tuple[int, dict[str, str], bytes]]],
    status: int,
    body: bytes,
    kind: type[MetricStoreError],
    told: str,
) -> None:
    url, answers = strange_server
    answers["/ping"] = (204, VERSION_2, b"")
    answers["/api/v2/write"] = (status, {}, body)
    store = InfluxStore(InfluxSettings(url=url, token=Secret(value="t0p-secret"), org="gov"))
    with pytest.raises(MetricStoreError, match=told) as error:
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    assert type(error.value) is kind or (kind is MetricStoreError and not isinstance(error.value, MetricRefusedError))
    assert "t0p-secret" not in str(error.value)
    store.close()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"results":[]}', b"<html>", b'{"results":[7]}', b'{"results":[{"series":[{"values":[[1]]}]}]}'],
)
def test_an_answer_to_a_query_that_is_not_influxdbs_is_told(
    strange_server: tuple[str, dict[str, tuple[int, dict[str, str], bytes]]], body: bytes
) -> None:
    url, answers = strange_server
    answers["/ping"] = (204, VERSION_2, b"")
    answers["/query"] = (200, {}, body)
    store = InfluxStore(InfluxSettings(url=url))
    with pytest.raises(MetricStoreError, match=r"to a query is not InfluxDB's"):
        cpu(store)
    store.close()


@pytest.mark.slow
def test_a_server_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    store = InfluxStore(InfluxSettings.model_validate({"url": url, "timeout": "1 s"}))
    with pytest.raises(MetricStoreError, match="can't be reached"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()
    listener.close()
