"""Metrics in an InfluxDB server of any generation; VictoriaMetrics is written the same way.

A row that is written twice is kept once: a series has one value at an instant. So a write whose answer was lost is
simply written again.
"""

import threading

from foundation.clock import Instant
from storage.metrics import influxql
from storage.metrics.influx_http import InfluxConnection, MissingDatabaseError, SeriesFound
from storage.metrics.influx_server import Server
from storage.metrics.line_protocol import LineEncoder
from storage.metrics.questions import check_batch, check_rank, check_series, with_gaps
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import (
    TAGS,
    Measurement,
    MetricBatch,
    MetricRefusedError,
    MetricStoreError,
    Ranked,
    RankQuery,
    Series,
    SeriesQuery,
)


class InfluxStore:
    """A metric store behind an InfluxDB URL. The server may be away when it is opened, and come and go later."""

    def __init__(self, settings: InfluxSettings) -> None:
        self._database = settings.database
        self._connection = InfluxConnection(settings)
        self._encoders = {measurement: LineEncoder(measurement) for measurement in Measurement}
        self._writing = threading.Lock()
        self._server: Server | None = None

    def write(self, batch: MetricBatch) -> None:
        """Send all rows in one request. A database that is missing is created where the server lets us."""
        check_batch(batch)
        with self._writing:
            text = self._encoded(batch)
            if not text:
                return
            try:
                try:
                    self._send(text)
                except MissingDatabaseError:
                    if not self._known_server().creates_databases:
                        raise
                    self._connection.command(influxql.create_database(self._database))
                    self._send(text)
            except MetricRefusedError:
                raise
            except MetricStoreError:
                self._server = None  # it may come back as another version
                raise

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step; without a database there is nothing yet."""
        check_series(query)
        if query.end <= query.start:
            return with_gaps(query, {})
        found = self._ask(influxql.series(query))
        values = {at: value for one in found for at, value in one.values if value is not None}
        return with_gaps(query, values)

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first; objects without a value in that time are not ranked."""
        check_rank(query)
        if query.end <= query.start:
            return []
        ranked = [
            Ranked({tag: one.tags.get(tag, "") for tag in TAGS[query.measurement]}, value)
            for one in self._ask(influxql.rank(query))
            for _, value in one.values
            if value is not None
        ]
        ranked.sort(key=lambda row: (-row.value, tuple(row.tags.values())))
        return ranked[: query.limit]

    def maintain(self, now: Instant) -> None:
        """Nothing: the server keeps its own house by the retention policy of its database or bucket."""

    def close(self) -> None:
        """Let go of the connections; calling it twice is harmless."""
        self._connection.close()

    def _encoded(self, batch: MetricBatch) -> str:
        return "\n".join(
            line
            for measurement, columns in batch.columns.items()
            for line in self._encoders[measurement].lines(columns)
        )

    def _send(self, text: str) -> None:
        if self._known_server().writes_v2:
            self._connection.write_v2(text)
        else:
            self._connection.write_v1(text)

    def _ask(self, text: str) -> list[SeriesFound]:
        server = self._known_server()
        if not server.reads_influxql:
            raise MetricStoreError(
                f"{server.name} keeps the metrics, but is not read by InfluxQL. Use its own vmui for graphs, or choose "
                "DuckDB or InfluxDB as the store."
            )
        try:
            return self._connection.query(text)
        except MissingDatabaseError:
            return []
        except MetricRefusedError:
            raise
        except MetricStoreError:
            self._server = None
            raise

    def _known_server(self) -> Server:
        server = self._server
        if server is None:
            server = self._server = self._connection.server()
        return server
