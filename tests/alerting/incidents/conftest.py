"""The scene as a fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.clock import SteppedClock
from storage.records.database import Records
from tests.alerting.acting_records import copy_template, make_template
from tests.alerting.incidents.scene import Scene
from topology.network import Network


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The empty database that every test gets a copy of."""
    return make_template(tmp_path_factory.mktemp("acting"))


@pytest.fixture
def records(template: Path, tmp_path: Path) -> Iterator[Records]:
    """An empty database."""
    database = copy_template(template, tmp_path)
    yield database
    database.close()


@pytest.fixture
def scene(network: Network, records: Records, clock: SteppedClock) -> Scene:
    """The small network with people on duty, at 14:30."""
    return Scene(network, records, clock)
