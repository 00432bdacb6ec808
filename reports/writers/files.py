"""Files that are whole or not there."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from foundation.problems import OperatorError


def write_files(directory: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write each content under its name, by way of a temporary file beside it; returns the paths in order.

    Raises OperatorError when the directory can't be written to, or the disk is full.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_write(directory / name, content) for name, content in contents.items()]
    except OSError as error:
        raise OperatorError(_sentence(directory, error)) from error


def _write(path: Path, content: bytes) -> Path:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o640)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return path


def _sentence(directory: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {directory} is full. Free some space and make the report again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"The report can't be written to {directory}: permission denied. Name a directory that you may write to."
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"The report can't be written to {directory}: it is not a directory. Name another."
    return f"The report can't be written to {directory}: {error.strerror}."
