"""`yunwei run`: the platform."""

import asyncio
import os
import signal
from pathlib import Path

from foundation.clock import SystemClock
from yunwei.commands.options import ConfigDirectory, UntilEndOfInput
from yunwei.logs import configure_logging
from yunwei.service import serve
from yunwei.stopping import end_within
from yunwei.workspace import Workspace, load_workspace


def run(config: ConfigDirectory = Path("."), until_end_of_input: UntilEndOfInput = False) -> None:
    """Watch the network: poll, judge, notify, and serve the wall and the console, until SIGTERM or Ctrl-C.

    SIGHUP reads the configuration again; a bad one is refused whole and the present one kept.
    """
    # The SNMP library's core tells of a broken packet on standard error; a stack of calls helps no operator.
    os.environ["RUST_BACKTRACE"] = "0"
    # Until the service listens for it, a reload that comes too early must not end the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    workspace = load_workspace(config)
    configure_logging(workspace.settings.logging)
    asyncio.run(_serve(workspace, until_end_of_input))


async def _serve(workspace: Workspace, until_end_of_input: bool) -> None:
    try:
        await serve(workspace, SystemClock(), until_end_of_input=until_end_of_input)
    except BaseException as error:
        end_within(last_words=str(error))
        raise
    end_within()
