"""Rows, or a copy, of the running platform's metric store for a command beside it: a DuckDB file is open in one process
only.

The platform writes what is asked for into files of its data directory; who asked reads and removes them.
"""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from foundation.clock import HOUR, Instant
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.history import HistoryStore
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricStoreError
from yunwei.control.client import ask
from yunwei.control.server import Tell, telling
from yunwei.lent_files import PREFIX, present, read_lent, write_lent

LONGEST: Final = HOUR
"""The longest stretch of one request: a province has 800,000 rows in it."""


class Lending:
    """The platform's side: answers the commands `metrics` and `copy metrics`."""

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
        store = present(self._store())
        self._count += 1
        return await asyncio.to_thread(self._write, store, start, end, self._count)

    async def copy(self, _request: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        """Copy the metrics as they are at this moment; writes go on. Raises OperatorError when it can't be done.

        Nothing is left behind when who asked has gone before it was done.
        """
        store = present(self._store())
        if not isinstance(store, DuckDbStore):
            raise OperatorError("The running platform keeps its metrics on a server. Run this without --metrics.")
        self._count += 1
        path = self._data / f"{PREFIX}{self._count}-metrics.duckdb"
        work = asyncio.ensure_future(asyncio.to_thread(store.copy_to, path))
        try:
            await telling(tell, asyncio.shield(work))
        except MetricStoreError as error:
            _remove(path)
            raise OperatorError(f"The metrics can't be copied into {self._data}: {error}") from error
        except BaseException:
            work.add_done_callback(partial(_abandon, path))
            raise
        return {"file": path.name}

    def _write(self, store: HistoryStore, start: Instant, end: Instant, number: int) -> Mapping[str, Any]:
        files = {}
        try:
            for measurement in Measurement:
                columns = store.history(measurement, None, start, end)
                table = pa.table({"moment": columns.at, **columns.tags, **columns.fields})
                path = self._data / f"{PREFIX}{number}-{measurement}.arrow"
                write_lent(path, table)
                files[measurement.value] = path.name
        except MetricStoreError as error:
            raise OperatorError(str(error)) from error
        return {"files": files}


def sweep(data: Path) -> None:
    """Remove what commands that were killed left behind; called when the platform starts."""
    for path in data.glob(f"{PREFIX}*"):
        path.unlink(missing_ok=True)


def _abandon(copy: Path, work: "asyncio.Future[None]") -> None:
    if not work.cancelled():
        work.exception()  # told to nobody: who asked has gone
    _remove(copy)


def _remove(copy: Path) -> None:
    for path in (copy, copy.with_name(f"{copy.name}.wal")):
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


def borrow_copy(data: Path, target: Path) -> None:
    """A copy of the running platform's metrics file of one moment, put at `target`.

    Raises OperatorError when none runs, or when it can't give one, and OSError when `target` can't be written.
    """
    copy = data / ask(data, "copy metrics")["file"]
    try:
        shutil.move(copy, target)
    finally:
        copy.unlink(missing_ok=True)


def _read(path: Path, measurement: Measurement) -> Columns:
    table = read_lent(path)
    return Columns(
        table.column("moment").to_pylist(),
        {tag: table.column(tag).to_pylist() for tag in TAGS[measurement]},
        {name: table.column(name).to_pylist() for name in FIELDS[measurement]},
    )
