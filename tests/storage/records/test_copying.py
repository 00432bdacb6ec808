"""Records moved between databases: all of one moment or nothing, and the copy goes on where the source stood."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from alerting.audit.log import record, verify
from foundation.problems import OperatorError
from scripts.new_migration import table_modules
from storage.records.base import Base
from storage.records.copying import copy_records, count_rows
from storage.records.database import Records
from storage.records.migrate import downgrade, upgrade
from tests.storage.records.postgres import PostgresServer

pytestmark = pytest.mark.slow

for module in table_modules(Path(__file__).parents[3]):
    import_module(module)


def note(session: Session, number: int) -> None:
    """An audit entry."""
    record(session, at=1_000 + number, actor="tester", action="tried", object=f"thing/{number}", after={"号": number})


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Records]:
    """An SQLite database with a chain of audit entries and a row in every table that needs no other."""
    records = Records(f"sqlite:///{tmp_path / 'source.sqlite'}")
    upgrade(records)
    with records.transaction() as session:
        for number in range(2_500):
            note(session, number)
        session.execute(insert(Base.metadata.tables["heartbeat"]), [{"part": "judge", "at": 2**40}])
    yield records
    records.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """An empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'target.sqlite'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.make_database(f"target_{tmp_path.name}")
    records = Records(url)
    yield records
    records.close()


def rows_of(records: Records, table: Table) -> list[tuple[object, ...]]:
    """Every row, in a fixed order."""
    with records.reading() as session:
        return sorted((tuple(row) for row in session.execute(select(table))), key=repr)


def test_every_row_of_every_table_arrives_as_it_was(source: Records, target: Records) -> None:
    seen: list[tuple[int, int]] = []
    copied = copy_records(source, target, lambda done, total: seen.append((done, total)))
    assert copied == count_rows(source) == count_rows(target)
    assert copied["audit_entry"] == 2_500
    for table in Base.metadata.sorted_tables:
        assert rows_of(source, table) == rows_of(target, table)
    assert seen[0] == (0, sum(copied.values()))
    assert seen[-1] == (sum(copied.values()), sum(copied.values()))


def test_the_audit_chain_holds_in_the_copy_and_can_go_on(source: Records, target: Records) -> None:
    copy_records(source, target)
    with target.transaction() as session:
        note(session, 9_000)
        assert verify(session).whole


def test_the_next_row_of_a_copy_gets_an_id_of_its_own(source: Records, target: Records) -> None:
    table = Base.metadata.tables["incident"]
    columns = {
        c.name: ("" if c.type.python_type is str else 0) for c in table.columns if not c.nullable and c.name != "id"
    }
    with source.transaction() as session:
        session.execute(insert(table).values(columns | {"day": "20261124", "sequence": 1}))
        session.execute(insert(table).values(columns | {"day": "20261124", "sequence": 2}))
    copy_records(source, target)
    with target.transaction() as session:
        session.execute(insert(table).values(columns | {"day": "20261124", "sequence": 3}))
        assert list(session.scalars(select(table.c.id).order_by(table.c.id))) == [1, 2, 3]


def test_a_target_that_holds_something_is_refused_and_left_alone(source: Records, target: Records) -> None:
    copy_records(source, target)
    with pytest.raises(OperatorError, match=r"not empty: there are rows in .*audit_entry"):
        copy_records(source, target)
    assert count_rows(target) == count_rows(source)


def test_a_copy_that_fails_half_way_leaves_the_target_empty(source: Records, target: Records) -> None:
    def fail(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_records(source, target, fail)
    assert set(count_rows(target).values()) == {0}


def test_a_source_with_an_older_schema_or_strange_tables_is_refused(source: Records, target: Records) -> None:
    with source.transaction() as session:
        session.execute(text("CREATE TABLE scribbles (id INTEGER)"))
    with pytest.raises(OperatorError, match="not the platform's: scribbles"):
        copy_records(source, target)
    downgrade(source, "0001")
    downgrade(source, "base")
    with pytest.raises(OperatorError, match="has schema none"):
        copy_records(source, target)
