"""A quick empty database."""

from collections.abc import Iterator

import pytest

from storage.records.database import Records
from tests.alerting.acting_records import empty, shared_records


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
