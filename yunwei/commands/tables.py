"""Prints tables: as wide as the terminal, and wide enough for `less` and files where there is none."""

import sys

from rich.console import Console, RenderableType

PIPED = 160
"""Columns where nobody tells how many there are."""


def print_table(*what: RenderableType) -> None:
    """On standard output."""
    console = Console(width=None if sys.stdout.isatty() else PIPED)
    for part in what:
        console.print(part)
