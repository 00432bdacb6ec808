"""Polls one host with the same parts that the poll loop is made of, and tells what it is and has."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry

from collectors.budget.exchange import NOTHING, Cost, request_cost
from collectors.once.polled import HostPoll, HostTuning, PolledPort, Shortfall, Timings
from collectors.reachability.patience import Patience
from collectors.resolving import resolve, unreachable
from collectors.schedule.ticking import ticking
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation, Refused, Unanswered
from collectors.snmp.credentials import Keyring, Login, Version, community_login
from collectors.snmp.decode import read_interface
from collectors.snmp.hub import SocketHub
from collectors.snmp.inventory import Inventory, take_inventory
from collectors.snmp.inventory.identity import SYSTEM, read_identity
from collectors.snmp.plan import Plan, make_plan
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.sizing import RequestSize
from collectors.snmp.text import number_of
from collectors.telemetry import Telemetry
from foundation.clock import SECOND, Clock, Instant
from foundation.messages import HealthReading, InterfaceReading, RoutingReading
from foundation.problems import OperatorError

MOST_INTERFACES: Final = 4_096
VALUES: Final = 50
SHORTEST_SAMPLE: Final = 2.5
"""Seconds between two samples below which rates say nothing."""
PUBLIC: Final = community_login("public")


async def poll_host(
    address: str,
    *,
    port: int = 161,
    login: Login = PUBLIC,
    clock: Clock,
    timeout: float = 2.0,
    sample: float | None = None,
    profiles: ProfileSet | None = None,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> HostPoll:
    """Look at a host, given by name or address. `timeout` is one request's, in seconds.

    With `sample`, the counters are read again after so many seconds (at least 2.5), which gives rates. Without
    `profiles` the shipped ones are read.
    Raises OperatorError when the name is unknown, there is no way to it, it refuses the login or nobody answers.
    """
    look = _Look(
        address, await resolve(address), port, login, clock, timeout, sample, profiles or ProfileSet.load(), rest
    )
    async with ticking(clock) as timetable:
        hub = SocketHub()
        try:
            channel = Channel(look.resolved, port, Keyring([login]), hub, timetable, clock, look.telemetry)
        except OSError as error:
            hub.close()
            raise unreachable(address, error) from None
        try:
            return await look.take(channel)
        finally:
            channel.close()
            hub.close()


@dataclass(slots=True)
class _Readings:
    interfaces: dict[str, InterfaceReading] = field(default_factory=dict)
    health: list[HealthReading] = field(default_factory=list)
    routing: list[RoutingReading] = field(default_factory=list)
    requests: int = 0
    took: float = 0.0
    whole: bool = True
    """False when some interfaces are not there any more."""


class _Look:
    """One look, from the first request to what it found."""

    def __init__(
        self,
        address: str,
        resolved: str,
        port: int,
        login: Login,
        clock: Clock,
        timeout: float,
        sample: float | None,
        profiles: ProfileSet,
        rest: Callable[[float], Awaitable[None]],
    ) -> None:
        self.resolved = resolved
        self.telemetry = Telemetry(CollectorRegistry())
        self._address = address
        self._port = port
        self._login = login
        self._clock = clock
        self._sample = sample
        self._profiles = profiles
        self._rest = rest
        self._patience = Patience(timeout)
        self._size = RequestSize(VALUES)
        self._at: Instant = clock.now()
        self._began = clock.monotonic()

    async def take(self, channel: Channel) -> HostPoll:
        """Raises OperatorError when nothing can be had at all."""
        talk = Conversation(channel, self._patience, self._size, self.telemetry)
        try:
            # A small first answer proves that the agent is there.
            uptime = await talk.greet()
            rtt = self._patience.mean
            system = await talk.get(SYSTEM)
        except Refused as refused:
            raise OperatorError(
                f"The agent at {self._address}, port {self._port}, is there and refuses: {refused.refusal.value}. "
                "Correct the credentials."
            ) from None
        except Unanswered:
            raise OperatorError(self._silence()) from None
        identity = read_identity(system, ())
        inventory: Inventory | None = None
        plan: Plan | None = None
        readings = _Readings()
        shortfall = Shortfall.NONE
        requests, learned = talk.timing.requests, self._clock.monotonic()
        try:
            inventory = await take_inventory(talk, (), MOST_INTERFACES, everything=True, profiles=self._profiles)
            identity = inventory.identity
            plan = make_plan(inventory, {}, VALUES, self._clock.monotonic())
            requests, learned = talk.timing.requests - requests, self._clock.monotonic() - learned
            readings = await self._read(talk, plan)
            if self._sample is not None:
                await self._rest(max(self._sample, SHORTEST_SAMPLE))
                readings = await self._read(talk, plan)
            if not readings.whole:
                shortfall = Shortfall.MOVED
        except Unanswered:
            shortfall = Shortfall.SILENT
            if plan is None:
                requests, learned = talk.timing.requests - requests, self._clock.monotonic() - learned
        ticks = number_of(uptime, oids.SYS_UPTIME)
        return HostPoll(
            self._address,
            self.resolved,
            self._port,
            self._at,
            shortfall,
            identity,
            None if ticks is None else ticks / 100,
            inventory or Inventory(identity=identity),
            _ports(inventory, readings.interfaces),
            tuple(readings.health),
            tuple(readings.routing),
            Timings(
                took_ms=(self._clock.monotonic() - self._began) * SECOND,
                rtt_ms=(rtt or 0.0) * SECOND,
                requests=talk.timing.requests,
                timeouts=talk.timing.timeouts,
                inventory_requests=requests,
                inventory_ms=learned * SECOND,
                poll_requests=readings.requests,
                poll_ms=readings.took * SECOND,
            ),
            self._tuning(plan),
        )

    async def _read(self, talk: Conversation, plan: Plan) -> _Readings:
        """Poll the plan once."""
        found = _Readings()
        before, began = talk.timing.requests, self._clock.monotonic()
        for request in plan.requests:
            answer = await talk.get(request.oids)
            ticks = number_of(answer, oids.SYS_UPTIME)
            for item in request.interfaces:
                reading = read_interface(item, answer, ticks)
                if reading is None:
                    found.whole = False
                else:
                    found.interfaces[item.name] = reading
            found.health.extend(value for sensor in request.sensors if (value := sensor.read(answer)) is not None)
            found.routing.extend(peer.read(answer) for peer in request.peers)
        found.requests, found.took = talk.timing.requests - before, self._clock.monotonic() - began
        return found

    def _tuning(self, plan: Plan | None) -> HostTuning:
        cost: Cost = NOTHING
        for request in () if plan is None else plan.requests:
            cost = cost.plus(request_cost(request.oids, self._login.version is Version.V3))
        return HostTuning(
            snmp_version=self._login.version.value,
            request_values=self._size.size,
            repetitions=self._size.repetitions,
            timeout_s=round(self._patience.wait, 3),
            round_trip_ms=None if self._patience.mean is None else round(self._patience.mean * SECOND, 3),
            requests_per_look=0 if plan is None else len(plan.requests),
            values_per_look=0 if plan is None else plan.values,
            bytes_down_per_look=cost.down,
            bytes_up_per_look=cost.up,
        )

    def _silence(self) -> str:
        where = f"{self._address}, port {self._port}"
        if self.telemetry.refused:
            return (
                f"Nobody listens at {where}: the host, or a firewall on the way, turns requests back. "
                "Start its SNMP agent, or give another --port."
            )
        wrong = "the user" if self._login.version is Version.V3 else "the community (a wrong one is not answered)"
        return (
            f"No SNMP answer came from {where}. Check the address, {wrong}, the version, and that the host "
            "permits this machine."
        )


def _ports(inventory: Inventory | None, readings: dict[str, InterfaceReading]) -> tuple[PolledPort, ...]:
    if inventory is None:
        return ()
    return tuple(
        PolledPort(
            interface.raw,
            interface.wide,
            readings.get(interface.name) or InterfaceReading(interface.name, interface.raw.admin, interface.raw.oper),
        )
        for interface in inventory.interfaces
    )
