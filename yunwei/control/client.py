"""A command's side: asks the platform that runs with a data directory, if one does."""

import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from foundation.problems import OperatorError
from yunwei.control.socket_path import socket_path

CONNECT_SECONDS: Final = 2.0
SILENCE_SECONDS: Final = 120.0
"""How long a platform at work may say nothing."""


def is_running(data: Path) -> bool:
    """Whether a platform runs with this data directory."""
    try:
        _connect(data).close()
    except OSError:
        return False
    return True


def ask(
    data: Path,
    what: str,
    arguments: Mapping[str, Any] | None = None,
    progress: Callable[[Mapping[str, Any]], None] = lambda _progress: None,
) -> Mapping[str, Any]:
    """Ask the running platform for something; its answer.

    Raises OperatorError when none runs, when it refuses, or when it ends meanwhile.
    """
    try:
        connection = _connect(data)
    except OSError:
        raise OperatorError(f"No platform runs with the data directory {data}. Start it with `yunwei run`.") from None
    try:
        with connection, connection.makefile("rwb") as stream:
            stream.write(json.dumps({"do": what, **(arguments or {})}).encode() + b"\n")
            stream.flush()
            for line in stream:
                message = json.loads(line)
                if "progress" in message:
                    progress(message["progress"])
                elif "refused" in message:
                    raise OperatorError(message["refused"])
                else:
                    answer: Mapping[str, Any] = message["done"]
                    return answer
    except (OSError, ValueError) as error:
        raise OperatorError(f"The running platform did not answer: {error}. See its log.") from None
    raise OperatorError("The platform ended before it had answered. See its log.")


def _connect(data: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(CONNECT_SECONDS)
    try:
        with socket_path(data) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    connection.settimeout(SILENCE_SECONDS)
    return connection
