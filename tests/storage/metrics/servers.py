"""Real metric servers for tests, on free loopback ports, with directories of their own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from storage.metrics.settings import InfluxSettings

PATIENCE_S = 30.0
RETENTIONS = ("raw_retention", "five_minute_retention", "hourly_retention")


def influx_settings(url: str, **more: object) -> InfluxSettings:
    """Settings that keep everything: tests write at moments long ago."""
    return InfluxSettings.model_validate({"url": url, **dict.fromkeys(RETENTIONS, "36000 d"), **more})


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Server:
    """One server that can be killed and started again on the same port and files."""

    command: list[str]
    environment: dict[str, str]
    directory: Path
    url: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until its first answer."""
        log = self.directory / "server.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, cwd=self.directory, stdout=output, stderr=output
            )
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                httpx.get(f"{self.url}/ping", timeout=1, trust_env=False)
                return
            except httpx.HTTPError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    told = log.read_text(errors="replace")
                    raise RuntimeError(f"{self.command[0]} did not start:\n{told}") from None
                time.sleep(0.05)  # until another process is ready: there is nothing to step

    def kill(self) -> None:
        """Without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """As a service manager does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def influxd_server(directory: Path, port: int) -> Server:
    """Debian's InfluxDB (1.6.7)."""
    (rpc,) = free_ports(1)
    environment = {
        "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{rpc}",
        "INFLUXDB_META_DIR": str(directory / "meta"),
        "INFLUXDB_DATA_DIR": str(directory / "data"),
        "INFLUXDB_DATA_WAL_DIR": str(directory / "wal"),
        "INFLUXDB_DATA_QUERY_LOG_ENABLED": "false",
        "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
        "INFLUXDB_HTTP_LOG_ENABLED": "false",
        "INFLUXDB_MONITOR_STORE_ENABLED": "false",
        "INFLUXDB_REPORTING_DISABLED": "true",
    }
    config = directory / "influxdb.conf"
    config.write_text("reporting-disabled = true\n")
    return Server(["influxd", "run", "-config", str(config)], environment, directory, f"http://127.0.0.1:{port}")


def victoria_server(directory: Path, port: int, *more: str) -> Server:
    """Debian's VictoriaMetrics (1.79)."""
    command = [
        "victoria-metrics",
        f"-storageDataPath={directory / 'data'}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-retentionPeriod=100y",
        "-dedup.minScrapeInterval=1ms",
        *more,
    ]
    return Server(command, {}, directory, f"http://127.0.0.1:{port}")


@contextmanager
def influxd(directory: Path, port: int) -> Iterator[str]:
    """InfluxDB on a port while the block lasts; gives its URL."""
    yield from _running(influxd_server(directory, port))


@contextmanager
def victoria_metrics(directory: Path, port: int, *more: str) -> Iterator[str]:
    """VictoriaMetrics on a port while the block lasts; gives its URL."""
    yield from _running(victoria_server(directory, port, *more))


def _running(server: Server) -> Iterator[str]:
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
