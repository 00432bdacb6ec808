"""`yunwei run`: the platform."""

import asyncio
from pathlib import Path

from foundation.clock import SystemClock
from yunwei.commands.options import ConfigDirectory, UntilEndOfInput
from yunwei.logs import configure_logging
from yunwei.service import serve
from yunwei.workspace import load_workspace


def run(config: ConfigDirectory = Path("."), until_end_of_input: UntilEndOfInput = False) -> None:
    """Watch the network: poll, judge, notify, and serve the wall and the console, until SIGTERM or Ctrl-C.

    SIGHUP reads the configuration again; a bad one is refused whole and the present one kept.
    """
    workspace = load_workspace(config)
    configure_logging(workspace.settings.logging)
    asyncio.run(serve(workspace, SystemClock(), until_end_of_input=until_end_of_input))
