"""The records, opened for commands that only read: beside a running platform, and without changing anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from foundation.problems import OperatorError
from storage.records.migrate import check
from yunwei.settings import Settings
from yunwei.workspace import database_of


@contextmanager
def reading(config: Path, settings: Settings) -> Iterator[Session]:
    """A session that reads one moment of the records.

    Raises OperatorError when there are no records yet, they have another version's schema, or can't be read.
    """
    file = config / settings.data / "records.sqlite"
    if settings.records is None and not file.exists():
        # Opening it would make it, owned by whoever runs this command.
        raise OperatorError(f"Nothing has been recorded in {file.parent} yet. Start the platform: yunwei run.")
    records = database_of(config, settings)
    try:
        if (sentence := check(records)) is not None:
            raise OperatorError(sentence)
        with records.reading() as session:
            yield session
    finally:
        records.close()
