"""The small province as a fixture: its simulator and inbox run once, each test has a configuration of its own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system.small import Ports, SmallProvince, simulated, write_configuration


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """What lies outside the platform: the simulated agents, the mail server and the SMS gateway."""
    ports = Ports()
    with simulated(tmp_path_factory.mktemp("outside"), ports):
        yield ports


@pytest.fixture
def province(outside: Ports, tmp_path: Path) -> Iterator[SmallProvince]:
    """A fresh configuration of the small province; nothing has failed, nobody has been told anything."""
    write_configuration(tmp_path / "province", outside)
    httpx.delete(f"http://127.0.0.1:{outside.inbox}/messages", trust_env=False).raise_for_status()
    found = SmallProvince(tmp_path / "province", outside)
    yield found
    found.mend()
