"""`yunwei report month 2026-11 --out DIR`: the uptime report of a month."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from foundation.calendar import month_bounds
from foundation.clock import Instant, SystemClock
from foundation.problems import OperatorError
from reports.load import Measure, MonthLoad
from reports.measuring import NO_VALUES, measure_load, unread
from reports.month import build_month
from reports.writers import write_month
from storage.metrics.open import FILE, open_metric_store
from yunwei.commands.options import ConfigDirectory
from yunwei.control.client import is_running
from yunwei.link_load import borrow_load
from yunwei.workspace import Workspace, load_workspace, open_records

app = typer.Typer(help="Write reports.", no_args_is_help=True)


@app.callback()
def _reports() -> None:
    """Write reports."""


@app.command()
def month(
    month: Annotated[str, typer.Argument(help="The month, such as 2026-11.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The directory to write to.")] = Path("."),
    config: ConfigDirectory = Path("."),
) -> None:
    """Write the uptime report of a month as XLSX and HTML; a month that still runs is marked as such."""
    try:
        month_bounds(month)
    except ValueError:
        raise OperatorError(f'"{month}" is no month. Write it as 2026-11.') from None
    workspace = load_workspace(config)
    records = open_records(workspace.directory, workspace.settings)
    try:
        with _measuring(workspace) as measure:
            report = build_month(
                records, workspace.network, month, SystemClock().now(), workspace.settings.reports.targets, measure
            )
        for path in write_month(report, out):
            typer.echo(str(path))
        for note in report.load.notes:
            typer.echo(note.en)
    finally:
        records.close()


@contextmanager
def _measuring(workspace: Workspace) -> Iterator[Measure]:
    """The way to the load of lines: through the running platform where that has the DuckDB file open.

    Where there is none the report says so and is written without it.
    """
    settings, data = workspace.settings.metrics, workspace.data
    if settings.kind == "duckdb" and is_running(data):
        yield partial(_asked, data)
    elif settings.kind == "duckdb" and not (data / FILE).exists():
        yield lambda _start, _end: MonthLoad(notes=(NO_VALUES,))
    else:
        try:
            store = open_metric_store(settings, data, SystemClock())
        except OperatorError as error:
            typer.echo(str(error), err=True)
            yield lambda start, _end: unread(start)
            return
        try:
            yield partial(measure_load, workspace.network, store)
        finally:
            store.close()


def _asked(data: Path, start: Instant, end: Instant) -> MonthLoad:
    try:
        return borrow_load(data, start, end)
    except OperatorError as error:
        typer.echo(str(error), err=True)
        return unread(start)
