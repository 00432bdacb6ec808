"""snmpsim's index of a recording, written at once.

snmpsim would build it key by key through `dbm.dumb`, which opens a file for each: half a minute for the largest
recordings. The format is what its `snmpsim.record.search.database` reads: for each OID the line's offset, whether it
serves a subtree, and the offset of the line before it that does.
"""

import os
from collections.abc import Iterable
from pathlib import Path


def write_recording(directory: Path, cache: Path, name: str, lines: Iterable[tuple[str, bytes]]) -> None:
    """Write `name.snmprec` of lines (OID, the whole line with its end) in OID order, and its index into `cache`."""
    data = directory / f"{name}.snmprec"
    cache.mkdir(exist_ok=True)
    index = cache / f"{str(data.with_suffix('')).replace(os.sep, '_')}.dbm"
    offset = position = 0
    content: list[bytes] = []
    values: list[str] = []
    keys: list[str] = []
    for oid, line in lines:
        value = f"{offset},0,-1"
        keys.append(f"{oid!r}, ({position}, {len(value)})\n")
        values.append(value)
        content.append(line)
        position += len(value)
        offset += len(line)
    value = f"{offset},0,-1"
    keys.append(f"'last', ({position}, {len(value)})\n")
    values.append(value)
    data.write_bytes(b"".join(content))
    Path(f"{index}.dat").write_text("".join(values), encoding="ascii")
    Path(f"{index}.dir").write_text("".join(keys), encoding="latin-1")
    # An index that is not younger than its recording by whole seconds would be built anew.
    written = data.stat().st_mtime - 60
    os.utime(data, (written, written))
