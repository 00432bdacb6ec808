"""Every accepted batch is in the store afterwards, once: whatever is killed, whenever, and however often.

Compressed in time: a round is five seconds of the platform, and takes some milliseconds here. Real servers, a real
process that feeds them, real kills.
"""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from tests.networks import small_network
from tests.storage.metrics.feeding import START, STEP
from tests.storage.metrics.servers import Server, free_ports, influxd_server, victoria_server

ROUNDS = 240
"""Twenty minutes."""
DEVICES = len(small_network().devices)

pytestmark = pytest.mark.slow


@dataclass
class Feeder:
    """The feeding process, and how far it said to be. Started anew it goes on where it was."""

    settings: dict[str, Any]
    data: Path
    accepted: int = 0
    process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None
    _progress: threading.Condition = field(default_factory=threading.Condition)
    finished: bool = False

    def start(self) -> None:
        """From the first round that was not accepted."""
        command = [sys.executable, "-m", "tests.storage.metrics.feeding", json.dumps(self.settings), str(self.data)]
        self.process = subprocess.Popen(
            [*command, str(self.accepted), str(ROUNDS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def kill(self) -> None:
        """Without a word."""
        assert self.process is not None
        assert self._reader is not None
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def wait_for(self, round_number: int) -> None:
        """Until a round is accepted."""
        with self._progress:
            assert self._progress.wait_for(lambda: self.accepted >= round_number, 120), self.accepted

    def wait_until_nothing_waits(self) -> None:
        """All rounds are in the store; then let it end."""
        with self._progress:
            assert self._progress.wait_for(lambda: self.finished, 180), self.accepted
        assert self.process is not None
        self.process.communicate()
        assert self.process.returncode == 0

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._progress:
                if line.strip() == "done":
                    self.finished = True
                else:
                    self.accepted = int(line) + 1
                self._progress.notify_all()


@contextmanager
def feeding(settings: dict[str, Any], data: Path) -> Iterator[Feeder]:
    """A feeder that has begun."""
    feeder = Feeder(settings, data)
    feeder.start()
    try:
        yield feeder
    finally:
        if feeder.process is not None and feeder.process.poll() is None:
            feeder.kill()


def influx_rows(url: str) -> dict[str, list[tuple[int, float]]]:
    """Every row by device."""
    query = {"db": "yunwei", "epoch": "ms", "q": 'SELECT "rtt_ms" FROM "device" GROUP BY "device"'}
    answer = httpx.get(f"{url}/query", params=query, timeout=30, trust_env=False).json()
    series = answer["results"][0].get("series", [])
    return {one["tags"]["device"]: [(at, value) for at, value in one["values"]] for one in series}


def victoria_rows(url: str) -> dict[str, list[tuple[int, float]]]:
    """Every row by device: as the server itself counts them once it has put same instants together."""
    httpx.get(f"{url}/internal/force_flush", timeout=30, trust_env=False)
    wanted = {"match[]": 'device_rtt_ms{db="yunwei"}'}
    answer = httpx.get(f"{url}/api/v1/export", params=wanted, timeout=30, trust_env=False).text
    found: dict[str, list[tuple[int, float]]] = {}
    for one in map(json.loads, answer.splitlines()):
        found.setdefault(one["metric"]["device"], []).extend(zip(one["timestamps"], one["values"], strict=True))
    return {device: sorted(rows) for device, rows in found.items()}


def check(rows: dict[str, list[tuple[int, float]]]) -> None:
    """Every round of every device, once."""
    expected = [(START + number * STEP, float(number)) for number in range(ROUNDS)]
    assert len(rows) == DEVICES
    for device, found in rows.items():
        missing = sorted({value for _, value in expected} - {value for _, value in found})
        assert not missing, (device, missing)
        assert found == expected, device


SERVERS = {
    "influxdb": (influxd_server, influx_rows),
    "victoriametrics": (victoria_server, victoria_rows),
}


@pytest.fixture(params=SERVERS)
def case(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Server, dict[str, Any], Callable[[str], dict[str, list[tuple[int, float]]]]]]:
    """A server that can be killed, the settings that lead to it, and how to count what it has."""
    make, count = SERVERS[request.param]
    directory = tmp_path / "server"
    directory.mkdir()
    server = make(directory, free_ports(1)[0])
    settings: dict[str, Any] = {"url": server.url, "timeout": "2 s"}
    if request.param == "influxdb":
        kept = ("raw_retention", "five_minute_retention", "hourly_retention")
        settings |= dict.fromkeys(kept, "36000 d")
    server.start()
    yield server, {"kind": request.param, request.param: settings}, count
    server.stop()


def test_a_store_killed_for_ten_minutes_under_load_and_again_during_back_fill_has_every_batch_once(
    case: tuple[Server, dict[str, Any], Callable[[str], dict[str, list[tuple[int, float]]]]], tmp_path: Path
) -> None:
    server, settings, count = case
    with feeding(settings, tmp_path / "data") as feeder:
        feeder.wait_for(30)
        server.kill()
        feeder.wait_for(30 + 120)  # ten minutes
        server.start()
        feeder.wait_for(30 + 120 + 15)  # back-filling
        server.kill()
        feeder.wait_for(30 + 120 + 40)
        server.start()
        feeder.wait_until_nothing_waits()
        check(count(server.url))


@pytest.mark.parametrize("seed", range(2))
def test_platform_and_store_killed_at_random_moments_have_every_accepted_batch_once(
    case: tuple[Server, dict[str, Any], Callable[[str], dict[str, list[tuple[int, float]]]]], tmp_path: Path, seed: int
) -> None:
    server, settings, count = case
    chance = random.Random(seed)
    is_up = True
    with feeding(settings, tmp_path / "data") as feeder:
        while feeder.accepted < ROUNDS - 40:
            feeder.wait_for(feeder.accepted + chance.randint(1, 35))
            if chance.random() < 0.5:
                feeder.kill()
                feeder.start()
            else:
                server.kill() if is_up else server.start()
                is_up = not is_up
        if not is_up:
            server.start()
        feeder.wait_until_nothing_waits()
        check(count(server.url))


def test_the_duckdb_file_has_every_accepted_batch_once_after_kills_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(7)
    with feeding({"kind": "duckdb"}, tmp_path) as feeder:
        for _ in range(6):
            feeder.wait_for(min(ROUNDS - 1, feeder.accepted + chance.randint(1, 35)))
            feeder.kill()
            feeder.start()
        feeder.wait_until_nothing_waits()
    with duckdb.connect(str(tmp_path / "metrics.duckdb")) as connection:
        found = connection.execute(
            "SELECT device, moment, rtt_ms FROM device_recent JOIN device_series USING (series) ORDER BY 1, 2"
        ).fetchall()
    rows: dict[str, list[tuple[int, float]]] = {}
    for device, at, value in found:
        rows.setdefault(device, []).append((at, value))
    check(rows)
