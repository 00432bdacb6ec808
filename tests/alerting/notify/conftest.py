"""A database with the outbox's tables, and the peers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerting.audit.tables import AuditEntry, AuditHead
from alerting.notify.tables import OutboxMessage
from storage.records.base import Base
from storage.records.database import Records
from tests.alerting.notify.peers import Gateway, MailServer, mail_server, sms_gateway

TABLES = [Base.metadata.tables[model.__tablename__] for model in (AuditEntry, AuditHead, OutboxMessage)]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """A database with the tables that the notifier needs."""
    database = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Base.metadata.create_all(database.engine, tables=TABLES)
    yield database
    database.close()


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
