"""`yunwei account add|reset NAME`: who may log in."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.accounts.service import create_account, reset_password
from foundation.clock import SystemClock
from yunwei.commands.options import ConfigDirectory
from yunwei.settings import load_settings
from yunwei.workspace import open_records

app = typer.Typer(help="Accounts of the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's name.", show_default=False)]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="admin, operator, viewer or auditor.")] = "operator",
    config: ConfigDirectory = Path("."),
) -> None:
    """Create an account and print its first password."""
    records = open_records(config, load_settings(config))
    try:
        with records.transaction() as session:
            password = create_account(session, name, role, SystemClock().now())
    finally:
        records.close()
    typer.echo(f"{name}: {password}")


@app.command()
def reset(name: Name, config: ConfigDirectory = Path(".")) -> None:
    """Give an account a new password and print it."""
    records = open_records(config, load_settings(config))
    try:
        with records.transaction() as session:
            password = reset_password(session, name)
    finally:
        records.close()
    typer.echo(f"{name}: {password}")
