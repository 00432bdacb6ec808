"""One DuckDB file and the way to work in it: a cursor for each piece of work.

DuckDB refuses everything after a failure in the middle of a checkpoint (a full disk) until the file is opened anew.
That is done here, by whoever comes next: so the store comes back without a restart once there is space.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from storage.metrics.duckdb_errors import told_plainly
from storage.metrics.store import MetricStoreError

MEMORY_LIMIT: Final = "96MB"
"""Buffers of DuckDB; a sort that needs more spills into the data directory."""
THREADS: Final = 2
BLOCK_SIZE: Final = 65_536
"""Bytes of a block of a new file, a quarter of DuckDB's own choice.

A block is read, and its checksum worked out, as a whole, and a page asks for a few rows in each of many: an interface's
day by the minute, not asked for before, takes half the CPU. A file keeps the size that it was made with; a copy of it
is a new one.
"""
PATIENCE_S: Final = 5.0
"""How long opening anew waits for the last cursors on the old connection."""

_DURABLE: Final = "COMMIT succeeded"
"""DuckDB's words when a commit holds, though the checkpoint that came with it failed."""


class DuckDbFile:
    """A file that one process has open. `opened` is called with the connection each time it has been opened.

    Raises MetricStoreError when the file can't be opened: locked, damaged, forbidden, on a full disk.
    """

    def __init__(self, path: Path, opened: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
        self.path = path
        self._opened = opened
        self._gate = threading.Condition()
        self._in_use = 0
        self._broken = False
        self._closed = False
        self._connection = self._open()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own, for one thread; errors of DuckDB in the block become MetricStoreError."""
        cursor = self._enter()
        try:
            with told_plainly(self.path):
                yield cursor
        except MetricStoreError as error:
            if isinstance(error.__cause__, duckdb.FatalException):
                self._broken = True
            raise
        finally:
            cursor.close()
            with self._gate:
                self._in_use -= 1
                self._gate.notify_all()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose work is kept as a whole when the block ends, or not at all when it raises."""
        with self.cursor() as cursor:
            cursor.begin()
            yield cursor  # when this raises, closing the cursor rolls back
            try:
                cursor.commit()
            except duckdb.FatalException as error:
                # What was committed is durable; only its checkpoint failed. Told as an error it would be written twice.
                if _DURABLE not in str(error):
                    raise
                self._broken = True

    def close(self) -> None:
        """Write the log into the file and let go of it; calling it twice is harmless."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._gate.wait_for(lambda: self._in_use == 0, PATIENCE_S)
            with told_plainly(self.path):
                self._connection.close()

    def _enter(self) -> duckdb.DuckDBPyConnection:
        with self._gate:
            if self._broken:
                # The old connection lives in this process as long as one cursor does.
                if not self._gate.wait_for(lambda: self._in_use == 0, PATIENCE_S):
                    raise MetricStoreError(f"The metrics file {self.path} is about to be opened anew. Try again.")
                if self._broken and not self._closed:
                    self._connection.close()
                    self._connection = self._open()
                    self._broken = False
            if self._closed:
                raise MetricStoreError("The metric store is closed: the platform is stopping.")
            with told_plainly(self.path):
                cursor = self._connection.cursor()
            self._in_use += 1
            return cursor

    def _open(self) -> duckdb.DuckDBPyConnection:
        with told_plainly(self.path):
            connection = duckdb.connect(
                str(self.path),
                config={
                    "memory_limit": MEMORY_LIMIT,
                    "threads": str(THREADS),
                    "default_block_size": str(BLOCK_SIZE),
                    "temp_directory": str(self.path.with_name(f"{self.path.name}.tmp")),
                    # A closed network: DuckDB never looks for extensions on the internet.
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
        try:
            with told_plainly(self.path):
                self._opened(connection)
        except MetricStoreError:
            connection.close()
            raise
        return connection
