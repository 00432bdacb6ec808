"""How many GETs of 20 values a second one simulator process answers, and what one costs in CPU.

    python -m bench.simulator [seconds]

A second process sends ready-made packets to every access router of the sample province in turn, a bounded number
under way at once, and counts what comes back. The simulator's CPU is read from /proc. A third run asks with bare
gufo-snmp low-level clients, one socket a device, to show that a real client gets the same answers.
"""

import asyncio
import multiprocessing
import os
import select
import socket
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from foundation.clock import SystemClock
from simulator.ber import encode_oid, integer, octets, parse_oid, tlv
from simulator.plant import Plant
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from topology.loader import load_network
from topology.model import Role
from topology.network import Network

ROOT = Path(__file__).resolve().parent.parent
PORT, ECHO_PORT, CONTROL_PORT = 27361, 27307, 27380
UNDER_WAY = 48
TARGET = 4_000

PORT_COLUMNS = (
    "1.3.6.1.2.1.2.2.1.7", "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.2.2.1.14", "1.3.6.1.2.1.2.2.1.20", "1.3.6.1.2.1.2.2.1.19",
    "1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.10", "1.3.6.1.2.1.31.1.1.1.19",
)  # fmt: skip
SCALARS = (
    "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.25.3.3.1.2.196608",
    "1.3.6.1.2.1.25.2.3.1.6.1", "1.3.6.1.2.1.99.1.1.1.4.1001",
)  # fmt: skip


def read_network() -> Network:
    """The sample province."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


def questions(network: Network) -> dict[str, tuple[str, list[str]]]:
    """For every access router its address and the 20 names to ask: 2 ports × 8 columns and 4 scalars."""
    plant = Plant(network, seed=1)
    asked: dict[str, tuple[str, list[str]]] = {}
    for router in plant.routers.values():
        if router.device.role is Role.ACCESS:
            ports = [port for port in router.ports if port.kind == 6][:2]
            names = [*SCALARS, *(f"{column}.{port.index}" for port in ports for column in PORT_COLUMNS)]
            asked[router.device.id] = ("127" + router.device.address.removeprefix("10"), names)
    return asked


def packet(names: list[str], number: int) -> bytes:
    """A GET of these names."""
    pairs = b"".join(tlv(0x30, tlv(0x06, encode_oid(parse_oid(name))) + b"\x05\x00") for name in names)
    body = integer(number) + integer(0) + integer(0) + tlv(0x30, pairs)
    return tlv(0x30, integer(1) + octets(b"public") + tlv(0xA0, body))


def serve(ready: Connection) -> None:
    """The simulator process."""
    settings = SimulatorSettings(port=PORT, echo_port=ECHO_PORT, control_port=CONTROL_PORT)
    asyncio.run(simulate(read_network(), settings, SystemClock(), started=lambda: ready.send(True)))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def raw_load(packets: list[tuple[bytes, tuple[str, int]]], seconds: float) -> tuple[int, int]:
    """Send and count for some seconds: answers, and how many had to be given up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        client.setblocking(False)
        poller = select.poll()
        poller.register(client, select.POLLIN)
        answered = lost = under_way = at = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while under_way < UNDER_WAY:
                data, address = packets[at]
                client.sendto(data, address)
                at = (at + 1) % len(packets)
                under_way += 1
            if not poller.poll(200):
                lost += under_way
                under_way = 0
                continue
            try:
                while True:
                    client.recv(4096)
                    answered += 1
                    under_way -= 1
            except BlockingIOError:
                pass
        return answered, lost


def gufo_load(asked: dict[str, tuple[str, list[str]]]) -> tuple[int, float]:
    """Ask every device once with gufo-snmp's blocking client: values received, seconds taken."""
    from gufo.snmp.sync import SnmpSession

    values = 0
    began = time.perf_counter()
    for address, names in asked.values():
        with SnmpSession(addr=address, port=PORT, community="public", timeout=2.0) as session:
            values += len(session.get_many(names))
    return values, time.perf_counter() - began


def main(seconds: float) -> None:
    """Run and print."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    assert process.pid is not None
    asked = questions(read_network())
    packets = [(packet(names, number), (address, PORT)) for number, (address, names) in enumerate(asked.values())]
    theirs.close()
    try:
        ours.recv()
    except EOFError:
        sys.exit("The simulator did not start: see above.")
    raw_load(packets, 3.0)
    for label in ("first", "second"):
        before, began = cpu_seconds(process.pid), time.perf_counter()
        answered, lost = raw_load(packets, seconds)
        took, cpu = time.perf_counter() - began, cpu_seconds(process.pid) - before
        rate = answered / took
        print(
            f"{label}: {rate:,.0f} GETs of {len(SCALARS) + 2 * len(PORT_COLUMNS)} values a second "
            f"({rate / TARGET:.1f} x the target of {TARGET:,}), {cpu / answered * 1e6:.0f} us CPU per GET "
            f"({answered / cpu:,.0f} a CPU second), {lost} lost"
        )
    before = cpu_seconds(process.pid)
    values, took = gufo_load(asked)
    cpu = cpu_seconds(process.pid) - before
    print(
        f"gufo-snmp, device after device: {len(asked) / took:,.0f} GETs a second of {values / len(asked):.1f} values,"
        f" {cpu / len(asked) * 1e6:.0f} us CPU of the simulator per GET"
    )
    print(f"simulator: {memory_mb(process.pid):.0f} MB for {len(asked):,} agents asked")
    process.terminate()
    process.join()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
