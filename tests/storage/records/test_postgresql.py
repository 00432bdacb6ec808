"""Records on a real PostgreSQL server: what SQLite gives by nature holds there too, and its troubles are sentences.

The suites of every room that keeps records run on both databases (see `EVERY_RECORDS`); here is what is its own.
"""

import signal
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from foundation.problems import OperatorError
from scripts.new_migration import table_modules
from storage.records import database as module
from storage.records.database import Records
from storage.records.migrate import check, downgrade, drift, upgrade
from tests.storage.records.postgres import PostgresServer, running_postgres

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow


class _Base(DeclarativeBase):
    """A declarative base of this test's own, so that its table is in no other room's schema."""


class Note(_Base):
    """A row to write."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String, unique=True)


@pytest.fixture
def url(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database."""
    name = request.node.name[:60]
    yield postgres.make_database(name)
    postgres.drop_database(name)


@pytest.fixture
def notes(url: str) -> Iterator[Records]:
    """A database with an empty table of notes."""
    records = Records(url)
    _Base.metadata.create_all(records.engine)
    yield records
    records.close()


def add(records: Records, note: str) -> None:
    """Write one note."""
    with records.transaction() as session:
        session.add(Note(text=note))


def texts(records: Records) -> list[str]:
    """All notes."""
    with records.reading() as session:
        return list(session.scalars(select(Note.text).order_by(Note.id)))


def test_a_reader_sees_one_moment_and_never_waits_for_a_writer(notes: Records) -> None:
    add(notes, "before")
    with notes.reading() as session:
        assert len(list(session.scalars(select(Note.text)))) == 1
        with notes.transaction() as writing:
            writing.add(Note(text="meanwhile"))
            writing.flush()
            assert len(list(session.scalars(select(Note.text)))) == 1
        assert len(list(session.scalars(select(Note.text)))) == 1
    assert texts(notes) == ["before", "meanwhile"]


def test_what_reads_and_then_writes_meets_no_other_writer_in_between(notes: Records) -> None:
    def count_up() -> None:
        for _ in range(10):
            with notes.transaction() as session:
                highest = max((int(note) for note in session.scalars(select(Note.text))), default=0)
                session.add(Note(text=str(highest + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, texts(notes))) == list(range(1, 41))


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module._POSTGRESQL, "options", "-c lock_timeout=50")
    records = Records(url)
    with records.transaction(), pytest.raises(OperatorError, match="is busy"), records.transaction():
        pass
    records.close()


def test_a_server_that_crashes_is_told_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "server") as server:
        records = Records(server.make_database("yunwei"))
        _Base.metadata.create_all(records.engine)
        add(records, "before the crash")
        server.stop(signal.SIGQUIT)
        with pytest.raises(OperatorError, match=r"is away\. See that the PostgreSQL server runs"):
            add(records, "into the void")
        server.start()
        add(records, "after the crash")
        assert texts(records) == ["before the crash", "after the crash"]
        records.close()


def test_a_database_that_does_not_exist_is_told_with_the_command_that_makes_it(postgres: PostgresServer) -> None:
    records = Records(postgres.url("nowhere"))
    with pytest.raises(OperatorError, match=r"nowhere does not exist\. Create it: createdb"):
        texts(records)


def test_a_database_that_can_not_hold_chinese_is_refused_before_anything_is_made(postgres: PostgresServer) -> None:
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    records = Records(postgres.url("latin"))
    with pytest.raises(OperatorError, match=r"latin has the encoding LATIN1.*--encoding UTF8.*--owner yunwei latin$"):
        upgrade(records)
    records.close()


def test_a_database_of_something_else_is_left_alone(notes: Records) -> None:
    with pytest.raises(OperatorError, match=r"holds tables of something else \(note\)\. Name an empty one"):
        upgrade(notes)


def test_a_wrong_password_is_told_and_never_shown(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "server") as server:
        server.execute("SET password_encryption='scram-sha-256'; ALTER USER yunwei PASSWORD 'right'")
        access = server.directory / "cluster" / "pg_hba.conf"
        access.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        server.stop()
        server.start()
        right = Records(server.url("postgres"), "right")
        with right.reading() as session:
            assert session.scalar(text("SELECT 1")) == 1
        right.close()
        wrong = Records(server.url("postgres"), "hunter2")
        with pytest.raises(OperatorError, match=r"refuses the user or the password\. Correct the URL") as refusal:
            texts(wrong)
        assert "hunter2" not in str(refusal.value)


def test_every_revision_leads_up_and_down_again_to_the_tables_that_the_rooms_declare(url: str) -> None:
    for room in table_modules(ROOT):
        import_module(room)
    records = Records(url)
    upgrade(records)
    assert check(records) is None
    assert drift(records) == []
    downgrade(records, "base")
    upgrade(records)
    assert drift(records) == []
    records.close()
