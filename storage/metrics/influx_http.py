"""Talks HTTP to an InfluxDB server and turns every failure into a sentence.

Two clients share the work: `influxdb-client` writes to `/api/v2/write`; httpx asks `/ping` and `/query`, and writes to
`/write` of servers too old for the former.
"""

import gzip
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from foundation.clock import SECOND, Instant
from foundation.problems import OperatorError
from storage.metrics.influx_server import Server, recognise
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import MetricRefusedError, MetricStoreError


class MissingDatabaseError(MetricStoreError):
    """The server has no database of that name yet."""


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """One series of an answer."""

    tags: dict[str, str]
    values: list[tuple[Instant, float | None]]


class InfluxConnection:
    """One server. Safe for any thread; requests are bounded by the settings' timeout.

    Raises OperatorError when a secret or the certificate file can't be read.
    """

    def __init__(self, settings: InfluxSettings) -> None:
        self.url = settings.url.rstrip("/")
        self._database = settings.database
        token = settings.token.resolve() if settings.token else None
        basic = None
        if settings.username is not None and settings.password is not None:
            basic = (settings.username, settings.password.resolve())
        self._http = httpx.Client(
            base_url=self.url,
            timeout=settings.timeout / SECOND,
            headers={"Authorization": f"Token {token}"} if token else {},
            auth=basic,
            verify=_trust(settings.ca_file),
            trust_env=False,
        )
        self._v2: Any = InfluxDBClient(
            url=self.url,
            # InfluxDB 1.8 takes user and password in a token's place.
            token=token or (":".join(basic) if basic else ""),
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
        with self._told_plainly():
            answer = self._http.get("/ping")
        found = recognise(answer.headers)
        if found is None:
            if answer.status_code in (401, 403):
                raise self._failure(answer.status_code, answer.text)
            raise MetricStoreError(f"At {self.url} no InfluxDB answers. Correct the url in the settings.")
        return found

    def write_v2(self, lines: str) -> None:
        """Write to `/api/v2/write`."""
        with self._told_plainly():
            self._write_v2.write(bucket=self._database, record=lines, write_precision="ms")

    def write_v1(self, lines: str) -> None:
        """Write to `/write`, for InfluxDB before 1.8."""
        with self._told_plainly():
            answer = self._http.post(
                "/write",
                params={"db": self._database, "precision": "ms"},
                content=gzip.compress(lines.encode(), 6),
                headers={"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"},
            )
        if not answer.is_success:
            raise self._failure(answer.status_code, answer.text)

    def query(self, text: str) -> list[SeriesFound]:
        """The series of one InfluxQL statement that only reads one value; instants in milliseconds."""
        with self._told_plainly():
            answer = self._http.get("/query", params={"db": self._database, "epoch": "ms", "q": text})
        series = self._series(answer)
        if any(one.get("partial") for one in series):
            raise MetricStoreError(f"The InfluxDB at {self.url} cut its answer short. Raise its max-row-limit.")
        try:
            return [
                SeriesFound(dict(one.get("tags", {})), [(at, value) for at, value in one["values"]]) for one in series
            ]
        except (LookupError, TypeError, ValueError):
            raise self._strange() from None

    def command(self, text: str) -> None:
        """One InfluxQL statement that changes something."""
        with self._told_plainly():
            answer = self._http.post("/query", data={"q": text})
        self._series(answer)

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()
        self._v2.close()

    def _series(self, answer: httpx.Response) -> list[dict[str, Any]]:
        if not answer.is_success:
            raise self._failure(answer.status_code, answer.text)
        try:
            result = answer.json()["results"][0]
            error = result.get("error")
            series: list[dict[str, Any]] = result.get("series", [])
        except (ValueError, LookupError, AttributeError, TypeError):
            raise self._strange() from None
        if error is not None:
            raise self._failure(answer.status_code, error)
        return series

    def _strange(self) -> MetricStoreError:
        return MetricStoreError(f"The answer of {self.url} to a query is not InfluxDB's. Check the url.")

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except ApiException as error:
            raise self._failure(error.status or 0, error.body or error.reason or "") from error
        except (httpx.HTTPError, HTTPError, OSError) as error:
            raise MetricStoreError(f"The metric store at {self.url} can't be reached: {_short(error)}.") from error

    def _failure(self, status: int, body: str | bytes) -> MetricStoreError:
        reason = _reason(body)
        where = f"The metric store at {self.url}"
        if "database not found" in reason or (status == 404 and "not found" in reason):
            return MissingDatabaseError(
                f'{where} has no database or bucket "{self._database}", or hides it from us. Create it there.'
            )
        if status in (401, 403):
            return MetricStoreError(f"{where} refuses the credentials ({reason}). Correct them in the settings.")
        if status in (400, 413, 422):
            return MetricRefusedError(f"{where} refuses what was sent: {reason}.")
        return MetricStoreError(f"{where} failed with status {status}: {reason}.")


def _reason(body: str | bytes) -> str:
    """The server's own words, from its JSON where it is some; one line, bounded."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        told = json.loads(text)
        text = str(told.get("error") or told.get("message") or text)
    except (ValueError, AttributeError):
        pass
    return " ".join(text.split())[:300].rstrip(".") or "no reason given"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__


def _trust(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(f"The certificate file {ca_file} can't be read: {error}.") from error
