"""Debian's prometheus-snmp-exporter beside ours: the same values of the same agents, and the CPU it takes.

It is given the way of asking that costs it least: GET of exact instances, a module for each set of them, and nobody who
stores what comes out. Its usual configuration walks whole tables.
"""

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import yaml

PROGRAM: Final = "prometheus-snmp-exporter"
CLIENTS: Final = 16
"""Scrapes under way at once."""

Asked = Mapping[str, tuple[str, Sequence[str]]]
"""Address and instances, by device."""


def installed() -> bool:
    """Whether the Debian package is there."""
    return shutil.which(PROGRAM) is not None


class Exporter:
    """A running exporter with a module for each set of instances that is asked for."""

    def __init__(self, pid: int, port: int, agents: int, asked: Asked, modules: Mapping[tuple[str, ...], str]) -> None:
        self._pid = pid
        self._port = port
        self._paths = [
            (f"/snmp?target={address}:{agents}&module={modules[tuple(names)]}", len(names))
            for address, names in asked.values()
        ]

    def scrape(self) -> float:
        """Ask every device once; microseconds of the exporter's CPU a device.

        Raises RuntimeError when it does not tell all values of a device.
        """
        before = self._cpu()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in pool.map(self._work, [self._paths[part::CLIENTS] for part in range(CLIENTS)]):
                pass
        return (self._cpu() - before) / len(self._paths) * 1e6

    def _work(self, paths: Sequence[tuple[str, int]]) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        for path, values in paths:
            client.request("GET", path)
            body = client.getresponse().read()
            found = sum(line.startswith(b"v_") for line in body.splitlines())
            if found != values:
                raise RuntimeError(f"The exporter told {found} of {values} values: {body[:200]!r}")
        client.close()

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(asked: Asked, agents: int, community: str) -> Iterator[Exporter]:
    """The exporter for the time of a block; `agents` is the UDP port of the agents."""
    sets = {tuple(names) for _, names in asked.values()}
    modules = {names: f"m{number}" for number, names in enumerate(sorted(sets))}
    config = {module: _module(names, community) for names, module in modules.items()}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "snmp.yml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        process = subprocess.Popen(
            [PROGRAM, f"--config.file={path}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(port)
            yield Exporter(process.pid, port, agents, asked, modules)
        finally:
            process.terminate()
            process.wait()


def _module(names: Sequence[str], community: str) -> dict[str, object]:
    metrics = [
        {"name": f"v_{number}", "oid": name, "type": "gauge", "help": "a value"} for number, name in enumerate(names)
    ]
    return {"get": list(names), "metrics": metrics, "version": 2, "auth": {"community": community}}


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The exporter did not start.")
