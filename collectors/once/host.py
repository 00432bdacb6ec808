"""Polls one host with the same parts that the poll loop is made of, and tells what it is and has."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry

from collectors.reachability.patience import Patience
from collectors.schedule.timetable import Timetable
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.credentials import Keyring, community_login
from collectors.snmp.decode import read_interface
from collectors.snmp.gufo import Answer
from collectors.snmp.hub import SocketHub
from collectors.snmp.inventory import Inventory, take_inventory
from collectors.snmp.plan import Plan, make_plan
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.sizing import RequestSize
from collectors.snmp.text import number_of, text_of
from collectors.telemetry import Telemetry
from foundation.clock import SECOND, Clock, Instant
from foundation.messages import HealthReading, InterfaceReading
from foundation.problems import OperatorError

MOST_INTERFACES: Final = 4_096
VALUES: Final = 50
TICK: Final = 0.02
SHORTEST_SAMPLE: Final = 2.5
"""Seconds between two samples below which rates say nothing."""

SYSTEM: Final = (
    oids.SYS_DESCR, oids.SYS_OBJECT_ID, oids.SYS_UPTIME, oids.SYS_CONTACT, oids.SYS_NAME, oids.SYS_LOCATION,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """The system group (RFC 3418)."""

    name: str
    description: str
    object_id: str
    location: str
    contact: str
    uptime_s: float | None


@dataclass(frozen=True, slots=True)
class PolledPort:
    """One interface: who it is and its reading."""

    index: int
    alias: str
    type: int
    speed_bps: int
    """0 where the agent tells none."""
    wide: bool
    """It has 64-bit counters."""
    reading: InterfaceReading


@dataclass(frozen=True, slots=True)
class HostPoll:
    """All that one look at a host found. `dataclasses.asdict` makes it plain data for JSON."""

    address: str
    port: int
    at: Instant
    """When the look began."""
    identity: Identity
    interfaces: tuple[PolledPort, ...]
    health: tuple[HealthReading, ...]
    """Processors, memory, temperatures."""
    rtt_ms: float
    """Of the first answer."""
    requests: int
    timeouts: int
    took_ms: float
    complete: bool
    """False when the agent stopped answering on the way, or its interfaces moved meanwhile."""


async def poll_host(
    address: str,
    *,
    port: int = 161,
    community: str = "public",
    clock: Clock,
    timeout: float = 2.0,
    sample: float | None = None,
) -> HostPoll:
    """Look at a host, given by name or address. `timeout` is one request's, in seconds.

    With `sample`, the counters are read again after so many seconds (at least 2.5), which gives rates.
    Raises OperatorError when the name is unknown or nobody answers.
    """
    numeric = await _resolve(address)
    at, began = clock.now(), clock.monotonic()
    telemetry = Telemetry(CollectorRegistry())
    timetable = Timetable(clock.monotonic(), TICK)
    async with _ticking(timetable, clock):
        hub = SocketHub()
        try:
            channel = Channel(numeric, port, Keyring([community_login(community)]), hub, timetable, clock, telemetry)
        except OSError as error:
            hub.close()
            raise OperatorError(f"No SNMP socket to {address} can be opened: {error}.") from None
        try:
            return await _poll(_Host(address, port, at, began, timeout, sample), channel, clock, telemetry)
        finally:
            channel.close()
            hub.close()


@dataclass(frozen=True, slots=True)
class _Host:
    address: str
    port: int
    at: Instant
    began: float
    timeout: float
    sample: float | None


async def _poll(host: _Host, channel: Channel, clock: Clock, telemetry: Telemetry) -> HostPoll:
    size = RequestSize(VALUES)
    talk = Conversation(channel, Patience(host.timeout), size, telemetry)
    asked = clock.monotonic()
    try:
        # Without SYSTEM's long texts a first answer is small: it proves that the agent is there.
        uptime = await talk.get([oids.SYS_UPTIME])
        rtt = clock.monotonic() - asked
        system = await talk.get(list(SYSTEM))
    except Unanswered:
        refused = " Its port is closed." if telemetry.refused else ""
        raise OperatorError(
            f"No SNMP answer came from {host.address}, port {host.port}.{refused} Check the address, the port and the "
            "community (a wrong one is not answered), and that the host permits this machine."
        ) from None
    inventory: Inventory | None = None
    readings: dict[str, InterfaceReading] = {}
    health: list[HealthReading] = []
    complete = True
    try:
        inventory = await take_inventory(talk, (), MOST_INTERFACES, everything=True, profiles=ProfileSet.load())
        plan = make_plan(inventory, {}, VALUES, clock.monotonic())
        complete = await _read(talk, plan, readings, health)
        if host.sample is not None:
            await asyncio.sleep(max(host.sample, SHORTEST_SAMPLE))
            complete = await _read(talk, plan, readings, health)
    except Unanswered:
        complete = False
    return HostPoll(
        host.address,
        host.port,
        host.at,
        _identity(system, number_of(uptime, oids.SYS_UPTIME)),
        _ports(inventory, readings),
        tuple(health),
        rtt * SECOND,
        talk.timing.requests,
        talk.timing.timeouts,
        (clock.monotonic() - host.began) * SECOND,
        complete,
    )


async def _read(
    talk: Conversation, plan: Plan, readings: dict[str, InterfaceReading], health: list[HealthReading]
) -> bool:
    """Poll the plan once. False when some of its interfaces are not there any more."""
    whole = True
    health.clear()
    for request in plan.requests:
        answer = await talk.get(request.oids)
        ticks = number_of(answer, oids.SYS_UPTIME)
        for item in request.interfaces:
            reading = read_interface(item, answer, ticks)
            if reading is None:
                whole = False
            else:
                readings[item.name] = reading
        health.extend(value for sensor in request.sensors if (value := sensor.read(answer)) is not None)
    return whole


def _identity(system: Answer, ticks: int | None) -> Identity:
    return Identity(
        text_of(system.get(oids.SYS_NAME)),
        text_of(system.get(oids.SYS_DESCR)),
        text_of(system.get(oids.SYS_OBJECT_ID)),
        text_of(system.get(oids.SYS_LOCATION)),
        text_of(system.get(oids.SYS_CONTACT)),
        None if ticks is None else ticks / 100,
    )


def _ports(inventory: Inventory | None, readings: dict[str, InterfaceReading]) -> tuple[PolledPort, ...]:
    if inventory is None:
        return ()
    return tuple(
        PolledPort(
            interface.raw.index,
            interface.raw.alias,
            interface.raw.type,
            interface.raw.speed,
            interface.wide,
            readings.get(interface.name) or InterfaceReading(interface.name, interface.raw.admin, interface.raw.oper),
        )
        for interface in inventory.interfaces
    )


async def _resolve(address: str) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address, None, type=socket.SOCK_DGRAM)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(
            f'The host "{address}" is unknown: {reason}. Check its name, or give its address.'
        ) from None
    # IPv4 first: it is what management networks speak.
    best = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return str(best[4][0])


@asynccontextmanager
async def _ticking(timetable: Timetable, clock: Clock) -> AsyncIterator[None]:
    """Runs the timetable beside the block."""

    async def tick() -> None:
        while True:
            timetable.run(clock.monotonic())
            await asyncio.sleep(TICK)

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()
