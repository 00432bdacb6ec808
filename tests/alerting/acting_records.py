"""A records database shared by a session's tests and emptied before each.

SQLAlchemy compiles each statement once for an engine: an engine of its own for each test costs more than the test.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.records.base import Base
from storage.records.database import Records


@contextmanager
def shared_records(url: str) -> Iterator[Records]:
    """A database with the tables of every room imported so far."""
    database = Records(url)
    Base.metadata.create_all(database.engine)
    try:
        yield database
    finally:
        database.close()


def empty(records: Records) -> None:
    """Take everything out of every table; row ids begin at 1 again."""
    with records.engine.begin() as connection:
        if not records.is_sqlite:
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            return
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
