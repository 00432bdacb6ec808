"""`yunwei init DIR`: a configuration directory to start from."""

from pathlib import Path
from typing import Annotated

import typer

from yunwei.sample import write_sample


def init(
    directory: Annotated[
        Path, typer.Argument(help="Where to write it; must not exist, or be empty.", show_default=False)
    ],
) -> None:
    """Write a complete configuration to start from: settings, a sample province, roster, rules and runbooks."""
    write_sample(directory)
    typer.echo(
        f"Written to {directory}. Next:\n"
        f"  1. put your own network into {directory}/topology.yaml and agencies.csv, your people into roster.yaml\n"
        f"  2. yunwei check --config {directory}\n"
        f"  3. yunwei account add admin --role admin --config {directory}\n"
        f"  4. yunwei run --config {directory}"
    )
