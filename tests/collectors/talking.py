"""A conversation with an agent in real time, over a channel that has nothing else to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from collectors.reachability.patience import Patience
from collectors.schedule.timetable import Timetable
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation
from collectors.snmp.credentials import Keyring, Login, Refusal
from collectors.snmp.gufo import Answer
from collectors.snmp.hub import SocketHub
from collectors.snmp.oids import SYS_UPTIME
from collectors.snmp.sizing import RequestSize
from collectors.telemetry import Telemetry
from foundation.clock import Clock, SystemClock


@dataclass
class Talk:
    """The parts of a conversation."""

    channel: Channel
    conversation: Conversation
    telemetry: Telemetry
    size: RequestSize

    async def once(self, *oids: str, wait: float = 1.0) -> Answer | None:
        """One request without repetition: the answer, `{}` for an error or a refusal, None for silence."""
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self.channel.ask(list(oids) or [SYS_UPTIME], wait, lambda answer, _took: future.set_result(answer))
        return await future

    @property
    def refusal(self) -> Refusal | None:
        """Why the agent refused the last request."""
        return self.channel.refusal


@asynccontextmanager
async def talking(
    port: int,
    *logins: Login,
    clock: Clock | None = None,
    values: int = 50,
    first_wait: float = 0.5,
    spacing: float = 0.0,
    tick: float = 0.01,
) -> AsyncIterator[Talk]:
    """A conversation with the agent at a port of 127.0.0.1, by these logins."""
    clock = clock or SystemClock()
    timetable, telemetry = Timetable(clock.monotonic(), tick), Telemetry(CollectorRegistry())
    hub = SocketHub()
    channel = Channel("127.0.0.1", port, Keyring(logins), hub, timetable, clock, telemetry, spacing)

    async def run() -> None:
        while True:
            timetable.run(clock.monotonic())
            await asyncio.sleep(tick)

    ticking = asyncio.create_task(run())
    size = RequestSize(values)
    try:
        yield Talk(channel, Conversation(channel, Patience(first_wait), size, telemetry), telemetry, size)
    finally:
        ticking.cancel()
        channel.close()
        hub.close()
