"""A small province as real processes: 2 cores, 2 aggregation routers, 2 counties, 8 agencies (small_province/)."""

import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import httpx

from alerting.timeline.queries import Interval, intervals
from alerting.timeline.track import DEVICE
from foundation.clock import HOUR, MINUTE, SystemClock
from simulator.control import send
from storage.records.database import Records
from tests.system.agents import ROOT
from tests.system.stack import Console, Process, eventually, free_port, process, yunwei

HERE = Path(__file__).parent / "small_province"
COUNTY, ACCESS = "530627-R1", "530628-tax-R1"
"""A county router, which four agencies hang on, and the router of a single agency."""

UDP = socket.SOCK_DGRAM


@dataclass(frozen=True)
class Ports:
    """Where everything of one province listens; all free ones, all of its own."""

    snmp: int = field(default_factory=lambda: free_port(UDP))
    echo: int = field(default_factory=lambda: free_port(UDP))
    control: int = field(default_factory=free_port)
    smtp: int = field(default_factory=free_port)
    inbox: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)


def write_configuration(directory: Path, ports: Ports) -> None:
    """Write a configuration directory of the small province."""
    directory.mkdir(exist_ok=True)
    for name in ("topology.yaml", "agencies.csv", "roster.yaml"):
        shutil.copy(HERE / name, directory)
    settings = Template((HERE / "yunwei.yaml").read_text(encoding="utf-8"))
    (directory / "yunwei.yaml").write_text(settings.substitute(vars(ports)), encoding="utf-8")
    shutil.copytree(ROOT / "rules", directory / "rules")
    shutil.copytree(ROOT / "runbooks", directory / "runbooks")


def change(path: Path, old: str, new: str) -> None:
    """Edit a file as an operator would."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} does not say {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@dataclass
class SmallProvince:
    """One configuration directory, and what is to be seen and done from outside."""

    directory: Path
    ports: Ports

    @property
    def console(self) -> Console:
        """The platform's API."""
        return Console(f"http://127.0.0.1:{self.ports.http}", "test-token")

    @contextmanager
    def platform(self, name: str = "run", *, before: Sequence[str] = (), **environment: str) -> Iterator[Process]:
        """A running platform; `before` is a command that starts it in its stead (`prlimit …`)."""
        command = [*before, *yunwei("run", "--config", str(self.directory))]
        with process(name, command, self.directory, **environment) as running:
            yield running

    def fails(self, *words: str, before: Sequence[str] = (), seconds: float = 60.0) -> str:
        """Run a command of the product that can't work: it says why in sentences and ends with status 1."""
        command = [*before, *yunwei(*words, "--config", str(self.directory))]
        with process(f"failing-{words[0]}", command, self.directory) as running:
            status = running.popen.wait(seconds)
            said = running.text()
            running.log.unlink()
        assert "Traceback" not in said, said
        assert status == 1, f"exit status {status}\n{said}"
        return said

    def fault(self, kind: str, target: str, **options: str) -> int:
        """Let something fail. Returns the fault's number."""
        answer = send(self.ports.control, {"fault": kind, "target": target, **options})
        assert answer["ok"], answer
        return int(answer["id"])

    def mend(self, what: int | str = "all") -> None:
        """End a fault, or all."""
        assert send(self.ports.control, {"clear": what})["ok"]

    def messages(self, channel: str, *words: str) -> list[Mapping[str, Any]]:
        """What the inbox has received on a channel, the newest first, with all these words in subject or text."""
        found = httpx.get(f"http://127.0.0.1:{self.ports.inbox}/messages", trust_env=False).json()["messages"]
        return [
            message
            for message in found
            if message["channel"] == channel and all(word in message["subject"] + message["text"] for word in words)
        ]

    def timeline(self, device: str, data: Path | None = None) -> list[Interval]:
        """A device's states so far."""
        records = Records(f"sqlite:///{(data or self.directory / 'data') / 'records.sqlite'}")
        now = SystemClock().now()
        try:
            with records.reading() as session:
                return intervals(session, DEVICE, [device], now - HOUR, now + MINUTE)
        finally:
            records.close()

    def figure(self, line: str) -> float:
        """A figure of /metrics by its name and labels."""
        text = self.console.client.get(f"{self.console.url}/metrics").text
        return next((float(found.rpartition(" ")[2]) for found in text.splitlines() if found.startswith(line)), 0.0)


@contextmanager
def simulated(directory: Path, ports: Ports) -> Iterator[None]:
    """The simulated agents and the inbox of a province."""
    configuration = directory / "outside"
    write_configuration(configuration, ports)
    with ExitStack() as stack:
        for name in ("simulate", "inbox"):
            stack.enter_context(process(name, yunwei(name, "--config", str(configuration)), directory))
        eventually(lambda: listens(ports.control) and listens(ports.inbox), 30, "simulator and inbox listen")
        yield


def listens(port: int) -> bool:
    """Whether a program takes TCP connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def taken(port: int) -> Iterator[int]:
    """A TCP port that another program uses."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield port
