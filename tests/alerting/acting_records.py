"""An empty records database, copied from a template: making the tables anew for each test costs more than the test."""

import shutil
from pathlib import Path

from storage.records.base import Base
from storage.records.database import Records


def make_template(directory: Path) -> Path:
    """A SQLite file with all tables and nothing in them."""
    path = directory / "template.sqlite"
    database = Records(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.close()
    return path


def copy_template(template: Path, directory: Path) -> Records:
    """A database of its own."""
    path = directory / "records.sqlite"
    shutil.copyfile(template, path)
    return Records(f"sqlite:///{path}")
