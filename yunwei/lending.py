"""Rows of the running platform's metric store for a command beside it: a DuckDB file is open in one process only.

The platform writes what is asked for into files of its data directory; who asked reads and removes them.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from foundation.clock import HOUR, Instant
from foundation.problems import OperatorError
from storage.metrics.history import HistoryStore
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricStoreError
from yunwei.control.client import ask
from yunwei.control.server import Tell

PREFIX: Final = "lent-"
LONGEST: Final = HOUR
"""The longest stretch of one request: a province has 800,000 rows in it."""


class Lending:
    """The platform's side: answers the command `metrics`."""

    def __init__(self, data: Path, store: Callable[[], HistoryStore | None]) -> None:
        """`store` is that of the platform that runs now; None while none does."""
        self._data = data
        self._store = store
        self._count = 0

    async def command(self, request: Mapping[str, Any], _tell: Tell) -> Mapping[str, Any]:
        """Write the single rows of [start, end). Raises OperatorError when it can't be."""
        start, end = request.get("start"), request.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not start < end <= start + LONGEST:
            raise OperatorError("Rows are lent an hour at a time at most.")
        store = self._store()
        if store is None:
            raise OperatorError("The platform is just starting. Try again in a moment.")
        self._count += 1
        return await asyncio.to_thread(self._write, store, start, end, self._count)

    def _write(self, store: HistoryStore, start: Instant, end: Instant, number: int) -> Mapping[str, Any]:
        files = {}
        try:
            for measurement in Measurement:
                columns = store.history(measurement, None, start, end)
                table = pa.table({"moment": columns.at, **columns.tags, **columns.fields})
                path = self._data / f"{PREFIX}{number}-{measurement}.arrow"
                with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                    writer.write_table(table)
                files[measurement.value] = path.name
        except MetricStoreError as error:
            raise OperatorError(str(error)) from error
        except OSError as error:
            raise OperatorError(f"The metrics can't be written to {self._data}: {error.strerror}.") from None
        return {"files": files}


def sweep(data: Path) -> None:
    """Remove what commands that were killed left behind; called when the platform starts."""
    for path in data.glob(f"{PREFIX}*.arrow"):
        path.unlink(missing_ok=True)


def borrow(data: Path, start: Instant, end: Instant) -> Mapping[Measurement, Columns]:
    """All single rows of [start, end) from the running platform.

    Raises OperatorError when none runs, or when it can't give them.
    """
    files = ask(data, "metrics", {"start": start, "end": end})["files"]
    with ExitStack() as cleaning:
        for name in files.values():
            cleaning.callback((data / name).unlink, missing_ok=True)
        return {measurement: _read(data / files[measurement.value], measurement) for measurement in Measurement}


def _read(path: Path, measurement: Measurement) -> Columns:
    with pa.OSFile(str(path), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return Columns(
        table.column("moment").to_pylist(),
        {tag: table.column(tag).to_pylist() for tag in TAGS[measurement]},
        {name: table.column(name).to_pylist() for name in FIELDS[measurement]},
    )
