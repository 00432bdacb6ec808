"""One database of records: SQLite by default, PostgreSQL 13 or newer for the large. Owns the engine and transactions.

Both give the same: one writing transaction at a time, and a reader that sees one moment. SQLite can't do otherwise;
PostgreSQL is asked for it, so that what reads and then writes in one transaction (the next incident's number, a
message to claim) never meets another in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, make_url
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
IDLE_TIMEOUT_MS: Final = 300_000
CONNECT_S: Final = 5
"""How long PostgreSQL may take to accept a connection."""
WRITING_LOCK: Final = 0x77726974696E67
"""Key of the advisory lock that PostgreSQL's writers take: "writing" in ASCII."""
LOG_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""What SQLite's write-ahead log is cut down to after a very large transaction."""


class Records:
    """The database and how one works in it: `with records.transaction() as session: …`.

    The URL holds no password: URLs end up in logs. Raises OperatorError when it does, or is none that we know.
    """

    def __init__(self, url: str, password: str | None = None) -> None:
        self.engine = _engine(url, password)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all when the block raises.

        What is committed survives a kill and a power cut. Raises OperatorError when the database is locked, full,
        damaged or out of reach.
        """
        with self._told_plainly(), self._sessions() as session:
            try:
                self._begin_writing(session)
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
                if not self.is_sqlite:
                    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                yield session
            finally:
                session.rollback()

    @property
    def is_sqlite(self) -> bool:
        """An SQLite file rather than a PostgreSQL server."""
        return bool(self.engine.dialect.name == "sqlite")

    def close(self) -> None:
        """Let go of all connections; calling it twice is harmless."""
        self.engine.dispose()

    def _begin_writing(self, session: Session) -> None:
        """Take the write lock at once: a read that turns into a write later can't be retried."""
        if self.is_sqlite:
            session.connection(execution_options={"yunwei_begin": "IMMEDIATE"})
        else:
            session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING_LOCK})")

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


def _engine(url: str, password: str | None) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.password is not None:
            raise OperatorError(
                "The records database's URL holds a password, which would end up in logs. Take it out of the URL and "
                "name it as records_password in the settings (for `yunwei records migrate`: --password-env or "
                "--password-file)."
            )
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        postgresql = parsed.get_backend_name() == "postgresql"
        if not postgresql and parsed.get_backend_name() != "sqlite":
            raise NoSuchModuleError
        if password is not None:
            parsed = parsed.set(password=password)
        engine = create_engine(
            parsed,
            pool_size=CONNECTIONS,
            max_overflow=3 * CONNECTIONS,
            pool_timeout=WAIT_FOR_CONNECTION_S,
            # A server that was restarted has dropped our connections: each is tried before it is lent out.
            pool_pre_ping=postgresql,
            connect_args=_POSTGRESQL if postgresql else {},
        )
    except (ArgumentError, NoSuchModuleError):
        raise OperatorError(
            "The records database's URL is not understood. Write it like sqlite:////srv/yunwei/records.sqlite or "
            "postgresql://user@host/yunwei."
        ) from None
    except ModuleNotFoundError as error:
        raise OperatorError(
            f"The records database needs the Python package {error.name}, which is not installed. Install it, or use "
            "SQLite."
        ) from None
    if not postgresql:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


_POSTGRESQL: Final = {
    "connect_timeout": CONNECT_S,
    "application_name": "yunwei",
    # No reader of ours is meant to hold a view of the past for long: it would keep dead rows from being swept.
    "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}",
}


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
