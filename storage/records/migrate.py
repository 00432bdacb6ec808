"""Brings a records database to the schema that this version of the platform needs.

The steps are Alembic revisions in `migrations/versions`, shipped with the package; `scripts/new_migration.py` writes
new ones. An upgrade is one transaction: it is done as a whole or not at all, and two processes never do it at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.exc import DatabaseError

from foundation.problems import OperatorError
from storage.records.base import Base
from storage.records.database import Records
from storage.records.errors import broken, shown

_HERE: Final = Path(__file__).parent / "migrations"
OLDEST_POSTGRESQL: Final = (13,)
_UPGRADE_LOCK: Final = 0x79756E776569
"""Key of PostgreSQL's advisory lock: "yunwei" in ASCII."""


@dataclass(frozen=True, slots=True)
class Migrations:
    """Where the revisions stand, and the tables they lead to."""

    versions: Path = _HERE / "versions"
    metadata: MetaData = Base.metadata

    def config(self, connection: Connection | None = None) -> Config:
        """Alembic's configuration, without an ini file."""
        config = Config()
        config.set_main_option("path_separator", "newline")
        config.set_main_option("script_location", _escaped(_HERE))
        config.set_main_option("version_locations", _escaped(self.versions))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes["connection"] = connection
        config.attributes["metadata"] = self.metadata
        return config


SHIPPED: Final = Migrations()
"""The platform's own revisions."""


def upgrade(records: Records, migrations: Migrations = SHIPPED) -> None:
    """Bring the database to the newest schema; one that is there already is left untouched.

    Raises OperatorError when a newer platform wrote it, when it holds tables of something else, when it is a
    PostgreSQL that we can't use, or when it is locked, full, damaged or out of reach.
    """
    with _migrating(records) as connection:
        _refuse_unfit(connection)
        _refuse_newer(connection, migrations)
        _refuse_foreign(connection)
        command.upgrade(migrations.config(connection), "head")


def downgrade(records: Records, revision: str, migrations: Migrations = SHIPPED) -> None:
    """Take the database back to an earlier revision (`base`: none at all).

    Raises OperatorError as `upgrade` does.
    """
    with _migrating(records) as connection:
        _refuse_newer(connection, migrations)
        command.downgrade(migrations.config(connection), revision)


def check(records: Records, migrations: Migrations = SHIPPED) -> str | None:
    """None when the database has the schema that this platform needs; else a sentence that says what to do.

    Raises OperatorError when it is out of reach.
    """
    with records.reading() as session:
        present = _present(session.connection())
    script = ScriptDirectory.from_config(migrations.config())
    if (newer := _newer(present, script)) is not None:
        return newer
    needed = set(script.get_heads())
    if present == needed:
        return None
    return (
        f"The records database has schema {_named(present)}, this version needs {_named(needed)}. "
        "It is upgraded at the next start of the platform; make a backup before."
    )


def schema_of(records: Records) -> str:
    """The revision that the database has; `none` for an empty one. Raises OperatorError when it is out of reach."""
    with records.reading() as session:
        return _named(_present(session.connection()))


def drift(records: Records, migrations: Migrations = SHIPPED) -> list[str]:
    """How the database differs from the declared tables, a line for each difference; empty when it does not.

    After `upgrade` it says what the revisions lack.
    """
    with records.reading() as session:
        context = MigrationContext.configure(session.connection())
        return [str(difference) for difference in compare_metadata(context, migrations.metadata)]


@contextmanager
def _migrating(records: Records) -> Iterator[Connection]:
    """A connection in one transaction that no other migration shares."""
    sqlite = records.engine.dialect.name == "sqlite"
    try:
        with records.engine.connect() as connection:
            if sqlite:
                # A changed table is copied and the old one dropped. Dropping would delete what refers to it, and the
                # switch has no effect inside a transaction: so it is turned off around it, and all is checked before
                # the commit.
                _foreign_keys(connection, "OFF")
                connection.execution_options(yunwei_begin="IMMEDIATE")
            try:
                with connection.begin():
                    if sqlite:
                        yield connection
                        _refuse_dangling(connection)
                    else:
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
                        yield connection
            finally:
                if sqlite:
                    _foreign_keys(connection, "ON")
    except DatabaseError as error:
        raise OperatorError(broken(error, records.engine.url)) from error


def _foreign_keys(connection: Connection, state: str) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys={state}")


def _refuse_dangling(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise OperatorError(
            f'The upgrade of the records database is undone: rows of the table "{dangling[0]}" would refer to rows of '
            f'"{dangling[2]}" that do not exist. Restore the last backup, and report this.'
        )


def _refuse_unfit(connection: Connection) -> None:
    """A PostgreSQL too old, or whose encoding can't hold Chinese text."""
    if connection.dialect.name != "postgresql":
        return
    name, found = shown(connection.engine.url), connection.dialect.server_version_info or ()
    if found < OLDEST_POSTGRESQL:
        version = ".".join(str(part) for part in found)
        raise OperatorError(f"The records database {name} is PostgreSQL {version}: 13 or newer is needed. Upgrade it.")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise OperatorError(
            f"The records database {name} has the encoding {encoding}, which does not hold Chinese text. Drop it and "
            "create it anew: createdb --encoding UTF8 --template template0 --owner "
            f"{connection.engine.url.username} {connection.engine.url.database}"
        )


def _refuse_foreign(connection: Connection) -> None:
    """What has tables but no schema of ours belongs to something else."""
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables and not _present(connection):
        named = ", ".join(sorted(tables)[:5]) + (" …" if len(tables) > 5 else "")
        raise OperatorError(
            f"The records database {shown(connection.engine.url)} holds tables of something else ({named}). Name an "
            "empty one of its own."
        )


def _refuse_newer(connection: Connection, migrations: Migrations) -> None:
    script = ScriptDirectory.from_config(migrations.config())
    newer = _newer(_present(connection), script)
    if newer is not None:
        raise OperatorError(newer)


def _present(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _newer(present: set[str], script: ScriptDirectory) -> str | None:
    unknown = present - {revision.revision for revision in script.walk_revisions()}
    if not unknown:
        return None
    return (
        f"The records database was written by a newer version of the platform (schema {_named(unknown)}). "
        "Install that version, or restore a backup made before the upgrade."
    )


def _named(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "none"


def _escaped(path: Path) -> str:
    """Percent signs mean something to Alembic's options."""
    return str(path).replace("%", "%%")
