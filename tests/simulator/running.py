"""A province that really runs, in a thread of its own, on free ports of loopback."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.clock import SystemClock
from simulator.control import send
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from tests.networks import small_network
from topology.network import Network


@dataclass
class Running:
    """A province that listens."""

    network: Network
    settings: SimulatorSettings

    def command(self, **command: Any) -> dict[str, Any]:
        """Send a command."""
        return send(self.settings.control_port, command)

    def address(self, device: str) -> str:
        """Where a device answers."""
        return "127" + self.network.devices[device].address.removeprefix("10")

    def ask(self, device: str, data: bytes, *, echo: bool = False, timeout: float = 2.0) -> bytes | None:
        """Send a datagram to a device; the answer, which must come from the address that was asked, or None."""
        port = self.settings.echo_port if echo else self.settings.port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(timeout)
            client.sendto(data, (self.address(device), port))
            try:
                answer, source = client.recvfrom(65_535)
            except TimeoutError:
                return None
            assert source == (self.address(device), port)
            return answer


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def free_settings(**changes: Any) -> SimulatorSettings:
    """Settings on free ports."""
    ports = {
        "port": free_port(socket.SOCK_DGRAM),
        "echo_port": free_port(socket.SOCK_DGRAM),
        "control_port": free_port(socket.SOCK_STREAM),
    }
    return SimulatorSettings.model_validate({**ports, **changes})


@contextmanager
def running(*, recordings: dict[str, Path] | None = None, network: Network | None = None) -> Iterator[Running]:
    """A running province, of the small network where no other is given, stopped at the end."""
    network = network or small_network()
    settings = free_settings(recordings=recordings or {})
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    task = loop.create_task(simulate(network, settings, SystemClock(), started=ready.set))

    def play() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            ready.set()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=play, name="province")
    thread.start()
    try:
        assert ready.wait(10)
        assert not task.done(), task
        yield Running(network, settings)
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
    assert not thread.is_alive()
