"""Fixtures that every room's tests share, and how property tests draw their examples.

No test asserts on speed, so no example has a deadline. What decides whether a change lands (CI is set) draws the same
examples every time; a developer's runs go on looking for new ones.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from foundation.calendar import parse
from foundation.clock import SteppedClock
from storage.records.base import Base
from storage.records.database import Records
from tests.networks import small_network
from tests.storage.records.postgres import PostgresServer, running_postgres
from topology.network import Network

settings.register_profile("searching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("landing", settings.get_profile("searching"), derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "searching")


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that stands at a Tuesday afternoon until it is stepped."""
    return SteppedClock(parse("2026-11-24 14:30:00"))


@pytest.fixture
def network() -> Network:
    """The small network drawn in tests/networks.py."""
    return small_network()


EVERY_RECORDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
"""The databases that records may be kept in: what is tested on the one is tested on the other."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this run's own, outside pytest's directory: that is closed to the server's user whenever
    another run begins."""
    with (
        TemporaryDirectory(prefix="yunwei-postgres-") as directory,
        running_postgres(Path(directory) / "server") as server,
    ):
        yield server


@pytest.fixture(params=EVERY_RECORDS)
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """An empty database with the tables of every room imported so far."""
    server: PostgresServer | None = None
    name = f"records_{uuid4().hex}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.make_database(name)
    database = Records(url)
    Base.metadata.create_all(database.engine)
    yield database
    database.close()
    if server is not None:
        server.drop_database(name)


@pytest.fixture(params=EVERY_RECORDS, scope="session")
def records_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a new, empty database that a session's tests may share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.make_database(f"shared_{uuid4().hex}")
