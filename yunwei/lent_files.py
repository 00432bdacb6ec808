"""Tables that the running platform hands to a command beside it: files in its data directory, removed by who asked."""

from pathlib import Path
from typing import Final, TypeVar

import pyarrow as pa

from foundation.problems import OperatorError

PREFIX: Final = "lent-"
"""What the name of every such file begins with."""

T = TypeVar("T")


def present(running: T | None) -> T:
    """What the platform that runs now has. Raises OperatorError while none does yet."""
    if running is None:
        raise OperatorError("The platform is just starting. Try again in a moment.")
    return running


def write_lent(path: Path, table: pa.Table) -> None:
    """Raises OperatorError when it can't be written."""
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    except OSError as error:
        raise OperatorError(f"The metrics can't be written to {path.parent}: {error.strerror}.") from None


def read_lent(path: Path) -> pa.Table:
    """The table; the file stays."""
    with pa.OSFile(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()
