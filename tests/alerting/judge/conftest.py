"""Judging is tested through the engine on stepped hours, with records in SQLite.

How the engine writes, and takes up again what it wrote, is the same whatever it judged: that is tested on each database
in the rooms `engine`, `incidents`, `alerts` and `timeline`.
"""

import pytest

from storage.records.database import Records


@pytest.fixture
def records(sqlite_records: Records) -> Records:
    """An empty SQLite file with the tables of every room imported so far."""
    return sqlite_records
