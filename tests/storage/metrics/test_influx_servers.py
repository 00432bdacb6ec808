"""Real servers behind the InfluxDB store: who they are, what they refuse, how they come and go."""

import gzip
import http.server
import json
import socket
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from foundation.clock import DAY, HOUR, MINUTE, SystemClock
from foundation.settings import Secret
from storage.metrics.influx_store import InfluxStore
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY
from storage.metrics.store import (
    Measurement,
    MetricRefusedError,
    MetricStoreError,
    PartlyRefusedError,
    RankQuery,
    SeriesQuery,
)
from tests.storage.metrics.making import batch, device_rows
from tests.storage.metrics.servers import free_ports, influx_settings, influxd, victoria_metrics

T0 = SystemClock().now() // HOUR * HOUR - HOUR
"""Lately: servers drop by their own clock what is past its retention."""


def cpu(store: InfluxStore, device: str = "r1") -> float | None:
    """The device's value in the first minute."""
    query = SeriesQuery(Measurement.DEVICE, {"device": device}, "cpu", T0, T0 + MINUTE, MINUTE)
    return store.series(query).values[0]


@pytest.mark.slow
def test_a_large_batch_goes_in_one_request(influx_url: str) -> None:
    """13,400 rows, as after a minute's outage: compressed, and all there."""
    rows = [(T0 + number % 60, {"device": f"r{number}"}, {"cpu": number % 101}) for number in range(13_400)]
    store = InfluxStore(influx_settings(influx_url, database="large"), SystemClock())
    store.write(batch(Measurement.DEVICE, rows))
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + MINUTE, limit=20_000))) == 13_400
    store.close()


@pytest.mark.slow
def test_a_row_written_twice_is_kept_once(influx_url: str) -> None:
    store = InfluxStore(influx_settings(influx_url, database="twice"), SystemClock())
    for _ in range(2):
        store.write(device_rows("r1", "cpu", {T0: 4.0, T0 + 1: 8.0}))
    answer = httpx.get(f"{influx_url}/query", params={"db": "twice", "q": 'SELECT count("cpu") FROM "device"'})
    assert answer.json()["results"][0]["series"][0]["values"][0][1] == 2
    store.close()


@pytest.mark.slow
def test_rows_that_the_server_refuses_are_named_with_its_reason_and_all_others_are_kept(influx_url: str) -> None:
    """A field that holds texts already, in a day of its own: InfluxDB calls it a partial write and counts."""
    store = InfluxStore(influx_settings(influx_url, database="partial"), SystemClock())
    store.write(device_rows("r0", "memory", {T0: 1.0}))
    early = T0 - 30 * DAY
    text = f'device,device=x cpu="text" {early}'
    httpx.post(f"{influx_url}/write", params={"db": "partial", "precision": "ms"}, content=text).raise_for_status()
    rows = [
        (early if number in {3, 77, 412} else T0 + number, {"device": f"r{number}"}, {"cpu": float(number)})
        for number in range(500)
    ]
    with pytest.raises(PartlyRefusedError, match="partial write: field type conflict") as told:
        store.write(batch(Measurement.DEVICE, rows))
    assert [refusal.lines[0].partition(",site")[0] for refusal in told.value.refused] == [
        "device,device=r3",
        "device,device=r77",
        "device,device=r412",
    ]
    assert told.value.rows == 3
    assert all("field type conflict" in refusal.reason for refusal in told.value.refused)
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + MINUTE, limit=1000))) == 497
    store.close()


@pytest.mark.slow
def test_a_database_is_made_with_its_retention_and_roll_ups_have_theirs(influx_url: str) -> None:
    settings = influx_settings(
        influx_url, database="kept", raw_retention="20 d", five_minute_retention="40 d", hourly_retention="400 d"
    )
    store = InfluxStore(settings, SystemClock())
    start = T0 - 3 * HOUR
    store.write(device_rows("r1", "cpu", {start + minute * MINUTE: float(minute) for minute in range(60)}))
    store.maintain(T0)
    server = store.server()
    found = {
        name: store.databases.retention(server, database)
        for name, database in (
            ("raw", store.databases.raw),
            ("5m", store.databases.of(FIVE_MINUTES)),
            ("1h", store.databases.of(HOURLY)),
        )
    }
    assert found == {"raw": 20 * DAY, "5m": 40 * DAY, "1h": 400 * DAY}
    answer = httpx.get(f"{influx_url}/query", params={"db": "kept_5m", "q": 'SELECT "cpu_sum" FROM "device"'}).json()
    assert len(answer["results"][0]["series"][0]["values"]) == 12
    store.close()


