"""Writes the next revision of the records database: `python -m scripts.new_migration "Add the drill log"`.

It compares the tables that the rooms declare with what the revisions so far give on an empty SQLite database, and puts
the difference into storage/records/migrations/versions. Read what it wrote: renamed columns look like one dropped and
one added. Nothing is written when there is no difference. `--check` only says whether there is one.
"""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from storage.records.database import Records
from storage.records.migrate import SHIPPED, Migrations, drift, upgrade

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("alerting", "collectors", "reports", "dashboard")


def table_modules(root: Path, rooms: Sequence[str] = ROOMS) -> list[str]:
    """The modules in which the rooms declare their tables: every `tables.py`."""
    files = [path for room in rooms for path in sorted((root / room).rglob("tables.py"))]
    return [".".join(path.relative_to(root).with_suffix("").parts) for path in files]


def write_revision(message: str, migrations: Migrations = SHIPPED) -> Path | None:
    """Write the revision from the present revisions to the declared tables; None when they agree."""
    script = ScriptDirectory.from_config(migrations.config())
    number = f"{len(list(script.walk_revisions())) + 1:04}"
    with _upgraded(migrations) as records:
        if not drift(records, migrations):
            return None
        with records.engine.connect() as connection:
            written = command.revision(migrations.config(connection), message=message, autogenerate=True, rev_id=number)
    assert written is not None
    assert not isinstance(written, list)
    return Path(written.path)


def differences(migrations: Migrations = SHIPPED) -> list[str]:
    """How the declared tables differ from what the revisions make of an empty database."""
    with _upgraded(migrations) as records:
        return drift(records, migrations)


@contextmanager
def _upgraded(migrations: Migrations) -> Iterator[Records]:
    with tempfile.TemporaryDirectory() as directory:
        records = Records(f"sqlite:///{directory}/records.sqlite")
        try:
            upgrade(records, migrations)
            yield records
        finally:
            records.close()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write the next revision of the records database.")
    parser.add_argument("message", nargs="?", help="what the revision does, such as 'Add the drill log'")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a revision is missing")
    parser.add_argument(
        "--tables", action="append", metavar="MODULE", help="where tables are declared; every tables.py by default"
    )
    given = parser.parse_args()
    for module in given.tables or table_modules(ROOT):
        importlib.import_module(module)
    if given.check:
        found = differences()
        print("\n".join(["The revisions lack:", *found]) if found else "The revisions agree with the tables.")
        return 1 if found else 0
    if not given.message:
        parser.error("say what the revision does")
    written = write_revision(given.message.rstrip("."))
    print("The revisions agree with the tables: nothing to write." if written is None else f"Wrote {written}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
