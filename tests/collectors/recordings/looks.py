"""Polls replayed recordings with the parts that the poll loop is made of: an inventory, a plan, one routine look."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from collectors.reachability.patience import Patience
from collectors.schedule.timetable import Timetable
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.credentials import Keyring, community_login
from collectors.snmp.decode import read_interface
from collectors.snmp.hub import SocketHub
from collectors.snmp.inventory import Inventory, take_inventory
from collectors.snmp.plan import make_plan
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.sizing import RequestSize
from collectors.snmp.text import number_of
from collectors.telemetry import Telemetry
from foundation.clock import SystemClock
from foundation.messages import HealthReading, InterfaceReading

VALUES = 50
"""In a request: what the poller begins with."""
TICK = 0.02
MOST_INTERFACES = 4_096
PATIENCE = 10.0
"""Seconds for an answer. snmpsim shares the machine with the tests; how fast it is is not what is tested."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sensor: the objects it asks for and what came out of them."""

    oids: tuple[str, ...]
    health: HealthReading | None


@dataclass(frozen=True, slots=True)
class Look:
    """A recording as the collector sees it."""

    inventory: Inventory
    ports: dict[int, InterfaceReading]
    """By ifIndex."""
    readings: tuple[Reading, ...]
    inventory_requests: int
    routine_requests: int
    """That one look at all interfaces and sensors takes."""
    values: int
    """That are asked for in it."""
    timeouts: int


async def look_at(port: int, community: str, hub: SocketHub, timetable: Timetable) -> Look:
    """Take a recording's inventory and look at it once."""
    clock = SystemClock()
    telemetry = Telemetry(CollectorRegistry())
    channel = Channel("127.0.0.1", port, Keyring([community_login(community)]), hub, timetable, clock, telemetry)
    try:
        talk = Conversation(channel, Patience(PATIENCE), RequestSize(VALUES), telemetry)
        inventory = await take_inventory(talk, (), MOST_INTERFACES, everything=True, profiles=ProfileSet.load())
        requests = talk.timing.requests
        plan = make_plan(inventory, {}, VALUES, clock.monotonic())
        ports: dict[int, InterfaceReading] = {}
        readings: list[Reading] = []
        by_name = {interface.name: interface.raw.index for interface in inventory.interfaces}
        for request in plan.requests:
            answer = await talk.get(request.oids)
            ticks = number_of(answer, oids.SYS_UPTIME)
            for item in request.interfaces:
                found = read_interface(item, answer, ticks)
                assert found is not None, f"{community}: {item.name} vanished between inventory and look"
                ports[by_name[item.name]] = found
            readings.extend(Reading(sensor.oids, sensor.read(answer)) for sensor in request.sensors)
        return Look(
            inventory,
            ports,
            tuple(readings),
            requests,
            len(plan.requests),
            plan.values,
            talk.timing.timeouts,
        )
    finally:
        channel.close()


async def greeted(port: int, community: str, hub: SocketHub, timetable: Timetable) -> None:
    """Return as soon as the agent answers."""
    telemetry = Telemetry(CollectorRegistry())
    clock = SystemClock()
    async with asyncio.timeout(60):
        while True:
            keyring = Keyring([community_login(community)])
            channel = Channel("127.0.0.1", port, keyring, hub, timetable, clock, telemetry)
            try:
                await Conversation(channel, Patience(0.5), RequestSize(VALUES), telemetry).greet()
            except (Unanswered, OSError):
                await asyncio.sleep(0.2)
            else:
                return
            finally:
                channel.close()


async def look_at_all(port: int, communities: Iterable[str]) -> dict[str, Look]:
    """One after the other: the agent is one process."""
    timetable = Timetable(SystemClock().monotonic(), TICK)
    async with ticking(timetable):
        hub = SocketHub()
        try:
            looks: dict[str, Look] = {}
            for community in communities:
                # snmpsim reads a recording's index at the first request for it, which may take it seconds.
                await greeted(port, community, hub, timetable)
                looks[community] = await look_at(port, community, hub, timetable)
            return looks
        finally:
            hub.close()


@asynccontextmanager
async def ticking(timetable: Timetable) -> AsyncIterator[None]:
    """Runs the timetable beside the block."""

    async def tick() -> None:
        while True:
            timetable.run(SystemClock().monotonic())
            await asyncio.sleep(TICK)

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()
