"""The demo from its first line on the terminal to its last."""

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dashboard.accounts.service import any_account, create_account
from foundation.clock import Clock
from foundation.problems import OperatorError
from yunwei.demo.directory import DemoPorts, write_demo
from yunwei.demo.processes import Child, child_processes, require_alive
from yunwei.settings import SETTINGS_FILE, Settings
from yunwei.workspace import Workspace, load_workspace, open_records

ACCOUNT: Final = "admin"
START_SECONDS: Final = 120.0
"""After this long without every device having been looked at, the demo says so instead of waiting on."""


def show(directory: Path, port: int, clock: Clock) -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises OperatorError when a process can't start, or dies.
    """
    console = Console(highlight=False)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)

    if (directory / SETTINGS_FILE).exists():
        console.print(f"The demo's data is in {directory}; it goes on from there.")
    else:
        console.print(f"Writing the sample province to {directory} …")
        write_demo(directory, DemoPorts(http=port))
    workspace = load_workspace(directory)
    password = _first_password(workspace, clock)

    console.print("Starting the simulated province, the local inbox and the platform …")
    logs = workspace.data / "logs"
    logs.mkdir(exist_ok=True)
    with child_processes(_commands(directory), logs, clock) as children:
        _wait_until_alive(workspace.settings, children, console, clock, stop)
        if not stop.is_set():
            _welcome(console, workspace.settings, password, directory)
        while not stop.wait(1.0):
            require_alive(children)
        console.print("\nStopping …")
    console.print("Stopped. The data is kept; start again with the same command.")


def _commands(directory: Path) -> list[tuple[str, Sequence[str]]]:
    common = ("--config", str(directory), "--until-end-of-input")
    return [(name, (name, *common)) for name in ("simulate", "inbox", "run")]


def _first_password(workspace: Workspace, clock: Clock) -> str | None:
    """The password of the first account, made at the first start only: it is kept nowhere in the clear."""
    records = open_records(workspace.directory, workspace.settings)
    try:
        with records.transaction() as session:
            return None if any_account(session) else create_account(session, ACCOUNT, "admin", clock.now())
    finally:
        records.close()


def _wait_until_alive(
    settings: Settings, children: Sequence[Child], console: Console, clock: Clock, stop: threading.Event
) -> None:
    """Show how the first look at every device goes, until all have been polled."""
    url = f"{_address(settings)}/healthz"
    deadline = clock.monotonic() + START_SECONDS
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, httpx.Client(timeout=2.0, trust_env=False) as client:
        task = progress.add_task("Polling all devices", total=None)
        while not stop.wait(0.3):
            require_alive(children)
            try:
                health = client.get(url).json()
            except (httpx.HTTPError, ValueError):
                health = {}
            if health:
                progress.update(task, total=health["devices"], completed=health["looked_at"])
                if health["looked_at"] >= health["devices"]:
                    return
            if clock.monotonic() > deadline:
                raise OperatorError(
                    f"Not all devices were polled within {START_SECONDS:.0f} s; see {children[-1].log}."
                )


def _welcome(console: Console, settings: Settings, password: str | None, directory: Path) -> None:
    address = _address(settings)
    token = settings.dashboard.wall.token
    wall = f"{address}/wall" + (f"?token={quote(token.resolve())}" if token is not None else "")
    console.print()
    console.print(f"  Wall      [bold]{wall}[/bold]", soft_wrap=True)
    console.print(f"  Console   [bold]{address}/[/bold]")
    if password is not None:
        console.print(f"  Login     {ACCOUNT} / [bold]{password}[/bold]   (shown this once)", markup=True)
    else:
        console.print(f"  Login     {ACCOUNT}, with the password of the first start")
        console.print(f"            (forgotten? yunwei account reset {ACCOUNT} --config {directory})")
    console.print("\n  Faults come and go by themselves. Ctrl-C stops everything.\n")


def _address(settings: Settings) -> str:
    host = settings.dashboard.host
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{settings.dashboard.port}"  # noqa: S104
