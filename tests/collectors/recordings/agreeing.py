"""Replays recordings and compares them: one snmpsim for all, one look each."""

import asyncio
from pathlib import Path

from tests.collectors.processes import free_port, snmpsim
from tests.collectors.recordings.comparing import compare_ports, compare_readings
from tests.collectors.recordings.looks import Look, look_at_all
from tests.collectors.recordings.sources import Source, expected_rows
from tests.collectors.recordings.table import Device


def compare(source: Source, directory: Path) -> list[Device]:
    """All recordings of a source, in order of their names. `directory` is for snmpsim's files."""
    looks = _looks(source, directory)
    devices: list[Device] = []
    for name, look in looks.items():
        if name not in source.expected:
            devices.append(Device(name, look, compared=False))
            continue
        rows = expected_rows(source.expected[name])
        ports, readings = compare_ports(name, look, rows), compare_readings(name, look, rows)
        devices.append(Device(name, look, True, tuple(ports), tuple(readings)))
    return devices


ATTEMPTS = 3
"""To find a port that nobody else takes before snmpsim does."""


def _looks(source: Source, directory: Path) -> dict[str, Look]:
    for attempt in range(ATTEMPTS):
        port, place = free_port(), directory / str(attempt)
        place.mkdir()
        with snmpsim(place, dict(source.recordings), port) as agent:
            try:
                return asyncio.run(look_at_all(port, source.recordings))
            except TimeoutError:
                if agent.poll() is None:
                    raise
    raise RuntimeError("snmpsim found no port")
