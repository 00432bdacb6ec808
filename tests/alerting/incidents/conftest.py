"""The scene as a fixture."""

import pytest

from foundation.clock import SteppedClock
from storage.records.database import Records
from tests.alerting.incidents.scene import Scene
from topology.network import Network


@pytest.fixture
def scene(network: Network, records: Records, clock: SteppedClock) -> Scene:
    """The small network with people on duty, at 14:30."""
    return Scene(network, records, clock)
