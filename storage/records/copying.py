"""Moves all records from one database to another: SQLite to PostgreSQL, back, or into a file to keep.

What is copied is one moment of the source; the target holds all of it or nothing. Row ids stay what they were, since
rows, audit entries and people refer to them.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, inspect, select
from sqlalchemy.orm import Session

from foundation.problems import OperatorError
from storage.records.base import Base
from storage.records.database import Records
from storage.records.migrate import check, upgrade

CHUNK: Final = 1_000
"""Rows in memory at once."""

Progress = Callable[[int, int], None]
"""Called with the rows copied so far and the rows there are."""


def count_rows(records: Records) -> dict[str, int]:
    """How many rows each table has that is there, at one moment. Raises OperatorError when the database is out of
    reach."""
    with records.reading() as session:
        return _counts(session)


def copy_records(source: Records, target: Records, progress: Progress = lambda _done, _all: None) -> dict[str, int]:
    """Copy everything; returns the rows of each table.

    The target is brought to the present schema first and must be empty. Raises OperatorError when it is not, when the
    source has another schema or tables that nobody declares, or when either is out of reach.
    """
    if (sentence := check(source)) is not None:
        raise OperatorError(sentence)
    upgrade(target)
    with source.reading() as reading:
        _refuse_undeclared(reading)
        rows = _counts(reading)
        with target.transaction() as writing:
            _refuse_filled(writing)
            total, done = sum(rows.values()), 0
            progress(0, total)
            for table in Base.metadata.sorted_tables:
                for chunk in _chunks(reading, table):
                    writing.execute(insert(table), chunk)
                    done += len(chunk)
                    progress(done, total)
                if not target.is_sqlite:
                    _count_on(writing.connection(), table)
            written = _counts(writing)
            if written != rows:
                differing = ", ".join(name for name in rows if rows[name] != written.get(name))
                raise OperatorError(f"The copy is not complete (tables {differing}) and was undone. Try it again.")
    return rows


def _chunks(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    result = session.execute(select(table), execution_options={"yield_per": CHUNK}).mappings()
    while chunk := [dict(row) for row in islice(result, CHUNK)]:
        yield chunk


def _counts(session: Session) -> dict[str, int]:
    present = set(inspect(session.connection()).get_table_names())
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name in present
    }


def _refuse_undeclared(session: Session) -> None:
    """Rows of a table that this program has not been told of would be left behind unseen."""
    present = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
    if foreign := present - set(Base.metadata.tables):
        raise OperatorError(
            f"The records database holds tables that are not the platform's: {', '.join(sorted(foreign))}. "
            "Move them elsewhere first."
        )


def _refuse_filled(session: Session) -> None:
    filled = [name for name, rows in _counts(session).items() if rows]
    if filled:
        raise OperatorError(
            f"The database to copy to is not empty: there are rows in {', '.join(sorted(filled))}. Name an empty one."
        )


def _count_on(connection: Connection, table: Table) -> None:
    """The next row's id comes after those that were copied."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
    highest = connection.scalar(select(func.max(column)))
    if sequence is not None and highest is not None:
        connection.execute(select(func.setval(sequence, highest)))
