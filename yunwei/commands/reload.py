"""`yunwei reload`: the running platform takes the configuration as it is now."""

from pathlib import Path

import typer

from yunwei.commands.options import ConfigDirectory
from yunwei.control.client import ask
from yunwei.settings import load_settings
from yunwei.workspace import data_directory


def reload(config: ConfigDirectory = Path(".")) -> None:
    """Make the running platform read its configuration again; a bad one is refused whole and the present one kept."""
    ask(data_directory(config, load_settings(config)), "reload")
    typer.echo("The new configuration is in force.")
