"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigDirectory = Annotated[
    Path,
    typer.Option(
        "--config",
        envvar="YUNWEI_CONFIG",
        file_okay=False,
        help="The configuration directory: where yunwei.yaml stands.",
    ),
]
UntilEndOfInput = Annotated[bool, typer.Option("--until-end-of-input", hidden=True)]
