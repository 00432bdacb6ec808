"""A network, a collector, judging, acting and the outbox in one process, on a clock that is stepped."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from alerting.alerts.queries import AlertView, open_alerts
from alerting.engine.engine import Engine
from alerting.incidents import queries
from alerting.incidents.actions import acknowledge
from alerting.incidents.due import work_due
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.incidents.states import IncidentState
from alerting.incidents.views import IncidentView
from alerting.notify.claims import Outcome, anything_due, claim, settle
from alerting.notify.outbox import ChannelName, MessageState
from alerting.notify.queries import MessageView, recent_messages
from alerting.notify.settings import NotifySettings
from alerting.oncall.roster import Roster
from alerting.rules.loader import RuleSet
from alerting.runbooks.library import RunbookLibrary
from alerting.settings import JudgingSettings
from alerting.timeline.queries import current_states
from foundation.bus import Bus
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import PollRequest, State
from storage.records.database import Records
from tests.system.scenarios.collector import Failures, SimulatedCollector
from topology.network import Network

ACT_EVERY = 5
"""Seconds between two looks of the scheduler at what is due."""


@dataclass(frozen=True)
class Province:
    """What a platform is configured with."""

    network: Network
    rules: RuleSet
    runbooks: RunbookLibrary
    roster: Roster


class World:
    """One platform and the network that it watches. `restart` kills the platform; its records stay."""

    def __init__(self, province: Province, records: Records, clock: SteppedClock) -> None:
        self.province, self.records, self.clock = province, records, clock
        self.network = province.network
        self.failures = Failures(self.network)
        self.cpu = 0.0
        """Seconds of CPU that judging and acting took."""
        self._seconds = 0
        self._start()
        self.live(40)

    def live(self, seconds: int) -> None:
        """Let time pass, second by second."""
        for _ in range(seconds):
            self.clock.advance(SECOND)
            self._seconds += 1
            seen = self._collector.second(self.clock.now())
            began = time.process_time()
            self._bus.publish_all(seen)
            self._engine.turn()
            if self._seconds % ACT_EVERY == 0:
                self._act()
            self.cpu += time.process_time() - began
            for request in self._requests.take():
                if isinstance(request, PollRequest):
                    self._collector.ask(request.devices)

    def until(self, found: Callable[[], object], seconds: int, what: str) -> int:
        """Let time pass until something is so; returns the seconds that it took."""
        for passed in range(seconds):
            if found():
                return passed
            self.live(1)
        assert found(), f"not within {seconds} s: {what}"
        return seconds

    def restart(self, off: int = 20) -> None:
        """The platform is killed, is off for some seconds, and starts again on the same records."""
        self.clock.advance(off * SECOND)
        self._start()

    def _start(self) -> None:
        province = self.province
        self._bus = Bus()
        self._requests = self._bus.subscribe("collector", PollRequest)
        self._collector = SimulatedCollector(self.network, self.failures)
        self._figures = CollectorRegistry()
        acting = ActingSettings()
        responder = IncidentResponder(self.network, province.runbooks, province.roster, acting)
        self._engine = Engine(
            self.network,
            province.rules,
            self.records,
            self._bus,
            self.clock,
            responder,
            self._figures,
            JudgingSettings(),
        )
        self._engine.load()

    def _act(self) -> None:
        now, settings = self.clock.now(), NotifySettings()
        with self.records.transaction() as session:
            work_due(session, now, self.network, self.province.roster, ActingSettings())
        with self.records.reading() as session:
            waiting = anything_due(session, ChannelName.SMS, now)
        if waiting:
            with self.records.transaction() as session:
                for message in claim(session, ChannelName.SMS, now, limit=10_000, lease=MINUTE, settings=settings):
                    settle(session, message, Outcome("sent"), now, settings)

    def acknowledge(self) -> None:
        """A person takes every open incident, so that nobody else is called."""
        with self.records.transaction() as session:
            for incident in queries.recent_incidents(session, 10_000):
                if incident.state == IncidentState.OPEN:
                    acknowledge(session, incident.id, "张三", self.clock.now(), source="test")

    @property
    def held(self) -> int:
        """How many devices miss and wait for evidence."""
        return int(self._figures.get_sample_value("yunwei_judge_held_devices") or 0)

    def incidents(self) -> list[IncidentView]:
        """All incidents, the oldest first."""
        with self.records.reading() as session:
            return list(reversed(queries.recent_incidents(session, 10_000)))

    def causes(self) -> list[str]:
        """The object of every incident, the oldest first."""
        return [incident.object_id for incident in self.incidents()]

    def alerts(self) -> dict[tuple[str, str], AlertView]:
        """The open alerts, by rule and object."""
        with self.records.reading() as session:
            return {(alert.rule, alert.object_id): alert for alert in open_alerts(session)}

    def firing(self) -> set[tuple[str, str]]:
        """The open alerts that nothing explains, by rule and object."""
        return {key for key, alert in self.alerts().items() if not alert.suppressed_by}

    def messages(self) -> list[MessageView]:
        """The text messages that left, in the order of their making."""
        with self.records.reading() as session:
            found = recent_messages(session, 100_000)
        return [one for one in reversed(found) if one.channel == ChannelName.SMS and one.state == MessageState.SENT]

    def told(self) -> Counter[str]:
        """How many text messages each person got, by telephone number."""
        return Counter(message.address for message in self.messages())

    def states(self) -> Counter[State]:
        """How many devices are in each state."""
        with self.records.reading() as session:
            return Counter(found.state for found in current_states(session, "device").values())

    def state(self, device: str) -> State:
        """The state of one device."""
        with self.records.reading() as session:
            return current_states(session, "device")[device].state
