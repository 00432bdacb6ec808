"""A host's look as tables for people."""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from collectors.once.host import HostPoll, PolledPort
from foundation.calendar import duration, stamp
from foundation.clock import SECOND
from foundation.messages import CounterVerdict, HealthReading, IfStatus

_STATUS = {
    IfStatus.UP: ("● up", "green"),
    IfStatus.DOWN: ("▼ down", "red"),
    IfStatus.TESTING: ("◆ testing", "yellow"),
    IfStatus.UNKNOWN: ("? unknown", "bright_black"),
    IfStatus.DORMANT: ("◆ dormant", "yellow"),
    IfStatus.NOT_PRESENT: ("- absent", "bright_black"),
    IfStatus.LOWER_LAYER_DOWN: ("▼ lower down", "red"),
}


def render(poll: HostPoll) -> RenderableType:
    """Identity, interfaces, sensors and what the look cost; a colour never says anything that a word does not."""
    parts: list[RenderableType] = [_identity(poll)]
    if poll.interfaces:
        parts.append(_interfaces(poll.interfaces))
    if poll.health:
        parts.append(_health(poll))
    if not poll.complete:
        parts.append(Text("未完整：设备中途停止应答，或接口已变动。", "yellow"))
        parts.append(Text("Not complete: the agent stopped answering on the way, or its interfaces moved.", "yellow"))
    return Group(*parts)


def _identity(poll: HostPoll) -> Table:
    table = Table(title=f"{escape(poll.address)}:{poll.port}", title_justify="left", show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    identity = poll.identity
    uptime = "" if identity.uptime_s is None else duration(round(identity.uptime_s * SECOND))
    for label, value in (
        ("名称 Name", identity.name),
        ("描述 Description", identity.description),
        ("型号标识 Object ID", identity.object_id),
        ("位置 Location", identity.location),
        ("联系人 Contact", identity.contact),
        ("运行时间 Uptime", uptime),
        ("采集时刻 Polled at", stamp(poll.at)),
        (
            "用时 Took",
            f"{poll.took_ms:.0f} ms, {poll.requests} requests, {poll.timeouts} timeouts, {poll.rtt_ms:.1f} ms each",
        ),
    ):
        if value:
            table.add_row(label, escape(value))
    return table


def _interfaces(ports: tuple[PolledPort, ...]) -> Table:
    table = Table(title=f"接口 Interfaces ({len(ports)})", title_justify="left")
    sampled = any(port.reading.in_bps is not None for port in ports)
    table.add_column("接口 Name", overflow="fold")
    table.add_column("索引 Index", justify="right")
    table.add_column("管理 Admin")
    table.add_column("状态 Oper")
    table.add_column("速率 Speed", justify="right")
    if sampled:
        table.add_column("入 In", justify="right")
        table.add_column("出 Out", justify="right")
        table.add_column("错误 Errors/s", justify="right")
    table.add_column("说明 Alias", overflow="fold")
    for port in ports:
        reading = port.reading
        cells: list[str | Text] = [
            escape(reading.name), str(port.index), _status(reading.admin), _status(reading.oper),
            bits(port.speed_bps) if port.speed_bps else "",
        ]  # fmt: skip
        if sampled:
            cells.extend((_rate(port, reading.in_bps), _rate(port, reading.out_bps), _errors(port)))
        cells.append(escape(port.alias))
        table.add_row(*cells)
    return table


def _health(poll: HostPoll) -> Table:
    table = Table(title=f"健康 Health ({len(poll.health)})", title_justify="left")
    table.add_column("部件 Part", overflow="fold")
    table.add_column("指标 Kind")
    table.add_column("数值 Value", justify="right")
    for reading in poll.health:
        table.add_row(escape(reading.entity), reading.kind, _value(reading))
    return table


def _value(reading: HealthReading) -> str:
    if reading.word or reading.value is None:
        return reading.word or reading.status
    return f"{reading.value:.1f} {reading.unit}"


def _status(value: int) -> Text:
    word, colour = _STATUS[IfStatus(value)] if 1 <= value <= len(IfStatus) else (f"? {value}", "bright_black")
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
