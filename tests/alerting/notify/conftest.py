"""An empty database, and the peers."""

from collections.abc import Iterator

import pytest

from storage.records.database import Records
from tests.alerting.acting_records import empty, shared_records
from tests.alerting.notify.peers import Gateway, MailServer, mail_server, sms_gateway


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
def gateway() -> Iterator[Gateway]:
    """An SMS gateway on loopback."""
    with sms_gateway() as found:
        yield found


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with mail_server() as found:
        yield found
