"""Migrations by Alembic on real SQLite files, with revisions and tables of this test's own."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, text

from foundation.problems import OperatorError
from scripts.new_migration import table_modules, write_revision
from storage.records.base import Base
from storage.records.database import Records
from storage.records.migrate import SHIPPED, Migrations, check, downgrade, drift, upgrade


def first_tables() -> MetaData:
    """Centres and their posts."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    Table("centre", metadata, Column("id", Integer, primary_key=True), Column("name", String, nullable=False))
    Table(
        "post",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("centre", Integer, ForeignKey("centre.id", ondelete="CASCADE"), nullable=False),
    )
    return metadata


def second_tables() -> MetaData:
    """As before, but a centre's name is unique and it has a phone."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    Table(
        "centre",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String, nullable=False, unique=True),
        Column("phone", String),
    )
    Table(
        "post",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("centre", Integer, ForeignKey("centre.id", ondelete="CASCADE"), nullable=False),
    )
    return metadata


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """An empty directory for revisions."""
    directory = tmp_path / "versions"
    directory.mkdir()
    return directory


@pytest.fixture
def empty(tmp_path: Path) -> Records:
    """A database without any table."""
    return Records(f"sqlite:///{tmp_path / 'records.sqlite'}")


def fill(records: Records) -> None:
    """One centre with one post."""
    with records.transaction() as session:
        session.execute(text("INSERT INTO centre (id, name) VALUES (1, '昭通')"))
        session.execute(text("INSERT INTO post (id, centre) VALUES (1, 1)"))


def test_a_written_revision_makes_the_declared_tables(versions: Path, empty: Records) -> None:
    migrations = Migrations(versions, first_tables())
    path = write_revision("Centres and posts", migrations)
    assert path == versions / "0001_centres_and_posts.py"
    upgrade(empty, migrations)
    assert drift(empty, migrations) == []
    fill(empty)


def test_no_revision_is_written_when_nothing_differs(versions: Path) -> None:
    migrations = Migrations(versions, first_tables())
    assert write_revision("Centres and posts", migrations) is not None
    assert write_revision("Again", migrations) is None
    assert [path.name for path in versions.glob("*.py")] == ["0001_centres_and_posts.py"]


@pytest.mark.slow
def test_rows_that_refer_to_a_changed_table_survive_the_upgrade_and_the_way_back(
    versions: Path, empty: Records
) -> None:
    """SQLite changes a table by copying it; with foreign keys on, dropping the old one would delete its posts."""
    write_revision("Centres and posts", Migrations(versions, first_tables()))
    upgrade(empty, Migrations(versions, first_tables()))
    fill(empty)
    migrations = Migrations(versions, second_tables())
    assert write_revision("A phone for each centre", migrations) == versions / "0002_a_phone_for_each_centre.py"
    upgrade(empty, migrations)
    with empty.reading() as session:
        assert session.execute(text("SELECT name, phone FROM centre")).all() == [("昭通", None)]
        assert session.execute(text("SELECT centre FROM post")).all() == [(1,)]
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    downgrade(empty, "0001", migrations)
    with empty.reading() as session:
        assert session.execute(text("SELECT * FROM centre")).all() == [(1, "昭通")]
        assert session.execute(text("SELECT centre FROM post")).all() == [(1,)]
    downgrade(empty, "base", migrations)
    with empty.reading() as session:
        assert session.execute(text("SELECT name FROM sqlite_master WHERE name IN ('centre', 'post')")).all() == []


def test_an_upgrade_that_fails_midway_leaves_the_database_as_it_was(versions: Path, empty: Records) -> None:
    migrations = Migrations(versions, first_tables())
    path = write_revision("Centres and posts", migrations)
    assert path is not None
    whole = path.read_text()
    broken = whole.replace("def downgrade", '    op.execute("INSERT INTO nowhere VALUES (1)")\n\n\ndef downgrade')
    assert broken != whole
    path.write_text(broken)
    with pytest.raises(OperatorError, match="no such table: nowhere"):
        upgrade(empty, migrations)
    with empty.reading() as session:
        assert session.execute(text("SELECT name FROM sqlite_master")).all() == []
    path.write_text(whole)
    upgrade(empty, migrations)
    assert check(empty, migrations) is None


def test_an_upgrade_that_would_leave_dangling_references_is_undone(versions: Path, empty: Records) -> None:
    migrations = Migrations(versions, first_tables())
    write_revision("Centres and posts", migrations)
    upgrade(empty, migrations)
    fill(empty)
    (versions / "0002_lose.py").write_text(
        'from alembic import op\nrevision = "0002"\ndown_revision = "0001"\n'
        'def upgrade() -> None:\n    op.execute("DELETE FROM centre")\n'
    )
    with pytest.raises(OperatorError, match='rows of the table "post" would refer to rows of "centre"'):
        upgrade(empty, migrations)
    with empty.reading() as session:
        assert session.execute(text("SELECT count(*) FROM centre")).scalar() == 1
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"


def test_check_tells_an_older_database_what_it_needs_and_is_content_after_the_upgrade(
    versions: Path, empty: Records
) -> None:
    migrations = Migrations(versions, first_tables())
    write_revision("Centres and posts", migrations)
    found = check(empty, migrations)
    assert found is not None
    assert "has schema none, this version needs 0001" in found
    upgrade(empty, migrations)
    assert check(empty, migrations) is None
    upgrade(empty, migrations)  # again: nothing to do
    assert check(empty, migrations) is None


def test_a_database_of_a_newer_version_is_refused(versions: Path, empty: Records) -> None:
    migrations = Migrations(versions, first_tables())
    write_revision("Centres and posts", migrations)
    upgrade(empty, migrations)
    with empty.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(OperatorError, match=r"newer version of the platform \(schema 0099\)\. Install that version"):
        upgrade(empty, migrations)
    found = check(empty, migrations)
    assert found is not None
    assert "newer version" in found


def test_a_locked_database_is_not_upgraded_but_told(
    versions: Path, empty: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.database.BUSY_TIMEOUT_MS", 50)
    migrations = Migrations(versions, first_tables())
    write_revision("Centres and posts", migrations)
    other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OperatorError, match="is locked by another process"):
        upgrade(empty, migrations)
    other.execute("ROLLBACK")
    other.close()


def test_paths_with_a_percent_sign_or_blank_work(tmp_path: Path, empty: Records) -> None:
    versions = tmp_path / "50% of versions"
    versions.mkdir()
    migrations = Migrations(versions, first_tables())
    write_revision("Centres and posts", migrations)
    upgrade(empty, migrations)
    assert check(empty, migrations) is None


@pytest.mark.slow
def test_the_shipped_revisions_form_one_line_and_upgrade_an_empty_database(empty: Records) -> None:
    upgrade(empty)
    assert check(empty) is None
    downgrade(empty, "base")
    upgrade(empty)
    assert check(empty) is None
    assert SHIPPED.versions.is_dir()


def test_every_rooms_tables_are_found_by_their_files_name(tmp_path: Path) -> None:
    (tmp_path / "alerting" / "alerts").mkdir(parents=True)
    (tmp_path / "alerting" / "alerts" / "tables.py").touch()
    (tmp_path / "alerting" / "alerts" / "queries.py").touch()
    assert table_modules(tmp_path) == ["alerting.alerts.tables"]


@pytest.mark.slow
def test_the_shipped_revisions_make_exactly_the_tables_that_the_rooms_declare() -> None:
    """In a process of its own, so that tables of other tests are not taken for the rooms'."""
    command = [sys.executable, "-m", "scripts.new_migration", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "The revisions agree with the tables.\n")
