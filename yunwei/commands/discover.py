"""`yunwei discover 10.53.0.0/20`: which SNMP agents there are, as a piece of topology."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Annotated

import typer

from collectors.credentials_file import read_credentials
from collectors.discovery import AddressPlan, Sweep, SweepSettings, classify, plan_of, sweep
from collectors.discovery.render import csv_of, data_of, table_of, yaml_of
from collectors.settings import resolve_logins
from collectors.snmp.credentials import Login, community_login
from collectors.snmp.profiles.profile import ProfileSet
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from foundation.settings import Secret
from topology.loader import load_network
from topology.network import Network
from yunwei.commands.progress import progress
from yunwei.commands.tables import print_table
from yunwei.settings import Settings, load_settings

INTERRUPTED = 130


def discover(
    networks: Annotated[list[str], typer.Argument(help="Networks, such as 10.53.0.0/20.", show_default=False)],
    community_file: Annotated[
        Path | None, typer.Option(help="A file of communities, one a line, tried in order; closed to others.")
    ] = None,
    credentials: Annotated[
        Path | None, typer.Option(help="A credentials file as the settings name one, SNMP 3 included.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A network or address to leave out; several times.")] = None,
    rate: Annotated[float, typer.Option(min=1, max=5000, help="Packets a second at most, for all together.")] = 100.0,
    timeout: Annotated[float, typer.Option(min=0.1, max=10, help="Seconds to wait for an answer.")] = 1.0,
    attempts: Annotated[int, typer.Option(min=1, max=5, help="Packets to a silent address, for each login.")] = 2,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The agents' UDP port; 161 without.")] = None,
    division: Annotated[
        str, typer.Option(help="The division code of new devices, where the nearest known device's is not right.")
    ] = "",
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print new routers as devices of topology.yaml.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print new access routers as rows of agencies.csv.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="YUNWEI_CONFIG",
            file_okay=False,
            help="A configuration directory: what is in its topology is marked as known, and its credentials are used "
            "where none are given.",
        ),
    ] = None,
) -> None:
    """Find SNMP agents in networks, gently, and say what they are. Reads only, and asks a few values of each.

    Without --yaml, --csv or --json it prints a table. Ctrl-C ends it and prints what was found until then.
    """  # fmt: skip
    if as_yaml + as_csv + as_json > 1:
        raise OperatorError("Choose one of --yaml, --csv and --json.")
    plan = plan_of(networks, exclude or [])
    if not len(plan):
        raise OperatorError("Nothing is left to ask: --exclude takes everything out.")
    network, settings = _configuration(config)
    logins = _logins(community_file, credentials, settings)
    profiles = ProfileSet.load(None if config is None else config / "profiles")
    state = Sweep(len(plan))
    how = SweepSettings(
        port=port or (settings.collector.port if settings is not None else 161),
        timeout=timeout, attempts=attempts, packets_per_second=rate,
    )  # fmt: skip
    at = SystemClock().now()
    whole = asyncio.run(_sweep(plan, logins, profiles, how, state))
    devices = classify(
        state.found, network, division=division,
        polled_at=settings.collector.polled_address if settings is not None else str,
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(data_of(devices, at, state.asked, state.total), ensure_ascii=False, indent=2))
    elif as_yaml:
        typer.echo(yaml_of(devices, at, network), nl=False)
    elif as_csv:
        typer.echo(csv_of(devices, network), nl=False)
    elif devices:
        print_table(table_of(devices))
    _say_how_it_went(state, len(devices), whole)
    if not whole:
        raise typer.Exit(INTERRUPTED)


def _say_how_it_went(state: Sweep, devices: int, whole: bool) -> None:
    """On standard error, so that it is never part of what is redirected into a file."""
    if not whole:
        typer.echo(f"Stopped after {state.asked:,} of {state.total:,} addresses.", err=True)
    if state.unreachable == state.asked and state.asked:
        typer.echo("This machine has no way to any of these addresses: check its network.", err=True)
    elif not devices and whole:
        typer.echo(
            f"No agent answered at any of {state.asked:,} addresses. Check the community (a wrong one is not "
            "answered), the port, and that devices permit this machine.",
            err=True,
        )
    else:
        typer.echo(f"{state.asked:,} addresses asked, {devices:,} devices, {state.packets:,} packets.", err=True)


def _configuration(config: Path | None) -> tuple[Network | None, Settings | None]:
    if config is None:
        return None, None
    return load_network(config / "topology.yaml", config / "agencies.csv"), load_settings(config)


def _logins(community_file: Path | None, credentials: Path | None, settings: Settings | None) -> tuple[Login, ...]:
    found: list[Login] = []
    if community_file is not None:
        words = [word for line in Secret(file=str(community_file)).resolve().splitlines() if (word := line.strip())]
        words = [word for word in words if not word.startswith("#")]
        if not words:
            raise OperatorError(f"The file {community_file} holds no community. Write one a line.")
        found += [
            community_login(word, name="default" if number == 1 else f"community-{number}")
            for number, word in enumerate(words, start=1)
        ]
    if credentials is not None:
        known = read_credentials(credentials)
        found += [login for logins in resolve_logins(known, known, {}).values() for login in logins]
    if not found and settings is not None:
        found = [login for logins in resolve_logins(settings.credentials, settings.credentials, {}).values()
                 for login in logins]  # fmt: skip
    return tuple(found) or (community_login("public"),)


async def _sweep(
    plan: AddressPlan, logins: tuple[Login, ...], profiles: ProfileSet, how: SweepSettings, state: Sweep
) -> bool:
    """False when it was broken off."""
    with progress("Asking", total=len(plan), unit="addresses") as ticker:
        work = asyncio.ensure_future(
            sweep(plan, logins, profiles, how, SystemClock(), state,
                  lambda: ticker(state.asked, f"{len(state.found)} agents"))
        )  # fmt: skip
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, work.cancel)
        await asyncio.wait({work})
    if work.cancelled():
        return False
    work.result()
    return True
