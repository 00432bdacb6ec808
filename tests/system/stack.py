"""The product as real processes, for tests of the main job from end to end."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody uses at this moment, below those that the kernel hands out by itself in the next one."""
    while True:
        port = random.randrange(20_000, 32_768)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port


def eventually(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """Look again and again until there is something; a real process decides when, so there is no clock to step."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


@dataclass
class Process:
    """One running process and its log."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def text(self) -> str:
        """Everything it has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, seconds: float = 30.0) -> int:
        """Ask it to end; returns its exit status."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(seconds)

    def kill(self) -> None:
        """End it without a word."""
        self.popen.kill()
        self.popen.wait()


@contextmanager
def process(name: str, command: Sequence[str], directory: Path, **environment: str) -> Iterator[Process]:
    """A process whose output goes to a log in `directory`; killed on leaving if it still runs."""
    log = directory / f"{name}.log"
    with log.open("ab") as output:
        popen = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
    running = Process(name, popen, log)
    try:
        yield running
    finally:
        running.kill()


def yunwei(*words: str) -> list[str]:
    """The command line of the product."""
    return [sys.executable, "-m", "yunwei", *words]


@dataclass
class Console:
    """What a person, or another system, sees of a running platform."""

    url: str
    token: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=5.0, trust_env=False))

    def health(self) -> dict[str, Any]:
        """`/healthz`, or nothing while the platform is not there yet."""
        try:
            return dict(self.client.get(f"{self.url}/healthz").json())
        except (httpx.HTTPError, json.JSONDecodeError):
            return {}

    def get(self, path: str) -> Any:
        """A JSON answer of the API."""
        answer = self.client.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {self.token}"})
        answer.raise_for_status()
        return answer.json()

    def incidents(self, *states: str) -> list[dict[str, Any]]:
        """Incidents in these states; all when none is named."""
        return [
            found
            for found in self.get("/api/v1/incidents?limit=200")["items"]
            if not states or found["state"] in states
        ]

    def wait_until_polled(self, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until every device has been looked at."""

        def polled() -> dict[str, Any] | None:
            health = self.health()
            return health if health and health["looked_at"] == health["devices"] else None

        return eventually(polled, seconds, "all devices polled")
