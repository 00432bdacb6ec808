"""A look as plain data for JSON. What is promised about it is in docs/poll-json.md and poll.schema.json."""

from dataclasses import asdict
from typing import Any, Final

from collectors.once.polled import HostPoll, PolledPort
from foundation.messages import HealthReading, IfStatus

SCHEMA: Final = 1
"""Within one, fields may be added; none is renamed, removed or given another meaning."""

PROCESSOR: Final = "cpu"
MEMORY: Final = "memory"

_STATUS: Final = {status.value: status.name.lower().replace("_", "-") for status in IfStatus}


def document_of(poll: HostPoll) -> dict[str, Any]:
    """The whole look."""
    identity = asdict(poll.identity) | {"profile": poll.inventory.profile, "uptime_s": poll.uptime_s}
    return {
        "schema": SCHEMA,
        "at": poll.at,
        "address": poll.address,
        "resolved": poll.resolved,
        "port": poll.port,
        "complete": poll.complete,
        "shortfall": poll.shortfall.value,
        "identity": identity,
        "interfaces": [_interface(port) for port in poll.interfaces],
        "processors": [_reading(reading) for reading in poll.health if reading.kind == PROCESSOR],
        "memory": [_reading(reading) for reading in poll.health if reading.kind == MEMORY],
        "sensors": [_reading(reading) for reading in poll.health if reading.kind not in (PROCESSOR, MEMORY)],
        "neighbours": [asdict(one) for one in poll.inventory.neighbours],
        "modules": [asdict(one) for one in poll.inventory.modules],
        "routing": [asdict(one) for one in poll.routing],
        "timings": {name: _rounded(value) for name, value in asdict(poll.timings).items()},
        "tuning": asdict(poll.tuning),
    }


def status_word(status: int) -> str:
    """ifAdminStatus or ifOperStatus by the MIB's word; a number that the MIB has not, as it is."""
    return _STATUS.get(status, str(status))


def _interface(port: PolledPort) -> dict[str, Any]:
    raw, reading = port.raw, port.reading
    return {
        "name": reading.name,
        "index": raw.index,
        "if_name": raw.if_name,
        "description": raw.descr,
        "alias": raw.alias,
        "type": raw.type,
        "mac": raw.mac,
        "addresses": list(raw.addresses),
        "speed_bps": raw.speed or None,
        "admin": status_word(reading.admin),
        "oper": status_word(reading.oper),
        "counters_64bit": port.wide,
        "verdict": reading.verdict.value,
        **{
            name: _rounded(getattr(reading, name))
            for name in ("in_bps", "out_bps", "in_util", "out_util", "in_errors", "out_errors", "in_discards",
                         "out_discards")
        },
    }  # fmt: skip


def _reading(reading: HealthReading) -> dict[str, Any]:
    return {
        "entity": reading.entity,
        "kind": reading.kind,
        "value": _rounded(reading.value),
        "unit": reading.unit,
        "status": reading.status.value,
        "word": reading.word,
        "limit": _rounded(reading.limit),
        "limit_source": reading.limit_source.value,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
