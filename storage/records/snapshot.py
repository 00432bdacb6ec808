"""The records of one moment in a file of their own: always SQLite, whatever they are kept in, so that every backup can
be restored into either database."""

import sqlite3
from pathlib import Path
from typing import Final

from foundation.problems import OperatorError
from storage.records.copying import Progress, copy_records
from storage.records.database import Records

PAGES: Final = 1_000
"""Pages of SQLite's own backup between two words of progress."""


def write_snapshot(records: Records, path: Path, progress: Progress = lambda _done, _all: None) -> None:
    """Write all records as they are at one moment; writers go on meanwhile.

    Raises OperatorError when either side can't be read or written.
    """
    if records.is_sqlite:
        _back_up(records, path, progress)
    else:
        target = Records(f"sqlite:///{path}")
        try:
            copy_records(records, target, progress)
        finally:
            target.close()
    _seal(path)


def _back_up(records: Records, path: Path, progress: Progress) -> None:
    source = records.engine.raw_connection()
    try:
        driver = source.driver_connection
        assert driver is not None
        target = sqlite3.connect(path)
        try:
            # All pages in one step would hold up nobody either (the log is written beside the file), but say nothing.
            driver.backup(target, pages=PAGES, progress=lambda _status, left, all_: progress(all_ - left, all_))
        finally:
            target.close()
    except sqlite3.Error as error:
        raise OperatorError(f"The records can't be copied to {path}: {error}.") from None
    finally:
        source.close()


def _seal(path: Path) -> None:
    """One file without a log beside it, found sound."""
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise OperatorError(f"The copy of the records at {path} can't be used: {error}.") from None
    if said != "ok":
        raise OperatorError(f"The copy of the records is damaged ({said}): so is the database. Look at its disk.")
