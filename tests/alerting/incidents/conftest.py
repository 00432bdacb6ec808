"""An empty database, and the scene."""

from collections.abc import Iterator

import pytest

from foundation.clock import SteppedClock
from storage.records.database import Records
from tests.alerting.acting_records import empty, shared_records
from tests.alerting.incidents.scene import Scene
from topology.network import Network


@pytest.fixture(scope="session")
def shared(records_url: str) -> Iterator[Records]:
    """The database of all tests here."""
    with shared_records(records_url) as database:
        yield database


@pytest.fixture
def records(shared: Records) -> Records:
    """An empty database."""
    empty(shared)
    return shared


@pytest.fixture
def scene(network: Network, records: Records, clock: SteppedClock) -> Scene:
    """The small network with people on duty, at 14:30."""
    return Scene(network, records, clock)
