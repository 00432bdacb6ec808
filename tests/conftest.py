"""Fixtures that every room's tests share, and how property tests draw their examples.

No test asserts on speed, so no example has a deadline. What decides whether a change lands (CI is set) draws the same
examples every time; a developer's runs go on looking for new ones.
"""

import os
import shutil
from collections.abc import Callable, Iterator
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
settings.register_profile("quick", settings.get_profile("searching"), max_examples=20)


def pytest_configure(config: pytest.Config) -> None:
    """The quick part draws few examples, the whole suite all of them."""
    quick = config.option.markexpr == "not slow"
    settings.load_profile("landing" if os.environ.get("CI") else "quick" if quick else "searching")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for real processes begins first: while it waits, the many quick tests have the machine."""
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/system/"), item.get_closest_marker("slow") is None))


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


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """An SQLite file with the tables of every room imported so far: made once for each number of them, then copied."""
    directory = tmp_path_factory.mktemp("templates")

    def current() -> Path:
        path = directory / f"{len(Base.metadata.tables)}.sqlite"
        if not path.exists():
            database = Records(f"sqlite:///{path}")
            Base.metadata.create_all(database.engine)
            database.close()
        return path

    return current


@pytest.fixture
def sqlite_records(templates: Callable[[], Path], tmp_path: Path) -> Iterator[Records]:
    """An empty SQLite file with the tables of every room imported so far."""
    path = tmp_path / "records.sqlite"
    shutil.copyfile(templates(), path)
    database = Records(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def empty_postgres(request: pytest.FixtureRequest) -> Callable[[], str]:
    """The same on PostgreSQL: each call makes a database and gives its name."""
    made: dict[int, str] = {}

    def fresh() -> str:
        server: PostgresServer = request.getfixturevalue("postgres")
        tables = len(Base.metadata.tables)
        if tables not in made:
            database = Records(server.make_database(f"empty_{tables}"))
            Base.metadata.create_all(database.engine)
            database.close()
            made[tables] = f"empty_{tables}"
        name = f"records_{uuid4().hex}"
        server.make_database(name, template=made[tables])
        return name

    return fresh


@pytest.fixture(params=EVERY_RECORDS)
def records(request: pytest.FixtureRequest) -> Iterator[Records]:
    """An empty database with the tables of every room imported so far."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_records")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("empty_postgres")()
    database = Records(server.url(name))
    yield database
    database.close()
    server.drop_database(name)


@pytest.fixture(params=EVERY_RECORDS, scope="session")
def records_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a new, empty database that a session's tests may share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.make_database(f"shared_{uuid4().hex}")
