"""The platform as a service: started, reloaded and stopped by signals, or reloaded by the command `yunwei reload`."""

import asyncio
import logging
import signal
from pathlib import Path
from typing import Final

from foundation.clock import Clock
from foundation.garbage import calm_collector
from foundation.problems import OperatorError, ProblemError
from storage.metrics.history import HistoryStore
from topology.cartogram import load_cartogram
from topology.network import Network
from yunwei.control.server import ControlServer
from yunwei.differences.in_force import Files, keep_files, read_files
from yunwei.lending import Lending, sweep
from yunwei.lent_ranks import COMMAND as MEANS
from yunwei.lent_ranks import LentRanks
from yunwei.link_load import LinkLoads
from yunwei.logs import configure_logging
from yunwei.platform import CARTOGRAM, Platform
from yunwei.reload import Reload
from yunwei.stopping import stop_event
from yunwei.workspace import Workspace, load_workspace

log = logging.getLogger(__name__)

REFUSED: Final = "The new configuration is refused; the present one stays in force."


async def serve(workspace: Workspace, clock: Clock, *, until_end_of_input: bool = False) -> None:
    """Run the platform until it is told to stop; SIGHUP replaces it by one with the configuration as it is then.

    A new configuration with which the platform can't start gives way to the former one. Raises OperatorError when a
    part can't start with the first, and whatever a part died of: a platform that has gone partly blind must not look
    alive.
    """
    calm_collector()
    stop = stop_event(watch_stdin=until_end_of_input)
    reload = Reload()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload.ask)
    running = Running()
    lending, loads = Lending(workspace.data, running.store), LinkLoads(running.measured)
    ranks = LentRanks(workspace.data, running.store)
    control = ControlServer(
        workspace.data,
        {
            "reload": reload.command,
            "metrics": lending.command,
            "copy metrics": lending.copy,
            "link load": loads.command,
            MEANS: ranks.command,
        },
    )
    await control.start()
    sweep(workspace.data)
    try:
        await _serve(workspace, clock, stop, reload, running)
    finally:
        await control.stop()


class Running:
    """Which platform runs now."""

    def __init__(self) -> None:
        self.platform: Platform | None = None

    def store(self) -> HistoryStore | None:
        """Its metric store; None while none runs."""
        return None if self.platform is None else self.platform.store

    def measured(self) -> tuple[Network, HistoryStore] | None:
        """Its network and its metric store; None while none runs."""
        store = self.store()
        return None if self.platform is None or store is None else (self.platform.network, store)


async def _serve(workspace: Workspace, clock: Clock, stop: asyncio.Event, reload: Reload, running: Running) -> None:
    former: tuple[Workspace, Files] | None = None
    files = await asyncio.to_thread(read_files, workspace.directory)
    while True:
        platform = Platform(workspace, clock)
        try:
            if not await _started(platform, stop):
                return
        except OperatorError as error:
            if former is None:
                raise
            sentence = f"The new configuration can't take over: {error} The former one goes on."
            log.error("%s", sentence)
            reload.refused(sentence)
            (workspace, files), former = former, None
            configure_logging(workspace.settings.logging)
            continue
        await asyncio.to_thread(keep_files, workspace.data, files, workspace.settings)
        reload.done()
        running.platform = platform
        try:
            replacement = await _until_replaced(platform, workspace, stop, reload)
        finally:
            running.platform = None
            await platform.stop()
        if replacement is None:
            return
        former = workspace, files
        workspace, files = replacement
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
    platform: Platform, workspace: Workspace, stop: asyncio.Event, reload: Reload
) -> tuple[Workspace, Files] | None:
    """Wait for the end (None), or for a reload that is good (the new configuration)."""
    while True:
        stopping, reloading = asyncio.ensure_future(stop.wait()), asyncio.ensure_future(reload.asked.wait())
        failing = asyncio.ensure_future(platform.failed())
        await asyncio.wait({stopping, reloading, failing}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (stopping, reloading, failing):
            waiting.cancel()
        if stop.is_set():
            return None
        if failing.done():
            failing.result()
        reload.asked.clear()
        try:
            replacement = await asyncio.to_thread(_load, workspace.directory)
        except ProblemError as error:
            for problem in error.problems:
                log.error("%s", problem)
            log.error(REFUSED)
            reload.refused("\n".join((*map(str, error.problems), REFUSED)))
        except OperatorError as error:
            log.error("%s %s", error, REFUSED)
            reload.refused(f"{error} {REFUSED}")
        else:
            log.info("The new configuration is good and takes over.")
            return replacement


def _load(directory: Path) -> tuple[Workspace, Files]:
    """The configuration as it is now, with all that takes long done while the present platform still runs."""
    files = read_files(directory)
    workspace = load_workspace(directory)
    load_cartogram(workspace.network, workspace.data / CARTOGRAM)
    return workspace, files
