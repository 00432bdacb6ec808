"""The devices of a sweep as a table, as YAML for topology.yaml, as rows for agencies.csv, as plain data. Pure."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from collectors.discovery.agent import Found, Heard
from collectors.discovery.classify import UNKNOWN_DIVISION, Classified
from foundation.calendar import stamp
from foundation.clock import SECOND, Instant
from topology.files.rows import AgencyRow
from topology.model import Role
from topology.network import Network

MAC_COLONS: Final = 5

_PLAIN: Final = re.compile(r"[1-9]\d*|(\d+\.){3}\d+|[A-Za-z][\w./-]*|\d+-[A-Za-z][\w.-]*", re.ASCII)
"""What YAML reads as the same text, or number, without quotes."""
_READ_AS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""What it does not."""

SCHEMA: Final = 1
"""Of the JSON form; a field may be added within one, none is renamed or removed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two devices of the sweep, or from one to a known device; `upper` is nearer the core."""

    lower: str
    lower_interface: str
    upper: str
    upper_interface: str
    speed_mbps: int


def lines_of(devices: Sequence[Classified], network: Network | None = None) -> list[Line]:
    """The lines that LLDP or CDP tells and the topology does not have yet, each once."""
    by_call: dict[str, Classified] = {}
    for device in devices:
        for call in (device.found.name, device.id, device.found.address, *device.found.addresses):
            if call:
                by_call.setdefault(call.lower(), device)
    found: dict[frozenset[tuple[str, str]], Line] = {}
    for device in devices:
        for heard in device.found.heard:
            other = by_call.get(heard.system.lower()) or by_call.get(heard.address)
            if other is None or other is device or not heard.interface:
                continue
            ends = sorted(
                ((device, heard.interface), (other, far_port(heard, other.found))),
                key=lambda end: (end[0].rank, len(end[0].found.heard), end[0].id),
            )
            (lower, lower_port), (upper, upper_port) = ends
            if network is not None and (
                network.link_at(lower.id, lower_port) is not None or network.link_at(upper.id, upper_port) is not None
            ):
                continue
            speed = max(1, heard.speed_bps // 1_000_000)
            key = frozenset({(lower.id, lower_port), (upper.id, upper_port)})
            found.setdefault(key, Line(lower.id, lower_port, upper.id, upper_port, speed))
    return list(found.values())


def far_port(heard: Heard, far: Found | None) -> str:
    """The interface's name at the far end: what the far end has among its own, else what reads like a name."""
    if far is not None:
        for call in (heard.port, heard.port_description):
            if call in far.interfaces:
                return call
    is_name = any(letter.isalpha() for letter in heard.port) and heard.port.count(":") != MAC_COLONS
    return heard.port if is_name or not heard.port_description else heard.port_description


def yaml_of(devices: Sequence[Classified], at: Instant, network: Network | None = None) -> str:
    """The new routers as `devices` of topology.yaml, with the lines between them as `links`."""
    new = [device for device in devices if not device.known and not device.found.refusal]
    routers = [device for device in new if device.role is not Role.ACCESS]
    names = {device.id for device in routers}
    lines = [
        line for line in lines_of(devices, network)
        if {line.lower, line.upper} & names and {line.lower, line.upper} <= names | _known(devices)
    ]  # fmt: skip
    text = [
        f"# {stamp(at)}: {len(devices)} devices found, {len(devices) - len(new)} of them known or closed to us.",
        "# Roles are guessed. Check each role, division and the direction of each line, then run `yunwei check`.",
    ]
    if len(routers) < len(new):
        text.append(f"# {len(new) - len(routers)} access routers are rows of agencies.csv: print them with --csv.")
    text.append("devices:" if routers else "devices: []")
    for device in routers:
        row = {"id": device.id, "role": device.role.value, "division": device.division, "address": device.found.address}
        if device.found.name and device.found.name != device.id:
            row["name"] = " ".join(device.found.name.split())[:200]
        text.append(f"  - {_flow(row)}  # {_words(device)}")
    if lines:
        text.append("links:")
        text += [
            "  - "
            + _flow({
                "lower": [line.lower, line.lower_interface], "upper": [line.upper, line.upper_interface],
                "role": "primary", "speed_mbps": line.speed_mbps,
            })
            for line in lines
        ]  # fmt: skip
    return "\n".join(text) + "\n"


def csv_of(devices: Sequence[Classified], network: Network | None = None) -> str:
    """The new access routers as rows of agencies.csv; what SNMP can't tell is left empty."""
    uplinks = {line.lower: line for line in lines_of(devices, network)}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(AgencyRow.model_fields), lineterminator="\n", restval="")
    writer.writeheader()
    for device in devices:
        if device.known or device.role is not Role.ACCESS or device.found.refusal:
            continue
        line = uplinks.get(device.id)
        only = device.found.heard[0] if len(device.found.heard) == 1 else None
        row: dict[str, Any] = {
            "id": device.id.removesuffix("-R1"), "division": _filled(device.division), "router": device.id,
            "address": device.found.address, "credentials": "" if device.found.credentials == "default"
            else device.found.credentials,
        }  # fmt: skip
        if line is not None:
            row |= {
                "interface": line.lower_interface, "upper": line.upper, "upper_interface": line.upper_interface,
                "speed_mbps": line.speed_mbps,
            }  # fmt: skip
        elif only is not None:
            row |= {
                "interface": only.interface, "upper": only.system, "upper_interface": far_port(only, None),
                "speed_mbps": max(1, only.speed_bps // 1_000_000),
            }  # fmt: skip
        writer.writerow(row)
    return out.getvalue()


def data_of(devices: Sequence[Classified], at: Instant, asked: int, total: int) -> dict[str, Any]:
    """The whole as plain data for JSON."""
    return {
        "schema": SCHEMA,
        "at": at,
        "addresses": total,
        "asked": asked,
        "devices": [
            {
                "id": device.id,
                "known": device.known,
                "role": device.role.value,
                "division": _filled(device.division),
                "also_at": list(device.also_at),
                **asdict(device.found),
            }
            for device in devices
        ],
    }


def table_of(devices: Sequence[Classified]) -> Table:
    """For people."""
    table = Table(title=f"发现 Found ({len(devices)})", title_justify="left")
    table.add_column("地址 Address", no_wrap=True)
    table.add_column("名称 Name", overflow="fold")
    table.add_column("型号 Make", max_width=40, overflow="fold")
    table.add_column("凭据 Login", overflow="fold")
    table.add_column("端口 Ports", justify="right")
    table.add_column("邻居 Hears", justify="right")
    table.add_column("角色 Role", no_wrap=True)
    table.add_column("拓扑 Topology", overflow="fold")
    for device in devices:
        found = device.found
        also = f" (+{len(device.also_at)})" if device.also_at else ""
        if found.refusal:
            table.add_row(found.address, "", f"[yellow]{escape(found.refusal)}[/]", "—", "", "", "",
                          device.id if device.known else "")  # fmt: skip
            continue
        table.add_row(
            found.address + also,
            escape(found.name),
            escape(_make(device)),
            escape(f"{found.credentials} (v{found.version})"),
            str(len(found.interfaces)),
            str(len(found.heard)),
            device.role.value if device.known else f"{device.role.value}?",
            _standing(device),
        )
    return table


def _standing(device: Classified) -> str:
    if not device.known:
        return "[green]新 new[/]"
    return "已有 known" if device.id == device.found.name else escape(device.id)


def _make(device: Classified) -> str:
    found = device.found
    words = " ".join(part for part in (found.vendor, found.model) if part)
    return words or found.description[:40] or found.object_id


def _words(device: Classified) -> str:
    """What is known of a device in one line of comment."""
    found = device.found
    parts = [_make(device).replace("\n", " "), f"{len(found.interfaces)} ports", f"hears {len(found.heard)}"]
    if found.uptime_s is not None:
        parts.append(f"up {round(found.uptime_s * SECOND / 86_400_000)} d")
    if device.division == UNKNOWN_DIVISION:
        parts.append("division unknown: fill it in")
    if found.credentials != "default":
        parts.append(f"answers to credentials {found.credentials}")
    if not found.complete:
        parts.append("stopped answering while it was asked")
    return "; ".join(part for part in parts if part)


def _known(devices: Sequence[Classified]) -> set[str]:
    return {device.id for device in devices if device.known}


def _filled(division: str) -> str:
    return "" if division == UNKNOWN_DIVISION else division


def _flow(row: dict[str, Any]) -> str:
    """One line of YAML. JSON's quoting is YAML's; what needs none is written without."""

    def scalar(value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(scalar(part) for part in value) + "]"
        text = str(value)
        return text if _PLAIN.fullmatch(text) and text.lower() not in _READ_AS else json.dumps(text, ensure_ascii=False)

    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in row.items()) + "}"
