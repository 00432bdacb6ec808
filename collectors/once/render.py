"""A host's look as tables for people; a colour never says anything that a word does not."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from collectors.once.document import status_word
from collectors.once.polled import HostPoll, PolledPort, Shortfall
from collectors.snmp.inventory import Module, Neighbour
from foundation.calendar import duration, stamp
from foundation.clock import SECOND
from foundation.messages import CounterVerdict, HealthReading, HealthStatus, IfStatus, LimitSource, RoutingReading

_STATUS: Final = {
    IfStatus.UP: ("● up", "green"),
    IfStatus.DOWN: ("▼ down", "red"),
    IfStatus.TESTING: ("◆ testing", "yellow"),
    IfStatus.UNKNOWN: ("? unknown", "bright_black"),
    IfStatus.DORMANT: ("◆ dormant", "yellow"),
    IfStatus.NOT_PRESENT: ("- absent", "bright_black"),
    IfStatus.LOWER_LAYER_DOWN: ("▼ lower down", "red"),
}
_HEALTH: Final = {
    HealthStatus.OK: ("正常 ok", "green"),
    HealthStatus.WARNING: ("警告 warning", "yellow"),
    HealthStatus.CRITICAL: ("严重 critical", "bold red"),
    HealthStatus.UNKNOWN: ("未知 unknown", "bright_black"),
}
_SOURCE: Final = {
    LimitSource.NONE: "",
    LimitSource.DEVICE: "设备 device",
    LimitSource.PROFILE: "档案 profile",
}
_SHORTFALL: Final = {
    Shortfall.SILENT: "未完整：设备中途停止应答。Not complete: the agent stopped answering on the way.",
    Shortfall.MOVED: "未完整：接口在读取时有变动。Not complete: its interfaces moved while they were read.",
}
_MODULES: Final = frozenset({"chassis", "module", "powerSupply", "fan", "stack"})
"""Kinds of ENTITY-MIB that people ask for; ports, containers and sensors are in --json."""


def render(poll: HostPoll) -> RenderableType:
    """Identity, interfaces, health, routing, neighbours, modules, and what the look cost."""
    parts: list[RenderableType] = [_identity(poll)]
    if poll.shortfall is not Shortfall.NONE:
        parts.append(Text(_SHORTFALL[poll.shortfall], "yellow"))
    if poll.interfaces:
        parts.append(_interfaces(poll.interfaces))
    if poll.health:
        parts.append(_health(poll.health))
    if poll.routing:
        parts.append(_routing(poll.routing))
    if poll.inventory.neighbours:
        parts.append(_neighbours(poll.inventory.neighbours))
    if modules := [one for one in poll.inventory.modules if one.kind in _MODULES]:
        parts.append(_modules(modules))
    parts.append(_cost(poll))
    return Group(*parts)


def _identity(poll: HostPoll) -> Table:
    table = Table(title=f"{escape(poll.address)}:{poll.port}", title_justify="left", show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    identity = poll.identity
    uptime = "" if poll.uptime_s is None else duration(round(poll.uptime_s * SECOND))
    for label, value in (
        ("名称 Name", identity.name),
        ("厂商 Vendor", identity.vendor),
        ("型号 Model", identity.model),
        ("序列号 Serial", identity.serial),
        ("软件版本 Version", identity.version),
        ("描述 Description", identity.description),
        ("型号标识 Object ID", identity.object_id),
        ("设备档案 Profile", poll.inventory.profile),
        ("位置 Location", identity.location),
        ("联系人 Contact", identity.contact),
        ("运行时间 Uptime", uptime),
        ("采集时刻 Polled at", stamp(poll.at)),
    ):
        if value:
            table.add_row(label, escape(value))
    return table


def _interfaces(ports: tuple[PolledPort, ...]) -> Table:
    table = Table(title=f"接口 Interfaces ({len(ports)})", title_justify="left")
    sampled = any(port.reading.in_bps is not None for port in ports)
    addressed = any(port.raw.addresses for port in ports)
    table.add_column("接口 Name", overflow="fold")
    table.add_column("索引 Index", justify="right")
    table.add_column("管理 Admin")
    table.add_column("状态 Oper")
    table.add_column("速率 Speed", justify="right")
    if sampled:
        table.add_column("入 In", justify="right")
        table.add_column("出 Out", justify="right")
        table.add_column("错误 Errors/s", justify="right")
    if addressed:
        table.add_column("地址 Addresses", overflow="fold")
    table.add_column("说明 Alias", overflow="fold")
    for port in ports:
        raw, reading = port.raw, port.reading
        cells: list[str | Text] = [
            escape(reading.name), str(raw.index), _status(reading.admin), _status(reading.oper),
            bits(raw.speed) if raw.speed else "",
        ]  # fmt: skip
        if sampled:
            cells.extend((_rate(port, reading.in_bps), _rate(port, reading.out_bps), _errors(port)))
        if addressed:
            cells.append("\n".join(raw.addresses))
        cells.append(escape(raw.alias))
        table.add_row(*cells)
    return table


def _health(readings: Sequence[HealthReading]) -> Table:
    """The worst first, each kind together."""
    rank = {HealthStatus.CRITICAL: 0, HealthStatus.WARNING: 1, HealthStatus.OK: 2, HealthStatus.UNKNOWN: 3}
    table = Table(title=f"健康 Health ({len(readings)})", title_justify="left")
    table.add_column("部件 Part", overflow="fold")
    table.add_column("指标 Kind")
    table.add_column("数值 Value", justify="right")
    table.add_column("状态 Status")
    table.add_column("限值 Limit", justify="right")
    table.add_column("来源 Limit from")
    for reading in sorted(readings, key=lambda one: rank[one.status]):
        word, colour = _HEALTH[reading.status]
        table.add_row(
            escape(reading.entity),
            reading.kind,
            escape(value_of(reading)),
            Text(word, colour),
            "" if reading.limit is None else f"{reading.limit:g} {reading.unit}".strip(),
            _SOURCE[reading.limit_source],
        )
    return table


def value_of(reading: HealthReading) -> str:
    """A reading's value as people read it: a state's word, a number with its unit, or nothing."""
    if reading.value is None or not reading.unit:
        number = "" if reading.value is None else f"{reading.value:g}"
        return reading.word or number
    return f"{reading.value:.1f} {reading.unit}"


def _routing(peers: Sequence[RoutingReading]) -> Table:
    table = Table(title=f"路由邻居 Routing neighbours ({len(peers)})", title_justify="left")
    for heading in ("协议 Protocol", "邻居 Neighbour", "状态 State", "AS", "已持续 Since"):
        table.add_column(heading, overflow="fold")
    for peer in peers:
        colour = "green" if peer.up else "red" if peer.enabled else "bright_black"
        table.add_row(
            peer.protocol.upper(),
            escape(peer.neighbour),
            Text(f"{'●' if peer.up else '▼'} {peer.state}" + ("" if peer.enabled else " (停用 shut down)"), colour),
            "" if peer.remote_as is None else str(peer.remote_as),
            "" if peer.since_s is None else duration(round(peer.since_s * SECOND)),
        )
    return table


def _neighbours(neighbours: Sequence[Neighbour]) -> Table:
    table = Table(title=f"相邻设备 Neighbours ({len(neighbours)})", title_justify="left")
    for heading in ("本端接口 Here", "对端 System", "对端接口 Port", "地址 Address", "协议 By"):
        table.add_column(heading, overflow="fold")
    for one in neighbours:
        port = one.port if one.port_description in ("", one.port) else f"{one.port} ({one.port_description})"
        system = one.system or one.chassis
        table.add_row(*(escape(text) for text in (one.local_interface, system, port, one.address, one.protocol)))
    return table


def _modules(modules: Sequence[Module]) -> Table:
    table = Table(title=f"部件 Modules ({len(modules)})", title_justify="left")
    for heading in ("名称 Name", "类别 Kind", "型号 Model", "序列号 Serial", "版本 Revisions"):
        table.add_column(heading, overflow="fold")
    for one in modules:
        revisions = " / ".join(part for part in (one.hardware, one.firmware, one.software) if part)
        name = one.name or one.description
        table.add_row(*(escape(text) for text in (name, one.kind, one.model, one.serial, revisions)))
    return table


def _cost(poll: HostPoll) -> Text:
    timings, tuning = poll.timings, poll.tuning
    return Text(
        f"SNMPv{tuning.snmp_version} · {timings.took_ms:.0f} ms · {timings.requests} requests, "
        f"{timings.timeouts} timeouts · round trip {tuning.round_trip_ms or timings.rtt_ms:.1f} ms\n"
        f"inventory {timings.inventory_requests} requests, {timings.inventory_ms:.0f} ms · each poll "
        f"{timings.poll_requests} requests, {tuning.values_per_look} values, {timings.poll_ms:.0f} ms, "
        f"{tuning.bytes_down_per_look + tuning.bytes_up_per_look:,} bytes",
        "bright_black",
    )


def _status(value: int) -> Text:
    word, colour = (
        _STATUS[IfStatus(value)] if 1 <= value <= len(IfStatus) else (f"? {status_word(value)}", "bright_black")
    )
    return Text(word, colour)


def _rate(port: PolledPort, rate: float | None) -> str:
    if rate is None:
        return "" if port.reading.verdict is CounterVerdict.NORMAL else port.reading.verdict.value
    return bits(rate)


def _errors(port: PolledPort) -> str:
    found = [rate for rate in (port.reading.in_errors, port.reading.out_errors) if rate is not None]
    return f"{sum(found):.2f}" if found else ""


def bits(rate: float) -> str:
    """`10 Gb/s`, `2.78 Mb/s`: bits a second with the prefix that keeps it short."""
    for unit in ("b/s", "kb/s", "Mb/s", "Gb/s"):
        if rate < 1000:
            return f"{rate:.3g} {unit}"
        rate /= 1000
    return f"{rate:.3g} Tb/s"
