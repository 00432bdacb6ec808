"""Transactions on a real SQLite file: whole or not at all, readers never wait, and errors that are sentences."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import String, func, make_url, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from foundation.problems import OperatorError
from storage.records import database as module
from storage.records.database import Records
from storage.records.errors import broken
from tests.storage.ordinary_user import said_to_ordinary_user


class _Base(DeclarativeBase):
    """A declarative base of this test's own, so that its table is in no other room's schema."""


class Note(_Base):
    """A row to write."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String, unique=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "records.sqlite"


@pytest.fixture
def notes(path: Path) -> Iterator[Records]:
    """A database with an empty table of notes."""
    records = Records(f"sqlite:///{path}")
    _Base.metadata.create_all(records.engine)
    yield records
    records.close()


def texts(records: Records) -> list[str]:
    """All notes."""
    with records.reading() as session:
        return list(session.scalars(select(Note.text).order_by(Note.id)))


def add(records: Records, note: str) -> None:
    """Write one note."""
    with records.transaction() as session:
        session.add(Note(text=note))


def test_a_transaction_is_committed_when_its_block_ends(notes: Records) -> None:
    add(notes, "kept")
    assert texts(notes) == ["kept"]


def test_a_transaction_leaves_nothing_behind_when_its_block_raises(notes: Records) -> None:
    def fail() -> None:
        with notes.transaction() as session:
            session.add(Note(text="lost"))
            session.flush()
            raise KeyError("boom")

    with pytest.raises(KeyError):
        fail()
    assert texts(notes) == []


def test_a_broken_constraint_stays_the_callers_own_error(notes: Records) -> None:
    with pytest.raises(IntegrityError), notes.transaction() as session:
        session.add_all([Note(text="twice"), Note(text="twice")])
    assert texts(notes) == []


def test_changes_made_while_reading_are_not_kept(notes: Records) -> None:
    with notes.reading() as session:
        session.add(Note(text="stray"))
        session.flush()
    assert texts(notes) == []


def test_a_database_is_in_wal_mode_with_durable_commits_and_foreign_keys(notes: Records) -> None:
    with notes.reading() as session:
        connection = session.connection()
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": module.BUSY_TIMEOUT_MS}


def test_a_reader_never_waits_for_a_writer_and_sees_one_consistent_view(notes: Records) -> None:
    with notes.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Note)) == 0
        with notes.transaction() as writer:
            writer.add(Note(text="new"))
            writer.flush()
            assert reader.scalar(select(func.count()).select_from(Note)) == 0
        assert reader.scalar(select(func.count()).select_from(Note)) == 0
    assert texts(notes) == ["new"]


def test_a_writer_takes_its_lock_at_once_so_that_a_read_before_the_write_is_still_true(notes: Records) -> None:
    """Without BEGIN IMMEDIATE one of two read-then-write transactions fails or overwrites the other's count."""
    gate = threading.Barrier(4)

    def count_up() -> None:
        gate.wait()
        for _ in range(10):
            with notes.transaction() as session:
                number = session.scalar(select(func.count()).select_from(Note))
                session.add(Note(text=f"note {number}"))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts(notes) == [f"note {number}" for number in range(40)]


def test_a_lock_held_by_another_process_is_told_in_one_sentence(
    notes: Records, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 50)
    notes.close()  # the next connection has the short patience
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperatorError, match=r"records\.sqlite is locked by another process\. Stop it"):
        add(notes, "blocked")
    assert texts(notes) == [], "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    add(notes, "free again")
    assert texts(notes) == ["free again"]


def test_a_full_disk_is_told_and_what_was_accepted_stays(notes: Records) -> None:
    add(notes, "accepted")

    def add_more_than_fits() -> None:
        with notes.transaction() as session:
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
            session.add_all([Note(text=f"{number}" * 4000) for number in range(100)])

    with pytest.raises(OperatorError, match=r"is full\. Free some space; what was accepted is kept"):
        add_more_than_fits()
    assert texts(notes) == ["accepted"]


