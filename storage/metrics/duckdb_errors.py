"""What DuckDB says, in sentences for the operator."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from storage.metrics.store import MetricRefusedError, MetricStoreError


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Every error of DuckDB in the block becomes a MetricStoreError about the file at `path`."""
    try:
        yield
    except duckdb.Error as error:
        kind = MetricRefusedError if isinstance(error, duckdb.DataError) else MetricStoreError
        raise kind(sentence(error, path)) from error


def sentence(error: duckdb.Error, path: Path) -> str:
    """One sentence: what is wrong with the file, and what to do."""
    said = str(error)
    lower = said.lower()
    if "could not set lock" in lower:
        holder = re.search(r"PID (\d+)", said)
        by = f" (process {holder[1]})" if holder else ""
        return f"The metrics file {path} is in use by another process{by}. Stop it first: one file serves one platform."
    if "not a valid duckdb" in lower or "corrupt" in lower or "checksum" in lower:
        return (
            f"The metrics file {path} is damaged, or is no DuckDB file. Restore it from a backup, or move it aside: "
            "the platform then starts a new one."
        )
    if "no space left" in lower or "disk full" in lower or "failed to offload" in lower:
        return f"The disk that holds the metrics file {path} is full. Free some space; what was accepted is kept."
    if "file too large" in lower:
        return f"The metrics file {path} may not grow further. Raise the file size limit (ulimit -f) of the platform."
    if "permission denied" in lower:
        return f"The metrics file {path} can't be opened: permission denied. Give it to the platform's user."
    if "read-only file system" in lower:
        return f"The metrics file {path} lies on a file system that is read-only. Choose another data directory."
    if "newer version" in lower or "version number" in lower:
        return f"The metrics file {path} was written by a newer DuckDB. Upgrade the platform, or move the file aside."
    first = said.strip().splitlines()[0] if said.strip() else type(error).__name__
    return f"The metrics file {path} can't be used: {first}"
