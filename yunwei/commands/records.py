"""`yunwei records migrate`: an installation's records move to another database."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alerting.audit.log import verify
from foundation.problems import OperatorError
from foundation.settings import Secret
from storage.records.copying import copy_records
from storage.records.database import Records
from yunwei import tables as _all_tables  # noqa: F401 - so that every room's are known
from yunwei.commands.options import ConfigDirectory
from yunwei.control.client import is_running
from yunwei.settings import SETTINGS_FILE
from yunwei.workspace import load_workspace, open_records

app = typer.Typer(help="Look after the records database.", no_args_is_help=True)


@app.callback()
def _records() -> None:
    """Look after the records database."""


@app.command()
def migrate(
    to: Annotated[
        str, typer.Option("--to", help="The new database, such as postgresql://yunwei@db.example/yunwei: an empty one.")
    ],
    password_env: Annotated[str | None, typer.Option(help="The environment variable with its password.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="The file with its password, mode 600.")] = None,
    config: ConfigDirectory = Path("."),
) -> None:
    """Copy all records into another database, whole or not at all; the present one is only read. Stop the platform
    before."""
    workspace = load_workspace(config)
    if is_running(workspace.data):
        raise OperatorError("The platform runs, and what it records meanwhile would be left behind. Stop it first.")
    source = open_records(workspace.directory, workspace.settings)
    target = Records(to, _password(password_env, password_file))
    try:
        columns = (TextColumn("Copying rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, transient=True) as bar:
            task = bar.add_task("rows")
            rows = copy_records(
                source, target, lambda done, total: bar.update(task, completed=done, total=max(total, 1))
            )
        with target.reading() as session:
            chain = verify(session)
    finally:
        source.close()
        target.close()
    if not chain.whole:
        typer.echo(f"Beware: the audit trail was broken before already, at entry {chain.broken}.", err=True)
    typer.echo(f"{sum(rows.values()):,} rows of {len(rows)} tables are in the new database.")
    typer.echo(f"Now write this into {SETTINGS_FILE} and start the platform:")
    typer.echo(f"  records: {to}")
    if password_env or password_file:
        by = f"env: {password_env}" if password_env else f"file: {password_file}"
        typer.echo(f"  records_password: {{ {by} }}")


def _password(env: str | None, file: Path | None) -> str | None:
    if env is None and file is None:
        return None
    if env is not None and file is not None:
        raise OperatorError("Give the password by --password-env or by --password-file, not by both.")
    return Secret(env=env, file=None if file is None else str(file)).resolve()
