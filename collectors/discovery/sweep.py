"""Asks every address of a plan whether an SNMP agent is there, and what it is. The I/O of discovery."""

import asyncio
import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry

from collectors.discovery.agent import Found
from collectors.discovery.identify import identify
from collectors.discovery.pace import Pace
from collectors.discovery.plan import AddressPlan
from collectors.reachability.patience import Patience
from collectors.schedule.ticking import ticking
from collectors.schedule.timetable import Timetable
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation
from collectors.snmp.credentials import Keyring, Login, Refusal
from collectors.snmp.gufo import Answer
from collectors.snmp.hub import SocketHub
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.sizing import RequestSize
from collectors.telemetry import Telemetry
from foundation.clock import Clock
from foundation.problems import OperatorError

VALUES: Final = 30
"""Values in one request: an unknown device may be a weak one."""
SPACING: Final = 0.02
"""Seconds between two packets to one device."""

_NO_DESCRIPTOR: Final = frozenset({errno.ENFILE, errno.EMFILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings:
    """How gently."""

    port: int = 161
    timeout: float = 1.0
    """Seconds to wait for an answer."""
    attempts: int = 2
    """For each address and login: one packet may be lost."""
    packets_per_second: float = 100.0
    """For all addresses together."""
    inflight: int = 512
    """Addresses asked at once, and sockets open, at most."""

    @property
    def workers(self) -> int:
        """Addresses that must be asked at once for the pace, when all are silent."""
        return min(self.inflight, round(self.packets_per_second * self.timeout) + 8)


@dataclass(slots=True)
class Sweep:
    """How a sweep stands: filled as it goes, so that one that is broken off has told what it found."""

    total: int
    asked: int = 0
    found: list[Found] = field(default_factory=list)
    unreachable: int = 0
    """Addresses to which this machine has no way."""
    packets: int = 0


async def sweep(
    plan: AddressPlan,
    logins: Sequence[Login],
    profiles: ProfileSet,
    settings: SweepSettings,
    clock: Clock,
    state: Sweep,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Ask every address; `state` is filled meanwhile and `told` called after each one.

    Raises OperatorError when no socket can be had.
    """
    addresses = iter(plan)
    async with ticking(clock) as timetable:
        hub = SocketHub()
        try:
            work = _Work(logins, profiles, settings, clock, timetable, hub, state, told)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(settings.workers, len(plan))):
                    group.create_task(work.run(addresses))
        except* OperatorError as group_of_errors:
            raise group_of_errors.exceptions[0] from None
        finally:
            hub.close()


class _Work:
    def __init__(
        self,
        logins: Sequence[Login],
        profiles: ProfileSet,
        settings: SweepSettings,
        clock: Clock,
        timetable: Timetable,
        hub: SocketHub,
        state: Sweep,
        told: Callable[[], None],
    ) -> None:
        self._logins = logins
        self._profiles = profiles
        self._settings = settings
        self._clock = clock
        self._timetable = timetable
        self._hub = hub
        self._state = state
        self._told = told
        self._pace = Pace(settings.packets_per_second, clock)
        self._telemetry = Telemetry(CollectorRegistry())

    async def run(self, addresses: Iterator[str]) -> None:
        """Take one address after another."""
        for address in addresses:
            await self._pace.turn()
            try:
                channel = Channel(
                    address, self._settings.port, Keyring(self._logins), self._hub, self._timetable, self._clock,
                    self._telemetry, SPACING,
                )  # fmt: skip
            except OSError as error:
                if error.errno in _NO_DESCRIPTOR:
                    raise OperatorError(
                        f"No socket can be opened: {error.strerror}. Raise the limit on open files (ulimit -n)."
                    ) from None
                self._state.unreachable += 1
            else:
                try:
                    found = await self._ask(address, channel)
                finally:
                    self._state.packets += channel.packets_out
                    channel.close()
                if found is not None:
                    self._state.found.append(found)
            self._state.asked += 1
            self._told()

    async def _ask(self, address: str, channel: Channel) -> Found | None:
        refusal: Refusal | None = None
        sent = 1  # the turn was waited for before the socket was opened
        for attempt in range(self._settings.attempts * len(self._logins)):
            if attempt:
                await self._pace.turn()
                sent += 1
            answer = await self._once(channel)
            if answer or (answer is not None and channel.refusal is None):
                channel.keyring.prove()
                self._pace.charge(max(0, channel.packets_out - sent))
                return await self._identified(address, channel)
            refusal = channel.refusal or refusal
            channel.turn()
        if refusal is None:
            return None
        return Found(address, "", channel.version.value, refusal.value)

    async def _once(self, channel: Channel) -> Answer | None:
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def done(answer: Answer | None, _took: float) -> None:
            if not future.done():
                future.set_result(answer)

        channel.ask([oids.SYS_UPTIME], self._settings.timeout, done)
        return await future

    async def _identified(self, address: str, channel: Channel) -> Found:
        before = channel.packets_out
        talk = Conversation(channel, Patience(self._settings.timeout), RequestSize(VALUES), self._telemetry)
        found = Found(address, channel.login.name, channel.version.value)
        try:
            return await identify(talk, found, self._profiles)
        finally:
            self._pace.charge(channel.packets_out - before)
