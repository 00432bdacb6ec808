"""Replays recordings and compares them: one snmpsim for all, one look each."""

import asyncio
from pathlib import Path

from tests.collectors.processes import free_port, snmpsim
from tests.collectors.recordings.comparing import compare_ports, compare_readings
from tests.collectors.recordings.looks import look_at_all
from tests.collectors.recordings.sources import Source, expected_rows
from tests.collectors.recordings.table import Device


def compare(source: Source, directory: Path) -> list[Device]:
    """All recordings of a source, in order of their names. `directory` is for snmpsim's files."""
    port = free_port()
    with snmpsim(directory, dict(source.recordings), port):
        looks = asyncio.run(look_at_all(port, source.recordings))
    devices: list[Device] = []
    for name, look in looks.items():
        if name not in source.expected:
            devices.append(Device(name, look, compared=False))
            continue
        rows = expected_rows(source.expected[name])
        ports, readings = compare_ports(name, look, rows), compare_readings(name, look, rows)
        devices.append(Device(name, look, True, tuple(ports), tuple(readings)))
    return devices
