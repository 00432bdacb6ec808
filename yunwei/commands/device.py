"""`yunwei device show NAME`, `yunwei device list`: what is known of devices, from the records."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from alerting.timeline.heartbeat import alive_until
from alerting.timeline.queries import Interval, current_states
from collectors.facts import Facts, all_facts, facts_of
from foundation.calendar import duration, stamp
from foundation.clock import SystemClock
from foundation.messages import State
from foundation.problems import OperatorError, did_you_mean
from topology.loader import load_network
from topology.model import Device
from topology.network import Network
from yunwei.commands.device_data import device_data, tuning_rows
from yunwei.commands.options import ConfigDirectory
from yunwei.commands.reading import reading
from yunwei.commands.tables import print_table
from yunwei.settings import Settings, load_settings

app = typer.Typer(help="What is known of devices.", no_args_is_help=True)

_STATE: Final = {
    State.UP: ("正常 up", "green"),
    State.DEGRADED: ("劣化 degraded", "yellow"),
    State.DOWN: ("中断 down", "bold red"),
    State.UNREACHABLE: ("受上级影响 unreachable", "yellow"),
    State.MAINTENANCE: ("检修 maintenance", "cyan"),
    State.UNKNOWN: ("未知 unknown", "bright_black"),
}


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The device's id, name or address.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Show one device: who it is, its state, and how it is polled. Reads the records, also while the platform runs."""
    network, settings = _configuration(config)
    device = find_device(network, name)
    with reading(config, settings) as session:
        facts = facts_of(session, device.id)
        state = current_states(session, "device").get(device.id)
        alive = alive_until(session)
    if as_json:
        typer.echo(json.dumps(device_data(device, state, facts, alive), ensure_ascii=False, indent=2))
        return
    now = SystemClock().now()
    print_table(_portrait(network, device, state, facts, now, alive))
    if facts is not None and facts.tuning is not None:
        print_table(_tuning(facts, now))
    if facts is None or facts.inventory is None:
        typer.echo("No inventory of it has been taken yet: it has not answered since the platform knows it.")
    elif facts.tuning is None:
        typer.echo("How it is polled is recorded every five minutes, and at the platform's stop.")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False, config: ConfigDirectory = Path(".")
) -> None:
    """List all devices with their state, make, and what polling each of them costs."""
    network, settings = _configuration(config)
    with reading(config, settings) as session:
        facts = all_facts(session)
        states = current_states(session, "device")
        alive = alive_until(session)
    if as_json:
        rows = [
            device_data(one, states.get(one.id), facts.get(one.id), alive, short=True)
            for one in network.devices.values()
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    print_table(_list(network, states, facts))


def find_device(network: Network, name: str) -> Device:
    """The device with this id, else this name, else this address.

    Raises OperatorError when there is none, or several have the name.
    """
    if name in network.devices:
        return network.devices[name]
    found = [device for device in network.devices.values() if name in (device.name, device.address)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(device.id for device in found[:5])
        raise OperatorError(f'Several devices are called "{name}": {ids}. Give the id of one.')
    known = [*network.devices, *(device.name for device in network.devices.values())]
    hint = did_you_mean(name, known) or "`yunwei device list` shows all."
    raise OperatorError(f'There is no device "{name}" in the topology. {hint}')


def _configuration(config: Path) -> tuple[Network, Settings]:
    return load_network(config / "topology.yaml", config / "agencies.csv"), load_settings(config)


def _state(state: Interval | None) -> Text:
    word, colour = _STATE[State.UNKNOWN if state is None else state.state]
    return Text(word, colour)


def _portrait(
    network: Network, device: Device, state: Interval | None, facts: Facts | None, now: int, alive: int | None
) -> Table:
    table = Table(title=escape(device.id), title_justify="left", show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    told = _state(state)
    if state is not None:
        told.append(f", {duration(now - state.start)}, 自 since {stamp(state.start)}", "default")
        if state.cause:
            told.append(f", 起因 cause {state.cause}", "default")
    table.add_row("状态 State", told)
    if alive is not None and now - alive > 60_000:
        table.add_row("", Text(f"平台自 {stamp(alive)} 起未监测 Nothing was watched since then.", "yellow"))
    inventory = None if facts is None else facts.inventory
    identity = None if inventory is None else inventory.identity
    agency = network.agencies.get(device.agency or "")
    rows = [
        ("名称 Name", device.name),
        ("角色 Role", f"{device.role.value}, {device.division}"),
        ("机构 Agency", "" if agency is None else f"{agency.name} ({agency.id})"),
        ("地址 Address", device.address + (f":{device.snmp_port}" if device.snmp_port else "")),
    ]
    if identity is not None and inventory is not None:
        down = sum(one.raw.oper != 1 for one in inventory.interfaces)
        rows += [
            ("自报名称 sysName", "" if identity.name == device.id else identity.name),
            ("厂商型号 Make", " ".join(part for part in (identity.vendor, identity.model) if part)),
            ("序列号 Serial", identity.serial),
            ("软件版本 Version", identity.version),
            ("描述 Description", identity.description),
            ("设备档案 Profile", inventory.profile),
            (
                "接口 Interfaces",
                f"{inventory.found} found, {len(inventory.interfaces)} polled, {down} of these down",
            ),
            ("缺少接口 Missing", ", ".join(sorted(inventory.missing))),
            ("相邻设备 Neighbours", str(len(inventory.neighbours)) if inventory.neighbours else ""),
            ("路由邻居 Routing", str(len(inventory.peers)) if inventory.peers else ""),
            ("盘点时刻 Inventory", f"{stamp(inventory.at)}, {duration(now - inventory.at)} ago"),
        ]
    for label, value in rows:
        if value:
            table.add_row(label, escape(value))
    return table


def _tuning(facts: Facts, now: int) -> Table:
    assert facts.tuning is not None
    as_of = "" if facts.tuning_at is None else f" ({stamp(facts.tuning_at)}, {duration(now - facts.tuning_at)} ago)"
    table = Table(title=f"轮询 Polling{as_of}", title_justify="left", show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, value in tuning_rows(facts.tuning):
        table.add_row(label, escape(value))
    return table


def _list(network: Network, states: Mapping[str, Interval], facts: Mapping[str, Facts]) -> Table:
    table = Table(title=f"设备 Devices ({len(network.devices)})", title_justify="left")
    for heading in ("设备 Device", "状态 State", "地址 Address", "角色 Role", "型号 Make", "版本 Version"):
        table.add_column(heading, overflow="fold")
    table.add_column("字节/分 Bytes/min", justify="right")
    for device in network.devices.values():
        kept = facts.get(device.id)
        identity = None if kept is None or kept.inventory is None else kept.inventory.identity
        tuning: Mapping[str, Any] = {} if kept is None or kept.tuning is None else kept.tuning
        down, up = tuning.get("bytes_down_per_minute"), tuning.get("bytes_up_per_minute")
        cost = f"{down + up:,}" if isinstance(down, int) and isinstance(up, int) else ""
        make = "" if identity is None else " ".join(part for part in (identity.vendor, identity.model) if part)
        version = "" if identity is None else identity.version
        table.add_row(
            escape(device.id), _state(states.get(device.id)), device.address, device.role.value, escape(make),
            escape(version), cost,
        )  # fmt: skip
    return table
