"""A bench for the engine: a stepped clock, a recording responder, and observations made by hand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy.orm import Session

from alerting.alerts.queries import AlertView, open_alerts, recent_alerts
from alerting.changes import AlertChange, ChangeKind
from alerting.engine.engine import Engine
from alerting.rules.loader import RuleSet, load_rules
from alerting.settings import JudgingSettings
from alerting.timeline.queries import Interval, current_states, intervals
from foundation.bus import Bus
from foundation.clock import SECOND, Instant, SteppedClock
from foundation.messages import (
    CollectorBeat,
    DegradedChange,
    Gateway,
    HealthReading,
    IfStatus,
    IncidentChange,
    InterfaceReading,
    Message,
    Observation,
    PollRequest,
    Reach,
    State,
    StateChange,
)
from storage.records.database import Records
from topology.model import Link
from topology.network import Network

RULES = Path(__file__).parents[2] / "rules"


@cache
def default_rules() -> RuleSet:
    """The rules that the product ships, read once."""
    return load_rules(RULES)


class RecordingResponder:
    """Stands in for acting: remembers the changes it was handed, and answers each with one message."""

    def __init__(self) -> None:
        self.changes: list[AlertChange] = []

    def respond(self, session: Session, changes: Sequence[AlertChange], now: Instant) -> list[Message]:
        self.changes.extend(changes)
        return [IncidentChange(change.alert, now) for change in changes]


class Bench:
    """One engine on one database; `again` starts another one on the same, as after a restart."""

    def __init__(
        self,
        network: Network,
        records: Records,
        clock: SteppedClock,
        *,
        rules: RuleSet | None = None,
        settled: bool = True,
    ) -> None:
        self.network = network
        self.records = records
        self.clock = clock
        self.rules = rules or default_rules()
        self.responder = RecordingResponder()
        self.bus = Bus()
        self.registry = CollectorRegistry()
        self.heard = self.bus.subscribe("test", StateChange, DegradedChange, PollRequest, IncidentChange)
        self.settings = JudgingSettings()
        self.addresses: dict[str, dict[str, list[str]]] = {}
        """What the last inventories found: addresses by device and interface."""
        self.engine = Engine(
            network,
            self.rules,
            records,
            self.bus,
            clock,
            self.responder,
            self.registry,
            self.settings,
            addresses=lambda _, device: self.addresses.get(device, {}),
        )
        self.dead: set[str] = set()
        """Devices that answer nothing."""
        self.silent: set[str] = set()
        self.refusing: set[str] = set()
        """Devices that refuse all credentials."""
        self.cut: set[str] = set()
        """Links whose living ends tell that they are down."""
        self.gateway: bool | None = None
        """Whether the collector's own gateway answers; None when it watches none."""
        self.tells_dead = False
        """Whether a dead device takes its lines with it: the ports at their other ends tell that they are down."""
        self._word: Gateway | None = None
        self._failed: tuple[frozenset[str], frozenset[str]] | None = None
        """What had failed when `_unreachable` was found."""
        self._unreachable: set[str] = set()
        self._ends: dict[str, list[tuple[Link, str]]] = {device: [] for device in network.devices}
        """Each device's links, with the interface at its end."""
        for link in network.links.values():
            self._ends[link.upper].append((link, link.upper_interface))
            self._ends[link.lower].append((link, link.lower_interface))
        self.engine.load()
        if settled:
            self.run(30, every=15)
            self.heard.take()

    def again(self, *, settled: bool = False) -> "Bench":
        """Another engine on the same records, without a clean stop of this one."""
        other = Bench(self.network, self.records, self.clock, rules=self.rules, settled=False)
        other.dead, other.silent, other.cut = set(self.dead), set(self.silent), set(self.cut)
        other.refusing, other.addresses = set(self.refusing), self.addresses
        other.gateway = self.gateway
        other.tells_dead = self.tells_dead
        if settled:
            other.run(30)
        return other

    def look(self, device: str, *, missed_since: Instant | None = None, **more: object) -> Observation:
        """What a full look at a device finds now."""
        now = self.clock.now()
        if device in self.unreachable():
            return Observation(device, now, Reach.MISSED, missed_since=now if missed_since is None else missed_since)
        if device in self.silent:
            return Observation(device, now, Reach.SILENT, missed_since=now if missed_since is None else missed_since)
        if device in self.refusing:
            return Observation(device, now, Reach.REJECTED, missed_since=now if missed_since is None else missed_since)
        observation = Observation(device, now, Reach.ANSWERED, rtt_ms=2.0, complete=True, interfaces=self.ports(device))
        for key, value in more.items():
            setattr(observation, key, value)
        return observation

    def ports(self, device: str, **more: float) -> tuple[InterfaceReading, ...]:
        """A device's interfaces as it tells them."""
        readings = []
        for link, name in self._ends[device]:
            dark = link.id in self.cut or (self.tells_dead and not self.dead.isdisjoint((link.upper, link.lower)))
            oper = IfStatus.DOWN if dark else IfStatus.UP
            reading = InterfaceReading(name, IfStatus.UP, oper, in_util=10.0, out_util=5.0)
            for key, value in more.items():
                setattr(reading, key, value)
            readings.append(reading)
        return tuple(readings)

    def unreachable(self) -> set[str]:
        """Devices that can't answer: dead ones, and those behind them."""
        failed = (frozenset(self.dead), frozenset(self.cut))
        if self._failed != failed:
            self._failed = failed
            self._unreachable = set(self.network.devices) - self.network.reachable(self.dead, self.cut)
        return self._unreachable

    def see(self, *observations: Observation) -> None:
        """Publish observations and let the engine take one turn."""
        self.bus.publish_all(observations)
        self.engine.turn()

    def sweep(self, devices: Iterable[str] | None = None, *, without: Collection[str] = ()) -> None:
        """Look at every device once, with a beat of the collector, and take one turn."""
        chosen = self.network.devices if devices is None else devices
        now = self.clock.now()
        if self.gateway is None:
            word = None
        elif self._word is not None and self._word.answers is self.gateway:
            word = replace(self._word, at=now) if self.gateway else self._word
        else:
            word = Gateway(self.gateway, now, now if self.gateway or self._word is None else self._word.at)
        self._word = word
        self.bus.publish(CollectorBeat(now, len(self.network.devices), 0, 0.0, 0, gateway=word))
        self.see(*(self.look(device) for device in chosen if device not in without))

    def run(self, seconds: int, *, every: int = 5, without: Collection[str] = ()) -> None:
        """Sweep every few seconds for a while; asked looks are answered by the next sweep."""
        for _ in range(0, seconds, every):
            self.sweep(without=without)
            self.clock.advance(every * SECOND)

    def tick(self, seconds: int) -> None:
        """Let time pass, second by second, with nothing observed."""
        for _ in range(seconds):
            self.clock.advance(SECOND)
            self.engine.turn()

    def alerts(self) -> dict[tuple[str, str], AlertView]:
        """The open alerts, by rule and object."""
        with self.records.reading() as session:
            return {(alert.rule, alert.object_id): alert for alert in open_alerts(session)}

    def history(self) -> list[AlertView]:
        with self.records.reading() as session:
            return recent_alerts(session, 1000)

    def states(self, kind: str = "device") -> dict[str, State]:
        """The state of every object as recorded."""
        with self.records.reading() as session:
            return {key: found.state for key, found in current_states(session, kind).items()}

    def timeline(self, object_id: str, kind: str = "device") -> list[Interval]:
        with self.records.reading() as session:
            return intervals(session, kind, [object_id], 0, self.clock.now())

    def told(self, *kinds: ChangeKind) -> list[tuple[str, str, str]]:
        """The changes handed to acting since the last call: (kind, rule, object)."""
        changes, self.responder.changes = self.responder.changes, []
        return [
            (change.kind.value, change.rule, change.object_id)
            for change in changes
            if not kinds or change.kind in kinds
        ]

    def messages(self, kind: type[Message]) -> list[Message]:
        """The messages of one type published since the last call; the others are forgotten."""
        return [message for message in self.heard.take() if isinstance(message, kind)]


def hot(entity: str = "cpu1", kind: str = "cpu", value: float = 95.0) -> tuple[HealthReading, ...]:
    """One sensor that reads too high."""
    return (HealthReading(entity, kind, value, "%"),)


def tiles(found: Sequence[Interval], end: Instant) -> bool:
    """Whether intervals follow each other without gap or overlap, up to `end`."""
    edges: Mapping[Instant, Instant] = {one.start: one.end or end for one in found}
    at = found[0].start
    for _ in found:
        if at not in edges or edges[at] <= at:
            return False
        at = edges[at]
    return at == end
