"""The province as it stands: its equipment, the faults in force, and who can be reached.

`advance` plays everything that is due up to an instant, each thing at its own instant, however late it is called: what
an agent shows depends on the time and the faults, never on when anybody looked.
"""

import heapq
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from foundation.clock import Instant
from foundation.problems import OperatorError
from simulator.answers import Answerer
from simulator.curve import Moment
from simulator.effects import ActiveFault, Effects, Lag, effects
from simulator.faults import (
    AnyFault,
    CountyPowerCut,
    CpuSurge,
    DeviceDead,
    Errors,
    FanFailed,
    IfIndexShuffle,
    MemoryLeak,
    PowerFailed,
    Restart,
    RoutingDown,
    Temperature,
    length,
)
from simulator.mibs.whole import view_of
from simulator.plant import Plant
from simulator.recordings import RecordedView, Recording
from simulator.routers import MAX_MESSAGE, Router
from simulator.scenario import Scenario
from simulator.targets import Target, resolve
from topology.network import Network

log = logging.getLogger(__name__)

MAX_ACTIVE = 5_000
"""Faults in force at once; more are refused."""


@dataclass(slots=True)
class Agent:
    """One device as the sockets see it."""

    device: str
    router: Router
    recording: Recording | None
    alive: bool = True
    """A live path leads to it and it is not dead: it answers pings."""
    silent: bool = False
    """Its SNMP agent does not answer."""
    loss: float = 0.0
    lag: Lag | None = None
    answerer: Answerer | None = None


