"""Roll-ups in InfluxDB, by our own job, since its generations have nothing in common for it.

InfluxDB 1.x rolls an hour up by itself when told (SELECT … INTO another database); to 2.x and 3.x, which have no INTO,
the roll-up is read and written back. Rolling an hour up twice gives the same: each step has one row. So hours that got
late rows are rolled up again, and after a start those whose number of rows does not fit.
"""

import threading
from collections.abc import Iterable
from typing import Final

from foundation.clock import DAY, HOUR, MINUTE, Instant
from storage.metrics import influxql
from storage.metrics.history import field_text
from storage.metrics.influx_databases import Database, Databases
from storage.metrics.influx_http import InfluxConnection, SeriesFound
from storage.metrics.influx_server import Server
from storage.metrics.line_protocol import tags_text
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY, ROLL_UPS, RollUp, Stretch
from storage.metrics.server_http import MissingDatabaseError
from storage.metrics.store import TAGS, Measurement

SETTLING: Final = 5 * MINUTE
"""How long after an hour it is rolled up."""
LOOK_BACK: Final = 7 * DAY
"""How far back is looked for hours that have not been rolled up, after a start: as long as rows wait in a spool."""
AT_ONCE: Final = 15 * MINUTE
"""How much is rolled up by one request."""
ALWAYS: Final = {Measurement.INTERFACE: "admin", Measurement.DEVICE: "loss"}
"""A field that every row has: rows are counted by it."""


class InfluxRolling:
    """Knows which hours have been rolled up. Safe for any thread."""

    def __init__(self, databases: Databases, connection: InfluxConnection) -> None:
        self._databases = databases
        self._connection = connection
        self._gate = threading.Lock()
        self._late: set[Instant] = set()
        self._has_looked_back = False
        self._rolled_until: Instant = 0

    def finished_until(self) -> Instant:
        """Every row before this moment is in the roll-ups."""
        with self._gate:
            return min(self._late | {self._rolled_until})

    def written(self, moments: Iterable[Instant]) -> None:
        """Note rows that were written, since some may be of hours that have been rolled up."""
        hours = {moment // HOUR * HOUR for moment in moments}
        with self._gate:
            self._late |= {hour for hour in hours if hour < self._rolled_until or not self._has_looked_back}

    def roll(self, server: Server, now: Instant) -> None:
        """Roll up what is over. Raises MetricStoreError; what is left is rolled up at the next call."""
        end = (now - SETTLING) // HOUR * HOUR
        if not self._has_looked_back:
            start = end - LOOK_BACK
            wanted = self._unrolled(start, end)
            with self._gate:
                self._late |= wanted
                self._rolled_until = max(
                    self._rolled_until, min({hour for hour in self._late if hour < end}, default=end)
                )
                self._has_looked_back = True
        with self._gate:
            due = sorted({hour for hour in self._late if hour < end} | set(range(self._rolled_until, end, HOUR)))
        for hour in due:
            for roll_up in ROLL_UPS:
                for measurement in Measurement:
                    self._roll(server, measurement, roll_up, hour)
            with self._gate:
                self._late.discard(hour)
                self._rolled_until = max(self._rolled_until, hour + HOUR)

    def _unrolled(self, start: Instant, end: Instant) -> set[Instant]:
        """The hours whose rows are not all in the roll-ups."""
        found: set[Instant] = set()
        for day in range(start, end, DAY):
            for measurement, field in ALWAYS.items():
                there = self._counts(measurement, field, Stretch(None, day, min(end, day + DAY)))
                rolled = self._counts(measurement, field, Stretch(HOURLY, day, min(end, day + DAY)))
                found |= {hour for hour, count in there.items() if count and rolled.get(hour) != count}
        return found

    def _counts(self, measurement: Measurement, field: str, stretch: Stretch) -> dict[Instant, float | None]:
        text = influxql.hourly_counts(measurement, field, stretch)
        try:
            found = self._connection.query(self._databases.of(stretch.roll_up).name, text)
        except MissingDatabaseError:
            return {}
        return {at: row[0] for one in found for at, row in one.rows}

    def _roll(self, server: Server, measurement: Measurement, roll_up: RollUp, hour: Instant) -> None:
        database = self._databases.of(roll_up)
        # The hour is made of its 5-minute steps, which are a twentieth as many as its rows; those of a few minutes at a
        # time, so that no request takes long.
        finer = FIVE_MINUTES if roll_up is HOURLY else None
        length = HOUR if roll_up is HOURLY else AT_ONCE
        for start in range(hour, hour + HOUR, length):
            source = Stretch(finer, start, start + length)
            try:
                self._write(server, measurement, roll_up, source, database)
            except MissingDatabaseError:
                self._databases.create(server, database)
                self._write(server, measurement, roll_up, source, database)

    def _write(
        self, server: Server, measurement: Measurement, roll_up: RollUp, source: Stretch, database: Database
    ) -> None:
        origin = self._databases.of(source.roll_up).name
        if server.generation == 1:
            self._connection.change(origin, influxql.roll(measurement, roll_up, source, database.name))
            return
        lines = lines_of(measurement, self._connection.query(origin, influxql.rolled(measurement, roll_up, source)))
        if lines:
            self._connection.write_v2(database.name, lines)


def lines_of(measurement: Measurement, found: Iterable[SeriesFound]) -> str:
    """The answer to `influxql.rolled` as lines to write."""
    names = influxql.rolled_fields(measurement)
    lines: list[str] = []
    for one in found:
        head = tags_text(measurement, [one.tags.get(tag, "") for tag in TAGS[measurement]])
        for at, row in one.rows:
            fields = ",".join(
                field_text(name, value) for name, value in zip(names, row, strict=True) if value is not None
            )
            if fields:
                lines.append(f"{head} {fields} {at}")
    return "\n".join(lines)