def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/nowhere/records.sqlite")
    with pytest.raises(OperatorError, match=r"nowhere/records\.sqlite can't be opened\. See that its directory"):
        texts(records)


def test_a_file_that_is_no_database_is_told(path: Path) -> None:
    path.write_bytes(b"this is a letter, not a database" * 100)
    records = Records(f"sqlite:///{path}")
    with pytest.raises(OperatorError, match=r"is damaged, or is no SQLite file\. Restore it from a backup"):
        add(records, "nowhere")
    records.close()


@pytest.mark.slow
def test_a_file_that_may_not_be_written_is_told(tmp_path: Path, path: Path) -> None:
    sqlite3.connect(path).execute("CREATE TABLE note (id INTEGER PRIMARY KEY)").connection.close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    said = said_to_ordinary_user(
        "from foundation.problems import OperatorError\n"
        "from storage.records.database import Records\n"
        f"records = Records('sqlite:///{path}')",
        "records.transaction().__enter__()",
        "OperatorError",
        tmp_path,
    )
    tmp_path.chmod(0o755)
    assert "can't be written. Give the file and its directory to the platform's user." in said


@pytest.mark.parametrize("url", ["", "records.sqlite", "nosuchdb:///x", "mysql://host/yunwei"])
def test_an_url_that_names_no_database_is_told(url: str) -> None:
    with pytest.raises(OperatorError, match="URL is not understood"):
        Records(url)


def test_a_missing_database_driver_is_told() -> None:
    with pytest.raises(OperatorError, match="needs the Python package psycopg2"):
        Records("postgresql+psycopg2://yunwei@localhost/yunwei")


def test_an_url_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(OperatorError, match="name it as records_password") as refusal:
        Records("postgresql://yunwei:hunter2@localhost/yunwei")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.slow
def test_what_was_committed_survives_a_kill(path: Path) -> None:
    program = (
        "import os, signal\n"
        "from sqlalchemy import text\n"
        "from storage.records.database import Records\n"
        f"records = Records('sqlite:///{path}')\n"
        "with records.transaction() as session:\n"
        "    session.execute(text('CREATE TABLE kept (id INTEGER)'))\n"
        "    session.execute(text('INSERT INTO kept VALUES (7)'))\n"
        "with records.transaction() as session:\n"
        "    session.execute(text('INSERT INTO kept VALUES (8)'))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -9
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]
    connection.close()


def test_a_disk_that_fails_is_named_with_what_to_look_at() -> None:
    """SQLite's words for a file that may not grow, a disk that fails and a volume that has gone."""
    error = OperationalError("INSERT", {}, sqlite3.OperationalError("disk I/O error"))
    said = broken(error, make_url("sqlite:////srv/yunwei/records.sqlite"))
    assert said.startswith("The records database /srv/yunwei/records.sqlite can't be read or written")
    assert "ulimit -f" in said


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ('FATAL:  password authentication failed for user "yunwei"', "refuses the user or the password"),
        ("fe_sendauth: no password supplied", "--password-env or --password-file"),
        ('FATAL:  role "yunwei" does not exist', "createuser --pwprompt yunwei"),
        ('FATAL:  database "noc" does not exist', "--owner yunwei noc"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "yunwei", database "noc"', "pg_hba.conf and reload"),
        ("pg_hba.conf rejects connection for host", "does not let this machine in"),
        ("Connection refused", "is away"),
    ],
)
def test_each_way_in_which_postgresql_refuses_has_its_own_remedy(cause: str, said: str) -> None:
    error = OperationalError(
        "", {}, psycopg.OperationalError(f"connection failed: connection to server failed: {cause}")
    )
    sentence = broken(error, make_url("postgresql+psycopg://yunwei:hunter2@db.example/noc"))
    assert said in sentence
    assert sentence.startswith("The records database postgresql://yunwei@db.example/noc ")