class Province:
    """All agents and faults. Instants handed in never run backwards."""

    def __init__(
        self,
        network: Network,
        *,
        seed: int,
        now: Instant,
        scenario: Scenario | None = None,
        recordings: Mapping[str, Recording] | None = None,
    ) -> None:
        self.network = network
        self.plant = Plant(network, seed)
        recordings = recordings or {}
        self.agents: dict[str, Agent] = {
            device: Agent(device, router, recordings.get(device)) for device, router in self.plant.routers.items()
        }
        self.by_address: dict[bytes, Agent] = _by_address(network, self.agents)
        self.active: dict[int, ActiveFault] = {}
        self._endings: list[tuple[Instant, int]] = []
        self._scenario = scenario or Scenario(())
        self._started = now
        self._coming: Iterator[tuple[Instant, AnyFault]] = self._scenario.occurrences(now)
        self._next: tuple[Instant, AnyFault] | None = next(self._coming, None)
        self._ids = 0
        self._now = now
        self.effects: Effects = effects(network, ())

    @property
    def due(self) -> Instant | None:
        """When the next thing happens by itself."""
        instants = [self._endings[0][0]] if self._endings else []
        if self._next is not None:
            instants.append(self._next[0])
        return min(instants, default=None)

    def advance(self, now: Instant) -> Instant:
        """Play all that is due up to `now`, in order: faults end before others begin at the same instant.

        Returns the instant that counts: `now`, or a later one already reached when the machine's clock was set back, so
        that no counter falls.
        """
        now = self._now = max(now, self._now)
        self._pass_over(now)
        while True:
            ends = self._endings[0][0] if self._endings else None
            begins = self._next[0] if self._next is not None else None
            if ends is not None and ends <= now and (begins is None or ends <= begins):
                at, fault_id = heapq.heappop(self._endings)
                if fault_id in self.active:
                    self._end([fault_id], at)
            elif begins is not None and begins <= now:
                assert self._next is not None
                at, fault = self._next
                self._next = next(self._coming, None)
                self._begin(fault, resolve(fault, self.network), at)
            else:
                return now

    def _pass_over(self, now: Instant) -> None:
        """Leave out whole rounds of the scenario that nobody could see because the machine slept."""
        repeat = self._scenario.repeat
        if repeat is not None and self._next is not None and now - self._next[0] > 2 * repeat:
            rounds = (now - self._started) // repeat
            self._coming = self._scenario.occurrences(self._started + (rounds - 1) * repeat)
            self._next = next(self._coming, None)

    def inject(self, fault: AnyFault, now: Instant) -> ActiveFault:
        """Put a fault in force.

        Raises TargetError when the network has no such target, OperatorError when too many faults are in force or the
        device replays a recording that can't show the fault.
        """
        self.advance(now)
        target = resolve(fault, self.network)
        self._check_recordings(fault, target)
        if len(self.active) >= MAX_ACTIVE:
            raise OperatorError(f"There are {MAX_ACTIVE} faults in force already. Clear some first.")
        return self._begin(fault, target, self._now)

    def _check_recordings(self, fault: AnyFault, target: Target) -> None:
        shown = CpuSurge | MemoryLeak | Temperature | FanFailed | PowerFailed | RoutingDown | Errors | IfIndexShuffle
        if not isinstance(fault, shown):
            return
        struck = target.devices if target.port is None else (target.port[0],)
        recorded = [device for device in struck if self.agents[device].recording is not None]
        if recorded:
            raise OperatorError(f"The device {recorded[0]} replays a recording, which can't show {fault.fault}.")

    def clear(self, fault_id: int | None, now: Instant) -> list[ActiveFault]:
        """End one fault, or all of them (None); those that were in force."""
        self.advance(now)
        ids = list(self.active) if fault_id is None else [fault_id] if fault_id in self.active else []
        cleared = [self.active[id_] for id_ in ids]
        if ids:
            self._end(ids, self._now)
        return cleared

    def answerer(self, agent: Agent) -> Answerer:
        """The agent's answerer, made when it is first needed and after its view changed."""
        if agent.answerer is None:
            view = view_of(agent.router) if agent.recording is None else RecordedView(agent.recording, agent.router)
            agent.answerer = Answerer(view, MAX_MESSAGE[agent.router.device.role])
        return agent.answerer

    def _begin(self, fault: AnyFault, target: Target, at: Instant) -> ActiveFault:
        self._ids += 1
        lasts = length(fault)
        begun = ActiveFault(self._ids, fault, target, at, None if lasts is None else at + lasts)
        log.info("A fault begins.", extra={"fault": fault.fault, "target": fault.target, "fault_id": begun.id})
        if lasts == 0:
            self._finish([begun], at)
            return begun
        self.active[begun.id] = begun
        if begun.until is not None:
            heapq.heappush(self._endings, (begun.until, begun.id))
        self._strike(Moment(at))
        return begun

    def _end(self, ids: list[int], at: Instant) -> None:
        ended = [self.active.pop(id_) for id_ in ids]
        for item in ended:
            log.info(
                "A fault ends.", extra={"fault": item.fault.fault, "target": item.fault.target, "fault_id": item.id}
            )
        self._strike(Moment(at))
        self._finish(ended, at)

    def _finish(self, ended: list[ActiveFault], at: Instant) -> None:
        """What follows when faults are over: devices boot, ifIndexes are dealt."""
        moment = Moment(at)
        for item in ended:
            fault = item.fault
            devices = [device for device in item.target.devices if device not in self.effects.dead_devices]
            if isinstance(fault, Restart) or (isinstance(fault, DeviceDead | CountyPowerCut) and fault.reboots):
                self.plant.restart(devices, moment)
            if isinstance(fault, IfIndexShuffle) or (isinstance(fault, Restart) and fault.shuffle):
                self.plant.shuffle(devices, moment)
                self._forget(devices)

    def _strike(self, moment: Moment) -> None:
        current = self.effects = effects(self.network, self.active.values())
        self._forget(self.plant.strike(current, moment))
        reached = self.network.reachable(current.dead_devices, current.blocked_links)
        for id_, agent in self.agents.items():
            agent.alive = id_ in reached
            agent.silent = id_ in current.silent_agents
            agent.loss = current.loss.get(id_, 0.0)
            agent.lag = current.lag.get(id_)

    def _forget(self, devices: Iterable[str]) -> None:
        """Let views be made anew."""
        for device in devices:
            self.agents[device].answerer = None


def _by_address(network: Network, agents: Mapping[str, Agent]) -> dict[bytes, Agent]:
    found: dict[bytes, Agent] = {}
    for device in network.devices.values():
        first, _, rest = device.address.partition(".")
        if first not in {"10", "127"}:
            raise OperatorError(
                f"The device {device.id} has the address {device.address}. Only 10.a.b.c can be simulated."
            )
        key = bytes((127, *(int(part) for part in rest.split("."))))
        if key in found:
            raise OperatorError(
                f"The devices {found[key].device} and {device.id} would both answer at 127.{rest}. Change one."
            )
        found[key] = agents[device.id]
    return found
