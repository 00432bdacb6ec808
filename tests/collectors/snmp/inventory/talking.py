"""A conversation with a scripted agent on loopback, and agents that replay recordings."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry

from collectors.reachability.patience import Patience
from collectors.schedule.timetable import Timetable
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation
from collectors.snmp.credentials import Keyring, community_login
from collectors.snmp.hub import SocketHub
from collectors.snmp.sizing import RequestSize
from collectors.telemetry import Telemetry
from foundation.clock import SystemClock
from simulator.ber import Oid
from simulator.recordings import Moving, read_recording
from tests.collectors.agent import Agent, closing, start_agent

TICK = 0.005


@asynccontextmanager
async def talking(agent: Agent, *, timeout: float = 1.5) -> AsyncIterator[Conversation]:
    """A conversation with an agent, for the time of a block."""
    clock, telemetry = SystemClock(), Telemetry(CollectorRegistry())
    timetable = Timetable(clock.monotonic(), TICK)
    hub = SocketHub()

    async def tick() -> None:
        while True:
            timetable.run(clock.monotonic())
            await asyncio.sleep(TICK)

    task = asyncio.create_task(tick())
    keyring = Keyring([community_login("public")])
    channel = Channel("127.0.0.1", agent.port, keyring, hub, timetable, clock, telemetry)
    try:
        yield Conversation(channel, Patience(timeout), RequestSize(50), telemetry)
    finally:
        task.cancel()
        channel.close()
        hub.close()


@asynccontextmanager
async def agent_with(objects: dict[str, bytes]) -> AsyncIterator[Agent]:
    """A scripted agent for the time of a block."""
    agent = await start_agent(objects)
    with closing(agent):
        yield agent


class Replay(Agent):
    """An agent with a recorded device's objects; it finds the next one among many thousands quickly."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        super().__init__(objects)
        self._ordered: list[Oid] = sorted(tuple(map(int, oid.split("."))) for oid in objects)

    def _following(self, name: str, count: int) -> Iterator[tuple[str, bytes]]:
        start = bisect_right(self._ordered, tuple(map(int, name.split("."))))
        following = [".".join(map(str, oid)) for oid in self._ordered[start : start + count]]
        for other in following:
            yield other, self.objects[other]
        if len(following) < count:
            yield (following[-1] if following else name), b"\x82\x00"


@asynccontextmanager
async def replaying(path: Path) -> AsyncIterator[Agent]:
    """An agent that replays a recording."""
    recording = read_recording(path)
    objects = {
        ".".join(map(str, oid)): value.value(0.0) if isinstance(value, Moving) else value
        for oid, value in zip(recording.oids, recording.values, strict=True)
    }
    _, agent = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Replay(objects), local_addr=("127.0.0.1", 0)
    )
    with closing(agent):
        yield agent
