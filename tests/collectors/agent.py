"""A scripted SNMP agent on loopback: a table of objects, and a script of misbehaviour for hostile tests."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from collectors.snmp import oids
from tests.collectors import ber
from tests.collectors.ber import Request

Behaviour = Callable[["Agent", Request], list[bytes]]
"""What is sent back for a request: any number of packets."""


def honest(agent: "Agent", request: Request) -> list[bytes]:
    """One right answer."""
    return [agent.answer(request)]


def silent(agent: "Agent", request: Request) -> list[bytes]:
    """None at all."""
    return []


class Agent(asyncio.DatagramProtocol):
    """Answers from `objects` (OID to encoded value) as `behaviour` says; one-off behaviours in `script` go first."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects
        self.behaviour: Behaviour = honest
        self.script: list[Behaviour] = []
        self.requests: list[Request] = []
        self.port = 0
        self.community = b"public"
        self.uptime = 100_000
        self._transport: asyncio.DatagramTransport | None = None
        self.peer: tuple[str | object, int] = ("", 0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It listens."""
        # asyncio's own datagram transport is no subclass of its interface.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Answer one request."""
        assert self._transport is not None
        self.peer = addr
        request = ber.parse(data)
        if request.community != self.community:
            return
        self.requests.append(request)
        behaviour = self.script.pop(0) if self.script else self.behaviour
        for packet in behaviour(self, request):
            self._transport.sendto(packet, addr)

    def tick(self, hundredths: int) -> None:
        """Let the agent's clock move on, as sysUpTime does; it wraps."""
        self.uptime = (self.uptime + hundredths) % 2**32
        self.objects[oids.SYS_UPTIME] = ber.ticks(self.uptime)

    def restart(self, uptime: int = 100) -> None:
        """Its clock begins anew."""
        self.uptime = uptime
        self.tick(0)

    def set_port(self, index: int, **columns: bytes) -> None:
        """Change columns of an interface, by the names they have in snmp/oids.py: IF_OPER_STATUS …"""
        for name, value in columns.items():
            self.objects[f"{getattr(oids, name)}.{index}"] = value

    def send(self, packet: bytes) -> None:
        """Send something to who asked last, unasked."""
        assert self._transport is not None
        self._transport.sendto(packet, self.peer)

    def answer(self, request: Request) -> bytes:
        """The right answer."""
        if request.version == 0:
            return self._old_answer(request)
        if request.kind == ber.GET:
            bindings = [(name, self.objects.get(name, b"\x81\x00")) for name in request.oids]
        else:
            bindings = list(self._following(request.oids[0], request.repetitions))
        return ber.answer(request, bindings)

    def _old_answer(self, request: Request) -> bytes:
        """SNMPv1: the first absent instance makes the whole request fail with noSuchName; no 64-bit counters."""
        bindings: list[tuple[str, bytes]] = []
        for place, name in enumerate(request.oids, start=1):
            found, value = name, self.objects.get(name, b"")
            if request.kind == ber.GET_NEXT:
                found, value = next(self._following(name, 1))
            if not value or value[0] in (0x82, 0x46):
                echo = [(each, b"\x05\x00") for each in request.oids]
                return ber.answer(request, echo, error=2, index=place)
            bindings.append((found, value))
        return ber.answer(request, bindings)

    def _following(self, name: str, count: int) -> Iterator[tuple[str, bytes]]:
        start = _key(name)
        ordered = sorted((_key(other), other) for other in self.objects)
        following = [other for key, other in ordered if key > start][:count]
        for other in following:
            yield other, self.objects[other]
        if len(following) < count:
            yield (following[-1] if following else name), b"\x82\x00"

    def close(self) -> None:
        """Stop listening: the port refuses from now on."""
        if self._transport is not None:
            self._transport.close()


@contextmanager
def closing(agent: Agent) -> Iterator[Agent]:
    """The agent for the time of a block."""
    try:
        yield agent
    finally:
        agent.close()


async def start_agent(objects: dict[str, bytes], port: int = 0) -> Agent:
    """An agent on a free port of 127.0.0.1."""
    _, agent = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Agent(objects), local_addr=("127.0.0.1", port)
    )
    return agent


def router(ports: dict[int, str], *, uptime: int = 100_000, last_change: int | None = 7) -> dict[str, bytes]:
    """The objects of a router with these interfaces (ifIndex to name), a processor, memory and a temperature."""
    objects = {
        oids.SYS_DESCR: ber.octets("测试路由器".encode()),
        oids.SYS_OBJECT_ID: ber.oid("1.3.6.1.4.1.99999.1"),
        oids.SYS_UPTIME: ber.ticks(uptime),
        oids.SYS_NAME: ber.octets(b"r1"),
        oids.SYS_LOCATION: ber.octets("昆明".encode("gb18030")),
        f"{oids.HR_PROCESSOR_LOAD}.1": ber.integer(17),
        f"{oids.HR_STORAGE_TYPE}.1": ber.oid(oids.HR_STORAGE_RAM),
        f"{oids.HR_STORAGE_DESCR}.1": ber.octets(b"RAM"),
        f"{oids.HR_STORAGE_SIZE}.1": ber.integer(1000),
        f"{oids.HR_STORAGE_USED}.1": ber.integer(250),
        f"{oids.ENT_SENSOR_TYPE}.5": ber.integer(8),
        f"{oids.ENT_SENSOR_SCALE}.5": ber.integer(9),
        f"{oids.ENT_SENSOR_PRECISION}.5": ber.integer(1),
        f"{oids.ENT_SENSOR_VALUE}.5": ber.integer(385),
        f"{oids.ENT_SENSOR_STATUS}.5": ber.integer(1),
        f"{oids.ENT_PHYSICAL_NAME}.5": ber.octets(b"chassis"),
    }
    if last_change is not None:
        objects[oids.IF_TABLE_LAST_CHANGE] = ber.ticks(last_change)
    for index, name in ports.items():
        objects |= {
            f"{oids.IF_DESCR}.{index}": ber.octets(name.encode()),
            f"{oids.IF_NAME}.{index}": ber.octets(name.encode()),
            f"{oids.IF_TYPE}.{index}": ber.integer(6),
            f"{oids.IF_SPEED}.{index}": ber.integer(1_000_000_000, 0x42),
            f"{oids.IF_HIGH_SPEED}.{index}": ber.integer(1000, 0x42),
            f"{oids.IF_ADMIN_STATUS}.{index}": ber.integer(1),
            f"{oids.IF_OPER_STATUS}.{index}": ber.integer(1),
            f"{oids.IF_HC_IN_OCTETS}.{index}": ber.counter64(1_000_000 * index),
            f"{oids.IF_HC_OUT_OCTETS}.{index}": ber.counter64(2_000_000 * index),
            f"{oids.IF_IN_ERRORS}.{index}": ber.counter32(0),
            f"{oids.IF_OUT_ERRORS}.{index}": ber.counter32(0),
            f"{oids.IF_IN_DISCARDS}.{index}": ber.counter32(0),
            f"{oids.IF_OUT_DISCARDS}.{index}": ber.counter32(0),
            f"{oids.IF_DISCONTINUITY}.{index}": ber.ticks(0),
        }
    return objects


def _key(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split(".")))
