"""Fixtures that every room's tests share, and how property tests draw their examples.

No test asserts on speed, so no example has a deadline. What decides whether a change lands (CI is set) draws the same
examples every time; a developer's runs go on looking for new ones.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from foundation.calendar import parse
from foundation.clock import SteppedClock
from storage.records.base import Base
from storage.records.database import Records
from tests.networks import small_network
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


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """An empty SQLite database with the tables of every room imported so far."""
    database = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()
