"""One watcher on a stepped clock, before a scripted agent on a real socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import CollectorRegistry

from collectors.budget.ledger import Account
from collectors.schedule.timetable import Timetable
from collectors.snmp.channel import Channel
from collectors.snmp.credentials import Keyring, community_login
from collectors.snmp.hub import SocketHub
from collectors.snmp.inventory import Inventory
from collectors.snmp.profiles.profile import ProfileSet
from collectors.telemetry import Telemetry
from collectors.watching.memory import Memory
from collectors.watching.watcher import Watcher
from foundation.clock import SteppedClock
from foundation.messages import Observation
from tests.collectors.agent import Agent, closing, router, start_agent

START = 1_795_000_000_000


class Scene:
    """Owns a watcher as the poller does, and keeps what it publishes."""

    def __init__(self, agent: Agent, values: int, communities: Sequence[str]) -> None:
        self.agent = agent
        self.clock = SteppedClock(START)
        self.telemetry = Telemetry(CollectorRegistry())
        self.profiles = ProfileSet.load()
        self.timetable = Timetable(0.0)
        self.published: list[Observation] = []
        self.publish: Callable[[Observation], None] = self.published.append
        self.inventories: list[Inventory] = []
        self.looks = 0
        self.recoveries = 0
        self.pings: list[asyncio.Future[bool]] = []
        self.echo: bool | None = None
        """What a ping finds; None where pings are off."""
        self.hub = SocketHub()
        channel = Channel(
            "127.0.0.1",
            agent.port,
            Keyring([community_login(community, name=community) for community in communities]),
            self.hub,
            self.timetable,
            self.clock,
            self.telemetry,
        )
        self.memory = Memory(
            "r1",
            frozenset({"up1"}),
            timeout=1.5,
            values=values,
            most_interfaces=100,
            inventory_interval=21_600.0,
            share=0.5,
        )
        self.account = Account("r1", ())
        """Lines may be added to it: `Account.lines`."""
        self.watcher = Watcher("r1", "127.0.0.1", channel, self.memory, self, 20.0, self.account)
        self.asides = 0
        self.owed = 0
        """Looks that were put off."""
        self.places = 1
        """For inventories."""
        self._tasks: set[asyncio.Task[None]] = set()

    def finished(self, _device: str) -> None:
        self.looks += 1

    def recovered(self, _device: str) -> None:
        self.recoveries += 1

    def learned(self, _device: str, inventory: Inventory) -> None:
        self.inventories.append(inventory)

    def ping(self, _address: str) -> "asyncio.Future[bool] | None":
        if self.echo is None:
            return None
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        future.set_result(self.echo)
        self.pings.append(future)
        return future

    def set_aside(self, _device: str) -> None:
        self.asides += 1

    def owe(self, _device: str) -> None:
        self.owed += 1

    def may_learn(self, _device: str) -> bool:
        if not self.places:
            return False
        self.places -= 1
        return True

    def gave_place(self) -> None:
        self.places += 1

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def look(self, *, full: bool = False, after: int = 0, tick: bool = True) -> list[Observation]:
        """Let `after` milliseconds pass on both clocks, look, and return what was published until the look's end.

        Time passes by itself only while nothing else happens, as on a machine that has nothing else to do.
        """
        self.step(after, tick=tick)
        self.published.clear()
        looks = self.looks
        self.watcher.look(full, self.clock.monotonic())
        async with asyncio.timeout(8):
            while self.looks == looks:
                heard = len(self.agent.requests), self.telemetry.requests
                for _ in range(6):
                    await asyncio.sleep(0.0005)
                    if self.looks != looks:
                        break
                if self.looks == looks and heard == (len(self.agent.requests), self.telemetry.requests):
                    self.step(300, tick=tick)
        return list(self.published)

    def step(self, milliseconds: int, *, tick: bool = True) -> None:
        """Both clocks move: ours, and the agent's if it has one."""
        self.clock.advance(milliseconds)
        if tick:
            self.agent.tick(milliseconds // 10)
        self.timetable.run(self.clock.monotonic())


@asynccontextmanager
async def scene(
    objects: dict[str, bytes] | None = None, *, values: int = 50, communities: Sequence[str] = ("public",)
) -> AsyncIterator[Scene]:
    """A scene before a router with two ports, unless other objects are given."""
    agent = await start_agent(router({1: "up1", 2: "lan1"}) if objects is None else objects)
    with closing(agent):
        play = Scene(agent, values, communities)
        try:
            yield play
        finally:
            play.watcher.channel.close()
            play.hub.close()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine test."""
    asyncio.run(test())
