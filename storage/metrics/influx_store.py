"""Metrics in an InfluxDB server of any generation.

A row that is written twice is kept once: a series has one value at an instant. So a write whose answer was lost is
simply written again.
"""

import threading
from collections.abc import Iterable, Mapping

from foundation.clock import Clock, Instant
from storage.metrics import influx_history, influxql
from storage.metrics.folding import Sample
from storage.metrics.folding import by_step as folded_by_step
from storage.metrics.history import Span, older_than_rows, rolled_names
from storage.metrics.influx_databases import Database, Databases
from storage.metrics.influx_http import InfluxConnection, SeriesFound
from storage.metrics.influx_rolling import InfluxRolling
from storage.metrics.influx_server import Server
from storage.metrics.line_protocol import BatchEncoder
from storage.metrics.questions import check_batch, check_rank, check_series, is_percentile_of_means, with_gaps
from storage.metrics.refusals import write_in_parts
from storage.metrics.resolutions import (
    FIVE_MINUTES,
    RAW,
    ROLL_UPS,
    RollUp,
    Stretch,
    exact_roll_ups,
    joined,
    stretches,
)
from storage.metrics.server_http import MissingDatabaseError
from storage.metrics.settings import InfluxSettings
from storage.metrics.store import (
    FIELDS,
    TAGS,
    Aggregate,
    Columns,
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

    def __init__(self, settings: InfluxSettings, clock: Clock) -> None:
        self._clock = clock
        self._settings = settings
        self._connection = InfluxConnection(settings)
        self.databases = Databases(settings, self._connection)
        self._rolling = InfluxRolling(self.databases, self._connection)
        self._encoder = BatchEncoder()
        self._writing = threading.Lock()
        self._server: Server | None = None

    def write(self, batch: MetricBatch) -> None:
        """Send all rows in one request. A database that is missing is created where the server lets us.

        Raises PartlyRefusedError with the rows that the server refuses, once it has all the others.
        """
        check_batch(batch)
        with self._writing:
            text = self._encoder.text(batch)
            if text:
                write_in_parts(text, self._send)
                self._rolling.written(at for columns in batch.columns.values() for at in columns.at)

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step; without a database there is nothing yet."""
        check_series(query)
        if query.end <= query.start:
            return with_gaps(query, {})
        cuts = self._stretches(query)
        step = influxql.by_step(query.step)
        if is_percentile_of_means(query):
            return with_gaps(query, folded_by_step(self._means(query, cuts), query.step, Aggregate.P95))
        if query.aggregate in (Aggregate.LAST, Aggregate.P95):
            values: dict[Instant, float] = {}
            for cut in cuts:
                text = influxql.whole(query.aggregate, query.measurement, query.column, cut, query.tags, step)
                values |= {at: row[0] for at, row in _rows(self._ask(cut, text)) if row[0] is not None}
            return with_gaps(query, values)
        groups: dict[Instant, _Parts] = {}
        for cut in cuts:
            text = influxql.parts(query.measurement, query.column, cut, query.tags, step)
            for at, row in _rows(self._ask(cut, text)):
                groups.setdefault(at, _Parts()).add(row)
        found = {at: group.value(query.aggregate) for at, group in groups.items()}
        return with_gaps(query, {at: value for at, value in found.items() if value is not None})

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first; objects without a value in that time are not ranked."""
        check_rank(query)
        if query.end <= query.start:
            return []
        objects = influxql.by_object(query.measurement)
        found: dict[tuple[str, ...], float | None] = {}
        groups: dict[tuple[str, ...], _Parts] = {}
        cuts = self._stretches(query)
        if is_percentile_of_means(query):
            # What can't be put together must come from one place: the hour that is not over is left out.
            cuts = [cut for cut in cuts if cut.roll_up is not None][-1:] or cuts
        for cut in cuts:
            if query.aggregate in (Aggregate.LAST, Aggregate.P95):
                text = influxql.whole(query.aggregate, query.measurement, query.column, cut, query.where, objects)
                found |= {_key(query, one): one.rows[-1][1][0] for one in self._ask(cut, text) if one.rows}
                continue
            text = influxql.parts(query.measurement, query.column, cut, query.where, objects)
            for one in self._ask(cut, text):
                for _, row in one.rows:
                    groups.setdefault(_key(query, one), _Parts()).add(row)
        found |= {key: group.value(query.aggregate) for key, group in groups.items()}
        ranked = [
            Ranked(dict(zip(TAGS[query.measurement], key, strict=True)), value)
            for key, value in found.items()
            if value is not None
        ]
        ranked.sort(key=lambda row: (-row.value, tuple(row.tags.values())))
        return ranked[: query.limit]

    def maintain(self, now: Instant) -> None:
        """Roll up the hours that are over; old rows are dropped by the server itself."""
        try:
            self._rolling.roll(self._known_server(), now)
        except MissingDatabaseError:
            return  # nothing has been written yet
        except MetricStoreError:
            self._server = None
            raise

    @property
    def has_roll_ups(self) -> bool:
        """Roll-ups are kept beside rows."""
        return True

    def spans(self) -> list[Span]:
        """What there is: single rows, and of each roll-up what is older than those."""
        raw = self._span(None)
        rolled = [self._span(roll_up) for roll_up in ROLL_UPS]
        found = older_than_rows([span for span in rolled if span is not None], raw)
        return found if raw is None else [raw, *found]

    def history(self, measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant) -> Columns:
        """All rows of [start, end) in one resolution."""
        stretch = Stretch(roll_up, start, end)
        questions = influx_history.questions(measurement, roll_up, start, end)
        found = (one for text in questions for one in self._ask(stretch, text))
        return influx_history.columns(measurement, roll_up, found)

    def take_roll_up(self, measurement: Measurement, roll_up: RollUp, columns: Columns) -> None:
        """Keep rows of a roll-up; those that it has already are replaced by the same."""
        database = self.databases.of(roll_up)
        for text in influx_history.lines(measurement, columns):
            try:
                self.send(database, text)
            except MissingDatabaseError:
                self.databases.create(self._known_server(), database)
                self.send(database, text)

    def server(self) -> Server:
        """Which server it is; asked anew. Raises MetricStoreError."""
        self._server = None
        return self._known_server()

    def date(self) -> str | None:
        """The server's clock, by the header of an answer."""
        date: str | None = self._connection.http.get("/ping").headers.get("Date")
        return date

    def close(self) -> None:
        """Let go of the connections; calling it twice is harmless."""
        self._connection.close()

    def _send(self, text: str) -> None:
        """Write lines, and make the database first where it is missing."""
        try:
            try:
                self.send(self.databases.raw, text)
            except MissingDatabaseError:
                self.databases.create(self._known_server(), self.databases.raw)
                self.send(self.databases.raw, text)
        except MetricRefusedError:
            raise
        except MetricStoreError:
            self._server = None  # it may come back as another version
            raise

    def send(self, database: Database, text: str) -> None:
        """Write lines into a database that is there."""
        if self._known_server().writes_v2:
            self._connection.write_v2(database.name, text)
        else:
            self._connection.write_v1(database.name, text)

    def _span(self, roll_up: RollUp | None) -> Span | None:
        """From the oldest to the newest row of any field, whoever wrote it."""
        moments: list[Instant] = []
        for measurement in Measurement:
            names = FIELDS[measurement] if roll_up is None else rolled_names(measurement)
            for newest in (False, True):
                text = influxql.edge(measurement, names, newest=newest)
                moments += [at for at, _ in _rows(self._ask(Stretch(roll_up, 0, 0), text))]
        if not moments:
            return None
        return Span(roll_up, min(moments), max(moments) + (1 if roll_up is None else roll_up.step))

    def _stretches(self, query: SeriesQuery | RankQuery) -> list[Stretch]:
        """The time asked for, by resolution: roll-ups where they are exact and finished, or all that is left."""
        now, settings = self._clock.now(), self._settings
        kept = {
            RAW: now - settings.raw_retention,
            FIVE_MINUTES.name: now - settings.five_minute_retention,
        }
        finished = max(query.start, min(query.end, self._rolling.finished_until()))
        rolled = stretches(query.start, finished, kept, exact_roll_ups(query))
        return joined([*rolled, *stretches(finished, query.end, kept)])

    def _means(self, query: SeriesQuery, cuts: Iterable[Stretch]) -> list[Sample]:
        found: list[Sample] = []
        for cut in cuts:
            if cut.roll_up is None:
                text = influxql.parts(
                    query.measurement, query.column, cut, query.tags, influxql.by_step(FIVE_MINUTES.step)
                )
                found += [
                    (at, row[0] / row[1]) for at, row in _rows(self._ask(cut, text)) if row[0] is not None and row[1]
                ]
            else:
                text = influxql.means(query.measurement, query.column, cut, query.tags)
                found += [(at, row[0]) for at, row in _rows(self._ask(cut, text)) if row[0] is not None]
        return found

    def _ask(self, stretch: Stretch, text: str) -> list[SeriesFound]:
        database = self.databases.of(stretch.roll_up)
        server = self._known_server()
        try:
            try:
                return self._connection.query(database.name, text)
            except MissingDatabaseError:
                # An early 2.x knows the bucket and yet not where InfluxQL finds it.
                if server.generation != 2 or not self.databases.map_bucket(database):
                    return []
                return self._connection.query(database.name, text)
        except MetricStoreError:
            self._server = None
            raise

    def _known_server(self) -> Server:
        server = self._server
        if server is None:
            server = self._connection.server()
            if not server.is_influxdb:
                raise MetricStoreError(
                    f"At {self._connection.url} stands {server.name}, not InfluxDB: write `kind: victoriametrics` and "
                    "a section `victoriametrics` in the settings."
                )
            self._server = server
        return server


class _Parts:
    """What the stretches of a step, or of an object's time, give together."""

    __slots__ = ("count", "high", "low", "total")

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0.0
        self.low: float | None = None
        self.high: float | None = None

    def add(self, row: list[float | None]) -> None:
        """One stretch's sum, count, lowest and highest value."""
        total, count, low, high = row
        if not count or total is None or low is None or high is None:
            return
        self.total += total
        self.count += count
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)

    def value(self, aggregate: Aggregate) -> float | None:
        """What was asked for; None when there was no value."""
        if not self.count:
            return None
        return {Aggregate.MEAN: self.total / self.count, Aggregate.MIN: self.low, Aggregate.MAX: self.high}[aggregate]


def _rows(found: Iterable[SeriesFound]) -> Iterable[tuple[Instant, list[float | None]]]:
    return (row for one in found for row in one.rows)


def _key(query: RankQuery, one: SeriesFound) -> tuple[str, ...]:
    tags: Mapping[str, str] = one.tags
    return tuple(tags.get(tag, "") for tag in TAGS[query.measurement])
