"""Means of stored metrics for a command beside a running platform, which alone can read its DuckDB file.

One question is one field over one time, as slow rules ask it: the mean of every object that has values there.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from alerting.survey.past import MOST_OBJECTS
from foundation.problems import OperatorError
from storage.metrics.history import HistoryStore
from storage.metrics.store import FIELDS, TAGS, Aggregate, Measurement, MetricStoreError, Ranked, RankQuery
from yunwei.control.client import ask
from yunwei.control.server import Tell, telling
from yunwei.lent_files import PREFIX, present, read_lent, write_lent

COMMAND: Final = "mean of each"


class LentRanks:
    """The platform's side."""

    def __init__(self, data: Path, store: Callable[[], HistoryStore | None]) -> None:
        """`store` is that of the platform that runs now; None while none does."""
        self._data = data
        self._store = store
        self._count = 0

    async def command(self, request: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        """Write the means over [start, end) into a file, which who asked removes. Raises OperatorError."""
        query = _query(request)
        store = present(self._store())
        self._count += 1
        return await telling(tell, asyncio.to_thread(self._write, store, query, self._count))

    def _write(self, store: HistoryStore, query: RankQuery, number: int) -> Mapping[str, Any]:
        path = self._data / f"{PREFIX}mean-{number}.arrow"
        try:
            found = store.rank(query)
        except MetricStoreError as error:
            raise OperatorError(str(error)) from error
        columns: dict[str, list[Any]] = {tag: [one.tags[tag] for one in found] for tag in TAGS[query.measurement]}
        write_lent(path, pa.table({**columns, "value": pa.array([one.value for one in found], pa.float64())}))
        return {"file": path.name}


class BorrowedRanks:
    """The command's side: asks the running platform instead of a store."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The means, the highest first. Raises OperatorError when no platform runs, or when it can't tell."""
        answer = ask(
            self._data,
            COMMAND,
            {"measurement": query.measurement.value, "column": query.column, "start": query.start, "end": query.end},
        )
        path = self._data / Path(str(answer["file"])).name
        try:
            table = read_lent(path)
        finally:
            path.unlink(missing_ok=True)
        tags = TAGS[query.measurement]
        columns = [table.column(tag).to_pylist() for tag in tags]
        return [
            Ranked(dict(zip(tags, values, strict=True)), value)
            for *values, value in zip(*columns, table.column("value").to_pylist(), strict=True)
        ]


def _query(request: Mapping[str, Any]) -> RankQuery:
    """The question. Raises OperatorError for one that can't be answered."""
    column, start, end = request.get("column"), request.get("start"), request.get("end")
    try:
        measurement = Measurement(str(request.get("measurement")))
    except ValueError:
        raise OperatorError("The running platform keeps no such metrics: it is of another version.") from None
    if not isinstance(column, str) or column not in FIELDS[measurement]:
        raise OperatorError("The running platform keeps no such metric: it is of another version.")
    if not isinstance(start, int) or not isinstance(end, int) or not start < end:
        raise OperatorError("Means are asked for from one moment to a later one.")
    return RankQuery(measurement, column, start, end, Aggregate.MEAN, limit=MOST_OBJECTS)
