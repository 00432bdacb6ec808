"""The key that signs the console's sessions, kept in the data directory: a restart at night logs nobody out."""

import os
import secrets
from pathlib import Path
from typing import Final

from foundation.problems import OperatorError
from foundation.settings import Secret

_FILE: Final = "session.key"


def session_key(data: Path) -> Secret:
    """A reference to the key's file, which is made when it is missing and which only its owner can read.

    Raises OperatorError when it can't be made.
    """
    path = data.absolute() / _FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        return Secret(file=str(path))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OperatorError(f"The session key {path} can't be written: {error.strerror}.") from None
    return Secret(file=str(path))
