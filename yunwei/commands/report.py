"""`yunwei report month 2026-11 --out DIR`: the uptime report of a month."""

from pathlib import Path
from typing import Annotated

import typer

from foundation.calendar import month_bounds
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from reports.month import build_month
from reports.writers import write_month
from yunwei.commands.options import ConfigDirectory
from yunwei.workspace import load_workspace, open_records

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
        report = build_month(records, workspace.network, month, SystemClock().now(), workspace.settings.reports.targets)
        for path in write_month(report, out):
            typer.echo(str(path))
    finally:
        records.close()
