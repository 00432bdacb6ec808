"""The platform as a service: started, reloaded and stopped by signals."""

import asyncio
import logging
import signal
from pathlib import Path

from foundation.clock import Clock
from foundation.problems import OperatorError, ProblemError
from topology.cartogram import load_cartogram
from yunwei.logs import configure_logging
from yunwei.platform import CARTOGRAM, Platform
from yunwei.stopping import stop_event
from yunwei.workspace import Workspace, load_workspace

log = logging.getLogger(__name__)


async def serve(workspace: Workspace, clock: Clock, *, until_end_of_input: bool = False) -> None:
    """Run the platform until it is told to stop; SIGHUP replaces it by one with the configuration as it is then.

    A new configuration with which the platform can't start gives way to the former one. Raises OperatorError when a
    part can't start with the first, and whatever a part died of: a platform that has gone partly blind must not look
    alive.
    """
    loop = asyncio.get_running_loop()
    stop = stop_event(watch_stdin=until_end_of_input)
    reload = asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    former: Workspace | None = None
    while True:
        platform = Platform(workspace, clock)
        try:
            if not await _started(platform, stop):
                return
        except OperatorError as error:
            if former is None:
                raise
            log.error("The new configuration can't take over: %s The former one goes on.", error)
            workspace, former = former, None
            configure_logging(workspace.settings.logging)
            continue
        try:
            replacement = await _until_replaced(platform, workspace, stop, reload)
        finally:
            await platform.stop()
        if replacement is None:
            return
        workspace, former = replacement, workspace
        configure_logging(workspace.settings.logging)


async def _started(platform: Platform, stop: asyncio.Event) -> bool:
    """Start the platform; False when it was told to stop before it ran."""
    starting, stopping = asyncio.ensure_future(platform.start()), asyncio.ensure_future(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        starting.result()
        return True
    starting.cancel()
    await asyncio.wait({starting})
    log.info("The platform was stopped before it had started.")
    return False


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
        if failing.done():
            failing.result()
        reload.clear()
        try:
            replacement = await asyncio.to_thread(_load, workspace.directory)
        except ProblemError as error:
            for problem in error.problems:
                log.error("%s", problem)
            log.error("The new configuration is refused; the present one stays in force.")
        except OperatorError as error:
            log.error("%s The new configuration is refused; the present one stays in force.", error)
        else:
            log.info("The new configuration is good and takes over.")
            return replacement


def _load(directory: Path) -> Workspace:
    """The configuration as it is now, with all that takes long done while the present platform still runs."""
    workspace = load_workspace(directory)
    load_cartogram(workspace.network, workspace.data / CARTOGRAM)
    return workspace
