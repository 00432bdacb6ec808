"""One database of records: SQLite by default, PostgreSQL for the large. Owns the engine and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from foundation.problems import OperatorError
from storage.records.errors import BUSY, broken

BUSY_TIMEOUT_MS: Final = 5_000
"""How long a writer waits for another one's short transaction before it is an error."""
CONNECTIONS: Final = 8
"""Connections kept open; at most three times as many more for a moment of rush."""
WAIT_FOR_CONNECTION_S: Final = 10
LOG_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""What SQLite's write-ahead log is cut down to after a very large transaction."""


class Records:
    """The database and how one works in it: `with records.transaction() as session: …`.

    Raises OperatorError when the URL is none that SQLAlchemy knows.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all when the block raises.

        What is committed survives a kill and a power cut. Raises OperatorError when the database is locked, full,
        damaged or out of reach.
        """
        with self._told_plainly(), self._sessions() as session:
            if self.engine.dialect.name == "sqlite":
                # Take the write lock at once: a read that turns into a write later can't be retried by SQLite.
                session.connection(execution_options={"yunwei_begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading: one consistent view, never a lock on writers. Changes made in it are not kept.

        Raises OperatorError when the database is damaged or out of reach.
        """
        with self._told_plainly(), self._sessions() as session:
            try:
                yield session
            finally:
                session.rollback()

    def close(self) -> None:
        """Let go of all connections; calling it twice is harmless."""
        self.engine.dispose()

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise OperatorError(BUSY) from error
        except DatabaseError as error:
            # Its other subclasses (a broken constraint, a wrong statement) are the caller's own matter.
            if type(error) in (DatabaseError, OperationalError):
                raise OperatorError(broken(error, self.engine.url)) from error
            raise


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(
            url, pool_size=CONNECTIONS, max_overflow=3 * CONNECTIONS, pool_timeout=WAIT_FOR_CONNECTION_S
        )
    except (ArgumentError, NoSuchModuleError):
        raise OperatorError(
            "The records database's URL is not understood. Write it like sqlite:////srv/yunwei/records.sqlite or "
            "postgresql+psycopg://user@host/yunwei."
        ) from None
    except ModuleNotFoundError as error:
        raise OperatorError(
            f"The records database needs the Python package {error.name}, which is not installed. Install it, or use "
            "SQLite."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        # Each commit is on the disk before it is confirmed: an acknowledgement taken is never taken back.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"journal_size_limit={LOG_LIMIT_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get("yunwei_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