@pytest.mark.slow
def test_hours_rolled_up_by_nobody_are_found_after_a_start_and_late_rows_count_again(influx_url: str) -> None:
    settings = influx_settings(influx_url, database="late")
    store = InfluxStore(settings, SystemClock())

    def hourly() -> list[float | None]:
        answer = httpx.get(
            f"{influx_url}/query", params={"db": "late_1h", "q": 'SELECT "cpu_count" FROM "device"', "epoch": "ms"}
        ).json()
        return [row[1] for one in answer["results"][0].get("series", []) for row in one["values"]]

    fields = {"cpu": 1.0, "loss": 0.0}
    start = T0 - 50 * HOUR
    store.write(batch(Measurement.DEVICE, [(start + hour * HOUR, {"device": "r1"}, fields) for hour in range(50)]))
    store.maintain(T0 + 10 * MINUTE)
    assert hourly() == [1] * 50
    store.write(batch(Measurement.DEVICE, [(start + HOUR + 1, {"device": "r1"}, fields)]))
    store.close()
    again = InfluxStore(settings, SystemClock())  # the note about the late row is gone with the process
    again.maintain(T0 + 10 * MINUTE)
    assert hourly() == [1, 2] + [1] * 48
    again.write(batch(Measurement.DEVICE, [(start + 3 * HOUR + 1, {"device": "r1"}, fields)]))
    again.maintain(T0 + 10 * MINUTE)
    assert hourly() == [1, 2, 1, 2] + [1] * 46
    again.close()


@pytest.mark.slow
def test_a_server_that_goes_away_and_comes_back_is_written_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    store = InfluxStore(influx_settings(f"http://127.0.0.1:{port}"), SystemClock())
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
    with victoria_metrics(tmp_path / "victoria", port):
        with pytest.raises(MetricStoreError):
            cpu(store)
        with pytest.raises(MetricStoreError, match="stands VictoriaMetrics, not InfluxDB: write `kind: victoria"):
            store.write(device_rows("r1", "cpu", {T0 + 2: 3.0}))
    store.close()


