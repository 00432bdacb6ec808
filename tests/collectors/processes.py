"""Real agents as processes: Debian's snmpd, and snmpsim replaying recordings of real devices."""

import bz2
import getpass
import grp
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.collectors.simindex import write_recording

_PACKAGE = find_spec("snmpsim_data")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
RECORDINGS = Path(_PACKAGE.origin).parent / "data"


def free_port() -> int:
    """A UDP port of 127.0.0.1 that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(command: list[str], **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process for the time of a block."""
    started = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(5)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def snmpd(directory: Path, port: int, *more: str, under: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """net-snmp's agent with a configuration of its own; `more` are further lines of it. Its community shows all
    objects, or those under one OID."""
    config = directory / "snmpd.conf"
    lines = (
        f"agentaddress udp:127.0.0.1:{port}",
        f"rocommunity public 127.0.0.1 {under}",
        "sysName test-host",
        "sysLocation 昆明",
        *more,
    )
    config.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    # Apart from the configuration, whose name it shares: where the agent keeps the count of its engine's boots.
    kept = str(directory / "persistent")
    command = ["/usr/sbin/snmpd", "-f", "-Ln"]
    with process(command, SNMPCONFPATH=f"{directory}:{kept}", SNMP_PERSISTENT_DIR=kept, MIBS="") as started:
        yield started


def read_recording(path: Path) -> dict[str, tuple[str, str]]:
    """A recording's objects: OID to tag and value, the last of repeated ones, in the file's order."""
    text = bz2.decompress(path.read_bytes()) if path.suffix == ".bz2" else path.read_bytes()
    objects: dict[str, tuple[str, str]] = {}
    for line in text.decode("utf-8", "replace").splitlines():
        oid, _, rest = line.partition("|")
        tag, separator, value = rest.partition("|")
        if separator and oid and not oid.startswith("#"):
            objects[oid.lstrip(".")] = (tag, value)
    return objects


@contextmanager
def snmpsim(directory: Path, recordings: dict[str, Path], port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """snmpsim replaying recordings; the community is the recording's name."""
    data, cache = directory / "data", directory / "cache"
    data.mkdir()
    for name, path in recordings.items():
        objects = sorted(read_recording(path).items(), key=lambda entry: tuple(map(int, entry[0].split("."))))
        # snmpsim can't put an OID of one arc into a message; recorders write it for zeroDotZero.
        lines = (
            (oid, f"{oid}|{tag}|{'0.0' if (tag, value) == ('6', '0') else value}\n".encode())
            for oid, (tag, value) in objects
        )
        write_recording(data, cache, name, lines)
    command = [
        str(Path(sys.executable).parent / "snmpsim-command-responder"),
        f"--data-dir={data}",
        f"--cache-dir={cache}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
        f"--process-user={getpass.getuser()}",
        f"--process-group={grp.getgrgid(os.getgid()).gr_name}",
        "--max-var-binds=200",
        "--logging-method=null",
    ]
    with process(command) as started:
        time.sleep(0.1)
        if started.poll() is not None:
            raise RuntimeError("snmpsim did not start")
        yield started
