"""`yunwei demo`: the whole product with a simulated province, as an ordinary user, with no server to install."""

from pathlib import Path
from typing import Annotated

import typer

from foundation.clock import SystemClock
from yunwei.demo.show import show


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", help="Where the demo lives; a second start finds its data again.")
    ] = Path("demo-data"),
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The port of the wall and the console, at the first start.")
    ] = 8000,
) -> None:
    """Start the simulated province and the platform; Ctrl-C stops everything."""
    show(directory, port, SystemClock())
