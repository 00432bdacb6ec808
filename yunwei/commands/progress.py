"""A progress bar on standard error, on a terminal only: what is piped or logged gets none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Ticker = Callable[[int, str], None]
"""Told how much is done and a few words beside it."""


@contextmanager
def progress(title: str, *, total: int | None = None, unit: str = "") -> Iterator[Ticker]:
    """A bar for the time of a block; without `total` it is not known how much there will be."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _nowhere
        return
    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False)]
    if total is None:
        columns.append(TextColumn("{task.completed:,} " + unit))
    else:
        columns += [BarColumn(), TextColumn("{task.completed:,}/{task.total:,} " + unit), TimeRemainingColumn()]
    columns += [TimeElapsedColumn(), TextColumn("{task.fields[words]}", markup=False)]
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=total, words="")

        def tick(done: int, words: str) -> None:
            bar.update(task, completed=done, words=words)

        yield tick


def _nowhere(done: int, words: str) -> None:
    """Nobody looks on."""
