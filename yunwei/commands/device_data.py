"""What is known of a device as plain data for JSON, and its tuning in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from alerting.timeline.queries import Interval
from collectors.facts import Facts
from collectors.once.document import status_word
from collectors.snmp.interfaces import RawInterface
from foundation.clock import Instant
from topology.model import Device

SCHEMA: Final = 1


def device_data(
    device: Device, state: Interval | None, facts: Facts | None, alive: Instant | None, *, short: bool = False
) -> dict[str, Any]:
    """One device; `short` leaves the lists of its inventory out. `alive` is until when the platform watched."""
    inventory = None if facts is None else facts.inventory
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "id": device.id,
        "name": device.name,
        "role": device.role.value,
        "tier": device.tier.value,
        "division": device.division,
        "address": device.address,
        "credentials": device.credentials,
        "agency": device.agency,
        "state": "unknown" if state is None else state.state.value,
        "state_since": None if state is None else state.start,
        "cause": "" if state is None else state.cause,
        "watched_until": alive,
        "identity": None if inventory is None else asdict(inventory.identity),
        "profile": None if inventory is None else inventory.profile,
        "inventory_at": None if inventory is None else inventory.at,
        "tuning": None if facts is None else facts.tuning,
        "tuning_at": None if facts is None else facts.tuning_at,
    }
    if not short and inventory is not None:
        polled = [(one.name, one.raw, True) for one in inventory.interfaces]
        others = [(one.name, one.raw, False) for one in inventory.others]
        found |= {
            "interfaces": [_interface(*one) for one in (*polled, *others)],
            "missing_interfaces": sorted(inventory.missing),
            "modules": [asdict(one) for one in inventory.modules],
            "neighbours": [asdict(one) for one in inventory.neighbours],
            "routing": [
                {"protocol": one.protocol, "neighbour": one.neighbour, "remote_as": one.remote_as}
                for one in inventory.peers
            ],
        }
    return found


def _interface(name: str, raw: RawInterface, polled: bool) -> dict[str, Any]:
    return {
        "name": name,
        "index": raw.index,
        "description": raw.descr,
        "alias": raw.alias,
        "type": raw.type,
        "mac": raw.mac,
        "addresses": list(raw.addresses),
        "speed_bps": raw.speed or None,
        "admin": status_word(raw.admin),
        "oper": status_word(raw.oper),
        "polled": polled,
    }


_LABELS: Final[Sequence[tuple[str, str, str]]] = (
    ("凭据 Credentials", "credentials", ""),
    ("SNMP 版本 Version", "version", ""),
    ("每次取值 Values a request", "request_values", ""),
    ("遍历行数 Rows a step", "repetitions", ""),
    ("超时 Timeout", "timeout_s", "s"),
    ("往返 Round trip", "round_trip_ms", "ms"),
    ("每轮请求 Requests a look", "requests_per_look", ""),
    ("每轮报文 Packets a look", "packets_per_look", ""),
    ("每轮取值 Values a look", "values_per_look", ""),
    ("下行 To the device", "bytes_down_per_minute", "bytes a minute"),
    ("上行 From the device", "bytes_up_per_minute", "bytes a minute"),
    ("一次盘点 An inventory", "inventory_bytes", "bytes"),
    ("迟到 Late looks", "late_looks", ""),
    ("最近晚了 Latest start", "latest_start_s", "s late"),
    ("超时次数 Timeouts", "timeouts", ""),
    ("重启 Restarts", "restarts", ""),
    ("推迟 Put off by a line's budget", "put_off", ""),
    ("限速等待 Held back by pace", "paced", ""),
)
"""Label, name in `collectors.watching.tuning.Tuning`, unit."""


def tuning_rows(tuning: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and values. A kept document may be of another version: what is not there is left out."""
    rows: list[tuple[str, str]] = []
    for label, name, unit in _LABELS:
        value = tuning.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            rows.append((label, f"{value:,} {unit}".strip()))
        elif isinstance(value, str) and value:
            rows.append((label, value))
    lines = tuning.get("lines")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict):
            carried, allowed = line.get("carried_per_minute"), line.get("allowed_per_minute")
            if isinstance(carried, int) and isinstance(allowed, int):
                rows.append(
                    (
                        f"线路 Line {line.get('link', '')}",
                        f"{carried:,} of {allowed:,} bytes a minute, {line.get('devices', '?')} devices",
                    )
                )
    return rows
