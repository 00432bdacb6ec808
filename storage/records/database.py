"""One database of records: SQLite by default, PostgreSQL for the large. Owns the engine and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from foundation.problems import OperatorError

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another one's short transaction before it is an error."""


class Records:
    """The database and how one works in it: `with records.transaction() as session: …`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all when the block raises.

        Raises OperatorError when the database is locked, full or out of reach.
        """
        with self._sessions() as session:
            if self.engine.dialect.name == "sqlite":
                # Take the write lock at once: a read that turns into a write later can't be retried by SQLite.
                session.connection(execution_options={"yunwei_begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except OperationalError as error:
                session.rollback()
                raise OperatorError(_sentence(error)) from error
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading: one consistent view, never a lock on writers.

        Raises OperatorError when the database is out of reach.
        """
        with self._sessions() as session:
            try:
                yield session
            except OperationalError as error:
                raise OperatorError(_sentence(error)) from error
            finally:
                session.rollback()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get("yunwei_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _sentence(error: OperationalError) -> str:
    cause = str(error.orig)
    if "locked" in cause:
        return "The records database is locked by another process. Stop it, or wait until its work is done."
    if "full" in cause:
        return "The disk that holds the records database is full. Free some space; nothing already accepted is lost."
    return f"The records database can't be used: {cause}."
