"""What a records database says when it can't go on, in sentences for the operator."""

from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

BUSY: Final = "The records database is busy: all its connections are in use. Try again in a moment."


def broken(error: DatabaseError, url: URL) -> str:
    """One sentence: what is wrong with the database, and what to do. Never holds the URL's password."""
    cause = str(error.orig).strip()
    lower = cause.lower()
    name = shown(url)
    if url.get_backend_name() == "postgresql":
        return _postgresql(lower, cause, name, url)
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


def shown(url: URL) -> str:
    """A database as its operator named it, without driver and password: an SQLite file by its path."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url._replace(drivername=url.get_backend_name(), password=None).render_as_string()


def _postgresql(lower: str, cause: str, name: str, url: URL) -> str:
    if "lock timeout" in lower:
        return BUSY
    if "no password supplied" in lower:
        return (
            f"The records database {name} asks for a password, and none is given. Name it as records_password in the "
            "settings (for `yunwei records migrate`: --password-env or --password-file)."
        )
    if "password authentication failed" in lower:
        return (
            f"The records database {name} refuses the user or the password. Correct the URL, or records_password in "
            "the settings (for `yunwei records migrate`: --password-env or --password-file)."
        )
    if 'role "' in lower and "does not exist" in lower:
        return f"The records database {name} knows no such user. Create it: createuser --pwprompt {url.username}"
    if "pg_hba.conf" in lower:
        return (
            f"The records database {name} does not let this machine in. Allow it in the server's pg_hba.conf and "
            "reload the server."
        )
    if 'database "' in lower and "does not exist" in lower:
        return (
            f"The records database {name} does not exist. Create it: createdb --encoding UTF8 --template template0 "
            f"--owner {url.username} {url.database}"
        )
    if "permission denied" in lower:
        return (
            f"The records database {name} does not let its user make or change tables. Give the user the database: "
            "ALTER DATABASE … OWNER TO …"
        )
    if "no space left" in lower or "disk full" in lower:
        return f"The disk of the records database {name} is full. Free some space; what was accepted is kept."
    if "too many connections" in lower or "remaining connection slots" in lower:
        return f"The records database {name} has no connection left for the platform. Raise its max_connections."
    if any(sign in lower for sign in _AWAY):
        return (
            f"The records database {name} is away. See that the PostgreSQL server runs and can be reached; what was "
            "accepted is kept, and all goes on when it is back."
        )
    first = cause.splitlines()[0] if cause else "no reason was given"
    return f"The records database {name} can't be used: {first}."


_AWAY: Final = (
    "connection refused", "connection failed", "connection timeout", "timed out", "terminating connection",
    "server closed the connection", "the connection is lost", "connection is closed", "starting up", "shutting down",
    "could not translate host name", "failed to resolve", "no route to host", "network is unreachable",
)  # fmt: skip
