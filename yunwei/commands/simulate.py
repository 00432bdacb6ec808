"""`yunwei simulate`, `yunwei inbox`, `yunwei fault`: the province, the mailbox and the mischief of demos and drills."""

import asyncio
import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated

import typer

from foundation.clock import SystemClock
from foundation.problems import OperatorError
from simulator.control import send
from simulator.inbox.run import run_inbox
from simulator.run import simulate as simulate_province
from topology.loader import load_network
from yunwei.commands.options import ConfigDirectory, UntilEndOfInput
from yunwei.logs import configure_logging
from yunwei.settings import load_settings
from yunwei.stopping import stop_event


def simulate(config: ConfigDirectory = Path("."), until_end_of_input: UntilEndOfInput = False) -> None:
    """Answer SNMP for every device of the topology, on loopback, with faults by scenario and by command."""
    settings = load_settings(config)
    configure_logging(settings.logging)
    network = load_network(config / "topology.yaml", config / "agencies.csv")
    asyncio.run(_until_stopped(simulate_province(network, settings.simulator, SystemClock()), until_end_of_input))


def inbox(config: ConfigDirectory = Path("."), until_end_of_input: UntilEndOfInput = False) -> None:
    """A local mail server and SMS gateway that keep what they receive: for demos and drills."""
    settings = load_settings(config)
    configure_logging(settings.logging)
    asyncio.run(_until_stopped(run_inbox(settings.inbox, SystemClock()), until_end_of_input))


def fault(
    words: Annotated[
        list[str],
        typer.Argument(
            help="What to do: `list`, `status`, `clear all`, `clear ID`, or a fault and its target "
            "with options, such as `device-dead 530627-R1` or `loss 530627-R1 percent=20 for=5min`.",
            show_default=False,
        ),
    ],
    config: ConfigDirectory = Path("."),
) -> None:
    """Command the running simulator: let something fail, or mend it."""
    answer = send(load_settings(config).simulator.control_port, _command(words))
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    if not answer.get("ok"):
        raise typer.Exit(1)


def _command(words: list[str]) -> dict[str, object]:
    verb, *rest = words
    if verb in {"list", "status"} and not rest:
        return {verb: True}
    if verb == "clear" and len(rest) == 1:
        return {"clear": int(rest[0]) if rest[0].isdigit() else rest[0]}
    if not rest:
        raise OperatorError(f'Name the target of the fault "{verb}": a device, a link or a county.')
    target, *options = rest
    command: dict[str, object] = {"fault": verb, "target": target}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise OperatorError(f'An option is written name=value, not "{option}".')
        command[name] = float(value) if value.replace(".", "", 1).isdigit() else value
    return command


async def _until_stopped(work: Awaitable[None], until_end_of_input: bool) -> None:
    stop = stop_event(watch_stdin=until_end_of_input)
    running = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    else:
        running.result()