@pytest.mark.slow
def test_wrong_credentials_are_told_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFLUXDB_HTTP_AUTH_ENABLED", "true")
    with influxd(tmp_path, free_ports(1)[0]) as url:
        create = "CREATE USER yunwei WITH PASSWORD 'right' WITH ALL PRIVILEGES"
        httpx.post(f"{url}/query", data={"q": create}).raise_for_status()
        wrong = InfluxStore(
            influx_settings(url, username="yunwei", password=Secret(value="wr0ng-secret")), SystemClock()
        )
        with pytest.raises(MetricStoreError, match="refuses the credentials") as told:
            wrong.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert "wr0ng-secret" not in str(told.value)
        with pytest.raises(MetricStoreError, match="refuses the credentials"):
            cpu(wrong)
        wrong.close()
        right = InfluxStore(influx_settings(url, username="yunwei", password=Secret(value="right")), SystemClock())
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
    store = InfluxStore(influx_settings(url), SystemClock())
    with pytest.raises(MetricStoreError, match=r"no InfluxDB answers\. Correct the url"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (404, b'{"code":"not found","message":"bucket \\"yunwei\\" not found"}', MetricStoreError, "Create it there"),
        (401, b'{"code":"unauthorized","message":"unauthorized access"}', MetricStoreError, "refuses the credentials"),
        (400, b'{"code":"invalid","message":"unable to parse"}', PartlyRefusedError, "sent: unable to parse"),
        (413, b"too large", PartlyRefusedError, "refuses what was sent: too large"),
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
    store = InfluxStore(influx_settings(url, token=Secret(value="t0p-secret"), org="gov"), SystemClock())
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
    store = InfluxStore(influx_settings(url), SystemClock())
    with pytest.raises(MetricStoreError, match=r"to a query is not InfluxDB's"):
        cpu(store)
    store.close()


@pytest.mark.slow
def test_a_server_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    store = InfluxStore(influx_settings(url, timeout="1 s"), SystemClock())
    with pytest.raises(MetricStoreError, match="can't be reached"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()
    listener.close()


class LaterServer(http.server.BaseHTTPRequestHandler):
    """Notes what is asked of it, and answers what the documentation of 2.x and 3.x says it would."""

    version = "v2.7.1"
    asked: ClassVar[list[tuple[str, str, object]]] = []
    buckets: ClassVar[dict[str, object]] = {}
    may_create = True

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        path, _, query = self.path.partition("?")
        parameters = dict(urllib.parse.parse_qsl(query))
        kind = type(self)
        if path != "/ping":
            given = json.loads(body) if "json" in (self.headers.get("Content-Type") or "") else body.decode()
            kind.asked.append((self.command, path, given or parameters))
        status, answer = self.answer(path, parameters, body)
        encoded = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("X-Influxdb-Version", kind.version)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def answer(self, path: str, parameters: dict[str, str], body: bytes) -> tuple[int, object]:
        """Status and document."""
        kind = type(self)
        if path == "/api/v2/write":
            name = parameters["bucket"]
            return (
                (204, None)
                if name in kind.buckets
                else (404, {"code": "not found", "message": f'bucket "{name}" not found'})
            )
        if path == "/api/v2/orgs":
            return 200, {"orgs": [{"id": "0rg", "name": parameters["org"]}]}
        if path == "/api/v2/buckets" and self.command == "GET":
            found = kind.buckets.get(parameters["name"])
            return 200, {"buckets": [found] if found else []}
        if path in ("/api/v2/buckets", "/api/v3/configure/database"):
            if not kind.may_create:
                return 403, {"code": "forbidden", "message": "insufficient permissions"}
            document = json.loads(body)
            name = document.get("name") or document["db"]
            kind.buckets[name] = {**document, "id": f"id-{name}"}
            return 201, kind.buckets[name]
        return 200, {"results": [{"statement_id": 0}]}

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def later_server() -> Iterator[tuple[str, type[LaterServer]]]:
    """A server of a later generation, as far as its documentation tells; no such server is packaged for the tests."""

    class Fresh(LaterServer):
        asked: ClassVar[list[tuple[str, str, object]]] = []
        buckets: ClassVar[dict[str, object]] = {}

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Fresh
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_bucket_of_the_second_generation_is_made_by_its_documented_api(
    later_server: tuple[str, type[LaterServer]],
) -> None:
    url, server = later_server
    settings = influx_settings(url, token={"value": "t"}, org="gov", raw_retention="30 d")
    store = InfluxStore(settings, SystemClock())
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    assert [(method, path) for method, path, _ in server.asked] == [
        ("POST", "/api/v2/write"),
        ("GET", "/api/v2/orgs"),
        ("POST", "/api/v2/buckets"),
        ("POST", "/api/v2/write"),
    ]
    assert server.asked[2][2] == {
        "name": "yunwei",
        "orgID": "0rg",
        "retentionRules": [{"type": "expire", "everySeconds": 30 * 86_400}],
    }
    assert server.asked[3][2] == f"device,device=r1,site=here,tier=here cpu=1.00 {T0}"
    assert store.databases.retention(store.server(), store.databases.raw) == 30 * DAY
    assert store.databases.map_bucket(store.databases.raw)
    assert server.asked[-1] == (
        "POST",
        "/api/v2/dbrps",
        {
            "bucketID": "id-yunwei",
            "orgID": "0rg",
            "database": "yunwei",
            "retention_policy": "autogen",
            "default": True,
        },
    )
    store.close()


def test_a_database_of_the_third_generation_is_made_with_its_retention(
    later_server: tuple[str, type[LaterServer]],
) -> None:
    url, server = later_server
    server.version = "3.1.0"
    store = InfluxStore(influx_settings(url, token={"value": "t"}, raw_retention="30 d"), SystemClock())
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    made = [document for _, path, document in server.asked if path == "/api/v3/configure/database"]
    assert made == [{"db": "yunwei", "retention_period": "720h"}]
    store.close()


@pytest.mark.parametrize(
    ("version", "command"),
    [
        ("v2.7.1", "influx bucket create --name yunwei --retention 720h"),
        ("3.1.0", "influxdb3 create database --retention-period 720h yunwei"),
    ],
)
def test_a_token_that_may_not_create_leads_to_the_command_to_type(
    later_server: tuple[str, type[LaterServer]], version: str, command: str
) -> None:
    url, server = later_server
    server.version, server.may_create = version, False
    store = InfluxStore(influx_settings(url, token={"value": "t"}, org="gov", raw_retention="30 d"), SystemClock())
    with pytest.raises(MetricStoreError, match=r"our token may not create it \(insufficient permissions") as told:
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    assert str(told.value).endswith(f"Create it there: {command}")
    store.close()
