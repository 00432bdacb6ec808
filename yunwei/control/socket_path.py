"""Where the socket lies, however deep the data directory is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SOCKET: Final = "control.sock"
"""Its name in the data directory."""


@contextmanager
def socket_path(data: Path) -> Iterator[str]:
    """A name for the socket that fits: the kernel takes 107 bytes, and data directories may lie deep."""
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
