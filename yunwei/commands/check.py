"""`yunwei check`: is everything that the operator wrote right?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from foundation.problems import OperatorError
from topology.totals import totals
from yunwei.commands.differences import show_differences
from yunwei.commands.options import ConfigDirectory
from yunwei.workspace import Workspace, load_workspace


def check(
    other: Annotated[
        Path | None,
        typer.Argument(help="With --diff: a configuration directory to compare with.", exists=True, file_okay=False),
    ] = None,
    config: ConfigDirectory = Path("."),
    diff: Annotated[
        bool, typer.Option("--diff", help="Tell what would change against OTHER, or what the platform runs with.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check all that the operator wrote, and the shipped device families; print the totals, or every problem found.

    With --diff tell what this configuration adds, removes, changes and silences against the one that the platform runs
    with, or against another directory's. Status then: 0 where they agree, 1 where they differ, 2 where they can't be
    compared.
    """
    if diff:
        show_differences(config, other, as_json=as_json)
        return
    if other is not None:
        raise OperatorError("A directory to compare with is named only with --diff. The one to check is --config DIR.")
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
