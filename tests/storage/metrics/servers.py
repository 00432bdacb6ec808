"""Real metric servers for tests, on free loopback ports, with directories of their own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def influxd(directory: Path, port: int) -> Iterator[str]:
    """Debian's InfluxDB (1.6.7) on a port; gives its URL."""
    (rpc,) = free_ports(1)
    environment = {
        **os.environ,
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
    with _running(["influxd", "run", "-config", str(config)], directory, environment, f"http://127.0.0.1:{port}/ping"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def victoria_metrics(directory: Path, port: int, *more: str) -> Iterator[str]:
    """Debian's VictoriaMetrics on a port; gives its URL."""
    command = [
        "victoria-metrics",
        f"-storageDataPath={directory / 'data'}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-retentionPeriod=100y",
        "-dedup.minScrapeInterval=1ms",
        *more,
    ]
    with _running(command, directory, dict(os.environ), f"http://127.0.0.1:{port}/ping"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], directory: Path, environment: dict[str, str], ready: str) -> Iterator[None]:
    """The server, from its first answer on until it has ended."""
    log = directory / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=directory, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                httpx.get(ready, timeout=1, trust_env=False)
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')}") from None
                time.sleep(0.05)  # until another process is ready: there is nothing to step
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
