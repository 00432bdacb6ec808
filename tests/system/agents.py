"""Agents that are not ours: net-snmp's snmpd on this machine, and snmpsim replaying recordings of real devices."""

import bz2
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.system.stack import Process, process

ROOT: Final = Path(__file__).parents[2]
SHARED_RECORDINGS: Final = ROOT.parent / "shared" / "data" / "snmprec"
"""Recordings that may lie beside the project; they are used from there and never copied into it."""
VETH: Final = "yw-core0"


def packaged_recordings() -> Path:
    """Where PyPI's snmpsim-data keeps its recordings."""
    spec = find_spec("snmpsim_data")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))) / "data"


@dataclass
class CoreInterface:
    """An interface of the real snmpd that the test can shut.

    As root it is one end of a veth pair, shut as an administrator would. Otherwise it is the loopback's row, whose
    ifOperStatus snmpd is told to report by SNMP SET (`override -rw`).
    """

    name: str
    port: int

    def shut(self) -> None:
        """Take it down."""
        self._set("down", "2")

    def open(self) -> None:
        """Bring it back."""
        self._set("up", "1")

    def _set(self, word: str, status: str) -> None:
        if self.name == VETH:
            subprocess.run(["ip", "link", "set", VETH, word], check=True)
        else:
            agent = f"127.0.0.1:{self.port}"
            command = ["snmpset", "-v2c", "-cpublic", "-On", agent, ".1.3.6.1.2.1.2.2.1.8.1", "i", status]
            subprocess.run(command, check=True, env={**os.environ, "MIBS": ""}, stdout=subprocess.DEVNULL)


@contextmanager
def snmpd(port: int, directory: Path) -> Iterator[tuple[Process, CoreInterface]]:
    """A real net-snmp agent on loopback, and an interface of it to shut."""
    is_root = os.geteuid() == 0
    configuration = directory / "snmpd.conf"
    lines = ["rwcommunity public", f"agentaddress udp:127.0.0.1:{port}"]
    if not is_root:
        lines.append("override -rw .1.3.6.1.2.1.2.2.1.8.1 integer 1")
    configuration.write_text("\n".join(lines) + "\n")
    with ExitStack() as stack:
        if is_root:
            subprocess.run(["ip", "link", "delete", VETH], check=False, stderr=subprocess.DEVNULL)
            subprocess.run(["ip", "link", "add", VETH, "type", "veth", "peer", "name", "yw-core1"], check=True)
            stack.callback(subprocess.run, ["ip", "link", "delete", VETH], check=True)
            for name in (VETH, "yw-core1"):
                subprocess.run(["ip", "link", "set", name, "up"], check=True)
        program = shutil.which("snmpd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None
        command = [
            program,
            "-f",
            "-Lo",
            "-C",
            "-c",
            str(configuration),
            "-I",
            "-smux",
            "-p",
            str(directory / "snmpd.pid"),
        ]
        agent = stack.enter_context(process("snmpd", command, directory, MIBS="", SNMP_PERSISTENT_DIR=str(directory)))
        yield agent, CoreInterface(VETH if is_root else "lo", port)


@contextmanager
def snmpsim(port: int, recording: Path, directory: Path) -> Iterator[Process]:
    """snmpsim replaying one recording; the community is the recording's name."""
    name = recording.name.removesuffix(".bz2").removesuffix(".snmprec")
    data = directory / name
    data.mkdir(exist_ok=True)
    (data / f"{name}.snmprec").write_text(_cleaned(recording), encoding="utf-8")
    (data / "cache").mkdir(exist_ok=True)
    command = [
        str(Path(sys.executable).parent / "snmpsim-command-responder"),
        f"--data-dir={data}",
        f"--cache-dir={data / 'cache'}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
        "--process-user=root" if os.geteuid() == 0 else f"--process-user={os.environ.get('USER', 'nobody')}",
        "--process-group=root" if os.geteuid() == 0 else f"--process-group={os.environ.get('USER', 'nogroup')}",
        "--log-level=error",
    ]
    with process(f"snmpsim-{name}", command, directory) as agent:
        yield agent


def answers(port: int, community: str) -> bool:
    """Whether an agent answers on loopback: asked with net-snmp's own tool, not with ours."""
    command = ["snmpget", "-v2c", f"-c{community}", "-r0", "-t1", "-On", f"127.0.0.1:{port}", ".1.3.6.1.2.1.1.3.0"]
    return subprocess.run(command, check=False, env={**os.environ, "MIBS": ""}, capture_output=True).returncode == 0


def _cleaned(recording: Path) -> str:
    """The recording as snmpsim wants it: sorted by OID, each once, no line that is no record."""
    raw = bz2.decompress(recording.read_bytes()) if recording.suffix == ".bz2" else recording.read_bytes()
    rows: dict[tuple[int, ...], str] = {}
    for line in raw.decode("utf-8", "replace").splitlines():
        oid, bar, rest = line.lstrip(".").partition("|")
        if bar and oid.replace(".", "").isdigit():
            rows.setdefault(tuple(map(int, oid.split("."))), f"{oid}|{rest}")
    return "".join(f"{rows[oid]}\n" for oid in sorted(rows))


RECORDED: Final[Mapping[str, str]] = {
    "aggregation": "network/router/huawei-s5720.snmprec.bz2",
    "county": "network/switch/dcrs-5980-28t-dc.snmprec.bz2",
    "health-router": "network/switch/h3c-e528-2.snmprec.bz2",
    "tax-router": "network/switch/ruijie-s5750-24gt12sfp.snmprec.bz2",
}
"""Which recording of snmpsim-data plays which device of real_agents/topology.yaml."""
