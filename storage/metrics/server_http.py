"""Talks HTTP to a metric server and turns every failure into a sentence."""

import gzip
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from foundation.clock import SECOND
from foundation.problems import OperatorError
from storage.metrics.settings import ServerSettings
from storage.metrics.store import MetricRefusedError, MetricStoreError

COMPRESSION: Final = 1
"""zlib's level for what is written: lines repeat so much that more saves little, and costs three times the CPU."""


class MissingDatabaseError(MetricStoreError):
    """The server has no database of that name yet."""


class ServerConnection:
    """One server at one URL. Safe for any thread; requests are bounded by the settings' timeout.

    Raises OperatorError when a secret or the certificate file can't be read.
    """

    def __init__(self, settings: ServerSettings, scheme: str) -> None:
        """`scheme` stands before the token in the header: `Token` or `Bearer`."""
        self.url = settings.url.rstrip("/")
        self.database = settings.database
        self.token = settings.token.resolve() if settings.token else None
        self.basic: tuple[str, str] | None = None
        if settings.username is not None and settings.password is not None:
            self.basic = (settings.username, settings.password.resolve())
        self._http = httpx.Client(
            base_url=self.url,
            timeout=settings.timeout / SECOND,
            headers={"Authorization": f"{scheme} {self.token}"} if self.token else {},
            auth=self.basic,
            verify=_trust(settings.ca_file),
            trust_env=False,
        )

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> httpx.Response:
        """The answer, whatever its status. Raises MetricStoreError when there is none."""
        with self.told_plainly():
            return self._http.get(path, params=parameters)

    def post(self, path: str, *, form: Mapping[str, str] | None = None, document: object = None) -> httpx.Response:
        """The answer to a form, or to a JSON document, whatever its status."""
        with self.told_plainly():
            if document is not None:
                return self._http.post(path, json=document)
            return self._http.post(path, data=dict(form or {}))

    def send_lines(self, path: str, parameters: Mapping[str, str], lines: str) -> None:
        """Post line protocol, compressed. Raises MetricStoreError when it was not taken."""
        with self.told_plainly():
            answer = self._http.post(
                path,
                params=parameters,
                content=gzip.compress(lines.encode(), COMPRESSION),
                headers={"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"},
            )
        if not answer.is_success:
            raise self.failure(answer.status_code, answer.text)

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()

    @contextmanager
    def told_plainly(self) -> Iterator[None]:
        """Every failure to be heard or answered in the block becomes a MetricStoreError."""
        try:
            yield
        except (httpx.HTTPError, OSError) as error:
            raise self.unreachable(error) from error

    def unreachable(self, error: Exception) -> MetricStoreError:
        """What is said when no answer came."""
        reason = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
        return MetricStoreError(f"The metric store at {self.url} can't be reached: {reason}.")

    def failure(self, status: int, body: str | bytes) -> MetricStoreError:
        """What is said of an answer that tells of a failure."""
        reason = reason_of(body)
        where = f"The metric store at {self.url}"
        if "database not found" in reason or (status == 404 and "not found" in reason and "page" not in reason):
            return MissingDatabaseError(
                f'{where} has no database or bucket "{self.database}", or hides it from us. Create it there.'
            )
        if status in (401, 403):
            return MetricStoreError(f"{where} refuses the credentials ({reason}). Correct them in the settings.")
        if status in (400, 413, 422):
            return MetricRefusedError(f"{where} refuses what was sent: {reason}.")
        return MetricStoreError(f"{where} failed with status {status}: {reason}.")


def reason_of(body: str | bytes) -> str:
    """The server's own words, from its JSON where it is some; one line, bounded."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        told: Any = json.loads(text)
        text = str(told.get("error") or told.get("message") or text)
        lines = told.get("data")
        if isinstance(lines, list) and lines and isinstance(lines[0], dict):  # InfluxDB 3 tells each line's error
            text = f"{text}: {lines[0].get('error_message', '')}"
    except (ValueError, AttributeError):
        pass
    return " ".join(text.split())[:300].rstrip(".") or "no reason given"


def _trust(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(f"The certificate file {ca_file} can't be read: {error}.") from error
