"""`yunwei check`: is everything that the operator wrote right?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from topology.totals import totals
from yunwei.commands.options import ConfigDirectory
from yunwei.workspace import Workspace, load_workspace


def check(
    config: ConfigDirectory = Path("."),
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Check all that the operator wrote, and the shipped device families; print the totals, or every problem found."""
    counted = count(load_workspace(config))
    if as_json:
        typer.echo(json.dumps(counted, ensure_ascii=False, indent=2))
        return
    table = Table(title="All is well", show_header=False, title_justify="left")
    for name, number in counted.items():
        table.add_row(name.replace("_", " "), f"{number:,}")
    Console().print(table)


def count(workspace: Workspace) -> dict[str, int]:
    """How much of everything there is."""
    return {
        **totals(workspace.network),
        "rules": len(workspace.rules.rules),
        "runbooks": len(workspace.runbooks),
        "duty_centres": len(workspace.roster.centres),
        "device_families": len(workspace.profiles.families),
    }
