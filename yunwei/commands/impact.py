"""`yunwei impact DEVICE|LINK`: who would be cut off."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerting.impact.contacts import Contact, contacts
from alerting.impact.message import message, message_en
from alerting.impact.naming import find
from alerting.impact.present import failing
from alerting.impact.shape import impact_json
from alerting.impact.whatif import Impact, Reached, what_if
from foundation.clock import SystemClock
from topology.network import Network
from yunwei.commands.options import ConfigDirectory
from yunwei.workspace import load_workspace, open_records


def impact(
    names: Annotated[
        list[str], typer.Argument(help="Devices or links, by id, name or DEVICE/INTERFACE.", show_default=False)
    ],
    now: Annotated[bool, typer.Option("--now", help="On top of what has failed now, by the records.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Show who would be cut off or lose redundancy if these failed or were switched off, whom to call, and a message
    that is ready to send."""
    workspace = load_workspace(config)
    network = workspace.network
    devices, links = find(network, names)
    down_devices: frozenset[str] = frozenset()
    down_links: frozenset[str] = frozenset()
    if now:
        records = open_records(workspace.directory, workspace.settings)
        try:
            with records.reading() as session:
                down_devices, down_links = failing(session, network)
        finally:
            records.close()
    found = what_if(network, devices, links, down_devices=down_devices, down_links=down_links)
    called = contacts(network, workspace.roster, found, SystemClock().now())
    if as_json:
        typer.echo(json.dumps(impact_json(network, found, called), ensure_ascii=False, indent=2))
    else:
        _show(network, found, called)


def _show(network: Network, found: Impact, called: tuple[Contact, ...]) -> None:
    console = Console()
    table = Table(title="影响 Impact", title_justify="left")
    for heading in ("", "中断 Cut off", "失去冗余 No redundancy", "已中断 Down already"):
        table.add_column(heading, justify="right" if heading else "left")
    for label, part in (
        ("设备 Devices", "devices"),
        ("单位 Agencies", "agencies"),
        ("县区 Counties", "counties"),
        ("专网 Networks", "private_networks"),
    ):
        reached = (found.cut_off, found.degraded, found.present)
        table.add_row(label, *(f"{len(getattr(one, part)):,}" for one in reached))
    console.print(table)
    _names(console, "中断县区 Counties cut off", [network.divisions[code].name for code in _counties(found.cut_off)])
    _names(
        console,
        "中断单位 Agencies cut off",
        [network.agencies[agency].name for agency in sorted(found.cut_off.agencies)],
    )
    cut = [network.private_networks[one].name for one in sorted(found.cut_off.private_networks)]
    _names(console, "涉及专网 Private networks cut off in part or wholly", cut)
    spare = [network.divisions[code].name for code in _counties(found.degraded)]
    _names(console, "失去冗余县区 Counties without redundancy", spare)
    if called:
        calls = Table(title="联系人 Whom to call", title_justify="left")
        for heading in ("中心 Centre", "单位 Agencies", "值班员 Operator", "带班领导 Leader"):
            # A number is never cut off.
            calls.add_column(heading, overflow="fold")
        for contact in called:
            calls.add_row(
                network.divisions[contact.division].name, str(contact.agencies),
                escape(f"{contact.operator.name} {contact.operator.phone}"),
                escape(f"{contact.leader.name} {contact.leader.phone}"),
            )  # fmt: skip
        console.print(calls)
    # Not wrapped, so that it can be copied as one piece.
    console.print(f"\n{escape(message(network, found))}\n{escape(message_en(network, found))}", soft_wrap=True)


def _counties(reached: Reached) -> list[str]:
    return sorted(reached.counties)


def _names(console: Console, title: str, names: list[str]) -> None:
    if names:
        console.print(f"[bold]{title}[/bold] ({len(names)})：{escape('、'.join(names))}")
