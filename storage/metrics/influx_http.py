"""The requests that an InfluxDB server of any generation understands.

Two clients share the work: `influxdb-client` writes to `/api/v2/write`; httpx asks `/ping` and `/query`, and writes to
`/write` of servers too old for the former.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from foundation.clock import Instant
from storage.metrics.influx_server import Server, recognise
from storage.metrics.server_http import ServerConnection
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import MetricStoreError


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """One series of an answer: the values of all columns but the time, row by row."""

    tags: dict[str, str]
    rows: list[tuple[Instant, list[float | None]]]


class InfluxConnection:
    """One server. Safe for any thread; requests are bounded by the settings' timeout.

    Raises OperatorError when a secret or the certificate file can't be read.
    """

    def __init__(self, settings: InfluxSettings) -> None:
        self.http = ServerConnection(settings, "Token")
        self.url = self.http.url
        basic = self.http.basic
        self._v2: Any = InfluxDBClient(
            url=self.url,
            # InfluxDB 1.8 takes user and password in a token's place.
            token=self.http.token or (":".join(basic) if basic else ""),
            org=settings.org,
            timeout=settings.timeout,
            enable_gzip=True,
            ssl_ca_cert=settings.ca_file,
        )
        self._write_v2: Any = self._v2.write_api(write_options=SYNCHRONOUS)

    def server(self) -> Server:
        """Which server it is.

        Raises MetricStoreError when it is away, or is none that is known.
        """
        answer = self.http.get("/ping")
        found = recognise(answer.headers)
        if found is None:
            if answer.status_code in (401, 403):
                raise self.http.failure(answer.status_code, answer.text)
            raise MetricStoreError(f"At {self.url} no InfluxDB answers. Correct the url in the settings.")
        return found

    def write_v2(self, database: str, lines: str) -> None:
        """Write to `/api/v2/write`."""
        with self._told_plainly():
            self._write_v2.write(bucket=database, record=lines, write_precision="ms")

    def write_v1(self, database: str, lines: str) -> None:
        """Write to `/write`, for InfluxDB before 1.8."""
        self.http.send_lines("/write", {"db": database, "precision": "ms"}, lines)

    def query(self, database: str, text: str) -> list[SeriesFound]:
        """The series of one InfluxQL statement that only reads; instants in milliseconds."""
        series = self._series(self.http.get("/query", {"db": database, "epoch": "ms", "q": text}))
        if any(one.get("partial") for one in series):
            raise MetricStoreError(f"The InfluxDB at {self.url} cut its answer short. Raise its max-row-limit.")
        try:
            return [
                SeriesFound(dict(one.get("tags") or {}), [_row(values) for values in one["values"]]) for one in series
            ]
        except (LookupError, TypeError, ValueError):
            raise self._strange() from None

    def table(self, text: str) -> list[dict[str, Any]]:
        """The rows of one InfluxQL statement that shows something, by column."""
        return [
            dict(zip(one["columns"], values, strict=True))
            for one in self._series(self.http.get("/query", {"q": text}))
            for values in one.get("values", [])
        ]

    def command(self, text: str) -> None:
        """One InfluxQL statement that manages something."""
        self._series(self.http.post("/query", form={"q": text}))

    def change(self, database: str, text: str) -> None:
        """One InfluxQL statement that reads from a database and writes into one."""
        self._series(self.http.post("/query", form={"db": database, "q": text}))

    def close(self) -> None:
        """Let go of all connections."""
        self.http.close()
        self._v2.close()

    def _series(self, answer: httpx.Response) -> list[dict[str, Any]]:
        if not answer.is_success:
            raise self.http.failure(answer.status_code, answer.text)
        try:
            result = answer.json()["results"][0]
            error = result.get("error")
            series: list[dict[str, Any]] = result.get("series") or []
        except (ValueError, LookupError, AttributeError, TypeError):
            raise self._strange() from None
        if error is not None:
            raise self.http.failure(answer.status_code, error)
        return series

    def _strange(self) -> MetricStoreError:
        return MetricStoreError(f"The answer of {self.url} to a query is not InfluxDB's. Check the url.")

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except ApiException as error:
            raise self.http.failure(error.status or 0, error.body or error.reason or "") from error
        except (HTTPError, OSError) as error:
            raise self.http.unreachable(error) from error


def _row(values: list[Any]) -> tuple[Instant, list[float | None]]:
    at, first, *others = values
    return at, [first, *others]
