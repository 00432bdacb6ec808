"""What a records database says when it can't go on, in sentences for the operator."""

from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

BUSY: Final = "The records database is busy: all its connections are in use. Try again in a moment."


def broken(error: DatabaseError, url: URL) -> str:
    """One sentence: what is wrong with the database, and what to do. Never holds the URL's password."""
    cause = str(error.orig).strip()
    lower = cause.lower()
    name = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    if "locked" in lower:
        return f"The records database {name} is locked by another process. Stop it, or wait until its work is done."
    if "full" in lower or "no space left" in lower:
        return f"The disk that holds the records database {name} is full. Free some space; what was accepted is kept."
    if "disk i/o" in lower:
        # What SQLite says of a file that may not grow (ulimit -f), a disk that fails, and a volume that has gone.
        return (
            f"The records database {name} can't be read or written (disk I/O error). See that its disk is there and "
            "sound and has space, and that no file size limit (ulimit -f) holds; what was accepted is kept."
        )
    if "unable to open" in lower:
        return (
            f"The records database {name} can't be opened. See that its directory exists and that the platform's user "
            "may write there."
        )
    if "readonly" in lower or "read-only" in lower:
        return f"The records database {name} can't be written. Give the file and its directory to the platform's user."
    if "not a database" in lower or "malformed" in lower:
        return f"The records database {name} is damaged, or is no SQLite file. Restore it from a backup."
    first = cause.splitlines()[0] if cause else type(error).__name__
    return f"The records database {name} can't be used: {first}."
