"""The platform as a service: started, reloaded and stopped by signals."""

import asyncio
import logging
import signal

from foundation.clock import Clock
from foundation.problems import ProblemError
from yunwei.platform import Platform
from yunwei.stopping import stop_event
from yunwei.workspace import Workspace, load_workspace

log = logging.getLogger(__name__)


async def serve(workspace: Workspace, clock: Clock, *, until_end_of_input: bool = False) -> None:
    """Run the platform until it is told to stop; SIGHUP replaces it by one with the configuration as it is then.

    Raises OperatorError when a part can't start, and whatever a part died of: a platform that has gone partly blind
    must not look alive.
    """
    loop = asyncio.get_running_loop()
    stop = stop_event(watch_stdin=until_end_of_input)
    reload = asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    while True:
        async with Platform(workspace, clock) as platform:
            replacement = await _until_replaced(platform, workspace, stop, reload)
        if replacement is None:
            return
        workspace = replacement


async def _until_replaced(
    platform: Platform, workspace: Workspace, stop: asyncio.Event, reload: asyncio.Event
) -> Workspace | None:
    """Wait for the end (None), or for a reload that is good (the new configuration)."""
    while True:
        stopping, reloading = asyncio.ensure_future(stop.wait()), asyncio.ensure_future(reload.wait())
        failing = asyncio.ensure_future(platform.failed())
        await asyncio.wait({stopping, reloading, failing}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (stopping, reloading, failing):
            waiting.cancel()
        if stop.is_set():
            return None
        if not reload.is_set():
            failing.result()
        reload.clear()
        try:
            replacement = await asyncio.to_thread(load_workspace, workspace.directory)
        except ProblemError as error:
            for problem in error.problems:
                log.error("%s", problem)
            log.error("The new configuration is refused; the present one stays in force.")
        else:
            log.info("The new configuration is good and takes over.")
            return replacement
