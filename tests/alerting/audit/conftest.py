"""A quick empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerting.audit.tables import AuditEntry, AuditHead
from storage.records.base import Base
from storage.records.database import Records

TABLES = [AuditEntry.metadata.tables[model.__tablename__] for model in (AuditEntry, AuditHead)]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """A database with the audit's tables only."""
    database = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Base.metadata.create_all(database.engine, tables=TABLES)
    yield database
    database.close()
