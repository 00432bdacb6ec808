"""Polls all recordings once for all tests of this folder, and says in the end which they were."""

from pathlib import Path

import pytest

from tests.collectors.recordings.agreeing import compare
from tests.collectors.recordings.sources import Source, recordings
from tests.collectors.recordings.table import Device

RAN_ON: pytest.StashKey[str] = pytest.StashKey()


@pytest.fixture(scope="package")
def source() -> Source:
    """The recordings at hand."""
    return recordings()


@pytest.fixture(scope="package")
def devices(source: Source, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[Device]:
    """Every recording, polled and compared."""
    directory: Path = tmp_path_factory.mktemp("snmpsim")
    found = compare(source, directory)
    request.config.stash[RAN_ON] = f"{source.title}: {len(found)} devices, {len(source.expected)} of them compared"
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Which set of recordings the suite ran on."""
    if RAN_ON in config.stash:
        terminalreporter.write_line(f"Recordings of real devices: {config.stash[RAN_ON]}.")
