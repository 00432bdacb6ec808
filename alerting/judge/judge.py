"""The judge: takes observations and the passing of time, keeps every verdict current, and writes down what follows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Penalty
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.areas import Areas
from alerting.judge.blind import Blind
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.causes import Causes
from alerting.judge.composites import Composites
from alerting.judge.degraded import tell_degraded
from alerting.judge.desk import Desk
from alerting.judge.earlier import resume_all
from alerting.judge.events import Events
from alerting.judge.excuses import Excuses
from alerting.judge.flaps import FlapFigures
from alerting.judge.followers import Followers
from alerting.judge.inhibition import Inhibition
from alerting.judge.journal import Journal
from alerting.judge.lines import Lines
from alerting.judge.links import LinkWatch
from alerting.judge.looks import Looks
from alerting.judge.outages import Outages
from alerting.judge.peers import Peers
from alerting.judge.plans import Plans
from alerting.judge.platform import Troubles
from alerting.judge.redundancy import Redundancy
from alerting.judge.reports import Reports
from alerting.judge.restarts import Restarts
from alerting.judge.samples import Samples
from alerting.judge.settling import Settling
from alerting.judge.states import States
from alerting.judge.storms import Storms
from alerting.judge.surveyed import Surveyed
from alerting.judge.unseen import SKEW, Unseen
from alerting.judge.watched import Watched
from alerting.judge.words import Words
from alerting.judge.works import Windows, Works
from alerting.maintenance.windows import Window
from alerting.rules.loader import RuleSet
from alerting.rules.platform import PlatformTroubleRule
from alerting.settings import JudgingSettings
from alerting.timeline.track import Track
from alerting.timeline.tracks import Tracks
from foundation.clock import Instant
from foundation.messages import CollectorBeat, Event, Finding, Message, Observation, PlatformCondition
from topology.network import Network


class Judge:
    """All judging of one network. Every method takes `now`; what follows stands in `journal` afterwards."""

    def __init__(
        self,
        network: Network,
        rules: RuleSet,
        settings: JudgingSettings,
        now: Instant,
        *,
        devices: Track,
        agencies: Track,
        restored: Iterable[OpenAlert] = (),
        tracks: Tracks | None = None,
        penalties: Mapping[AlertKey, Penalty] = MappingProxyType({}),
    ) -> None:
        """`tracks` has the timelines of links, sites and private networks too; without it only devices and agencies
        are followed."""
        self.journal = Journal()
        self._network = network
        self._rules = rules
        self._settling = Settling(settings.settle, now)
        self._windows = Windows()
        # What is known: of lines, of what misses and why, of states.
        self._links = LinkWatch(network, now)
        self._causes = Causes(network, self._links, settings)
        self._states = States(network, devices, agencies, self.journal)
        plans = Plans(network, rules, self._links)
        self._watched = {device.id: Watched(plans.of_device(device)) for device in network.devices.values()}
        self._lines = Lines(network, self._links, self._causes, settings)
        # Where it is told, and what explains it.
        self.book = AlertBook(self.journal, restored, flap_of=FlapFigures(network, rules), penalties=penalties)
        words = Words(network)
        self._areas = Areas(network, rules, self._causes, self._states, self.book, words)
        self._peers = Peers(network, self._causes, self._links, self._states, self.book, self._watched)
        self._inhibition = Inhibition(rules, self.book, network)
        self._storms = Storms(network, rules, self.book, now)
        self._reports = Reports(
            rules, self.book, self._causes, self._lines, Excuses(network, self._states), self._peers,
            self._windows.end_of, network, self._areas, self._inhibition, self._storms,
        )  # fmt: skip
        desk = Desk(network, rules, plans, self._watched, self.book, self._reports, words)
        # What judges.
        self._blind = Blind(network, rules, settings, self._causes, self.book)
        self._unseen = Unseen(self._watched, self._causes, self._states, self.book, settings, now)
        self._works = Works(desk, self._windows, self._causes, self._states)
        self._troubles = Troubles(network, rules.of(PlatformTroubleRule), self.book)
        self._samples = Samples(desk, self._links, self._peers, settings.sample_gap)
        self._restarts = Restarts(desk, self._causes)
        self._outages = Outages(desk, self._causes, self._links, self._lines, self._areas)
        self._redundancy = Redundancy(desk, self._causes, self._links, self._lines)
        self._events = Events(desk)
        self._surveyed = Surveyed(desk)
        self._composites = Composites(desk)
        self._followers = (
            None if tracks is None else Followers(network, self._links, self._states, self.book, tracks, self.journal)
        )
        self._looks = Looks(
            desk, self.journal, self._settling, self._causes, self._states, self._blind, self._samples,
            self._restarts, self._followers,
        )  # fmt: skip
        parts = (
            self._outages, self._samples, self._restarts, self._redundancy, self._events, self._surveyed, self._areas,
        )  # fmt: skip
        resume_all(self.book, rules, self._watched, parts, now)

    @property
    def observed(self) -> int:
        """Observations judged."""
        return self._looks.taken

    @property
    def held(self) -> int:
        """Devices that miss and wait for evidence."""
        return self._causes.held

    def take_strangers(self) -> set[str]:
        """Devices whose interfaces' addresses would tell who a lost neighbour is; answered by `learn`."""
        return self._peers.take_strangers()

    def learn(self, device: str, addresses: Mapping[str, Collection[str]]) -> None:
        """A device's addresses by interface name, each with its prefix length: `10.1.2.3/30`."""
        self._peers.learn(device, addresses)

    def counts(self) -> dict[AlertState, int]:
        """Open alerts by state."""
        return self.book.counts()

    def observe(self, messages: Iterable[Message], now: Instant) -> None:
        """Take in what was seen. Verdicts fall at the next `turn`."""
        settled = self._settling.is_over and not self._blind.is_blind
        latest: Instant = -1
        for message in messages:
            if isinstance(message, Observation):
                watched = self._watched.get(message.device)
                # A look older than the last one comes late, unless the clock was set back since.
                if watched is not None and (message.at >= watched.last_at or watched.last_at > now + SKEW):
                    latest = max(latest, message.at)
                    self._looks.take(watched, message, now, settled=settled)
            elif isinstance(message, Event):
                self._events.hear(message)
            elif isinstance(message, Finding):
                if settled:
                    self._surveyed.take(message, now)
            elif isinstance(message, PlatformCondition):
                self._troubles.hear(message)
            elif isinstance(message, CollectorBeat):
                latest = max(latest, message.at)
                self._blind.hear(message)
        self._unseen.collector_lives(latest)

    def turn(
        self,
        now: Instant,
        windows: Sequence[Window] | None = None,
        apart: frozenset[AlertKey] | None = None,
    ) -> None:
        """Let time pass: maintenance edges, staleness, verdicts that are due, and the alerts that follow.

        `windows`: the maintenance windows as recorded, when they were read anew; those over lately included.
        `apart`: the open alerts that people took out of what gathers them, when those were read anew.
        """
        if apart is not None:
            self._storms.part(apart)
            self._areas.part(apart)
        if windows is not None:
            self._windows.take(windows)
        waits = self._settling.waits(now)
        self._troubles.turn(now)
        self._keep_windows(now)
        self._unseen.grow_stale(now, self._looks.take_known())
        if waits:
            return
        if not self._settling.is_over:
            self._settle(now)
        if self._sees(now):
            self._decide(now)

    def _decide(self, now: Instant) -> None:
        """Let verdicts fall, and judge all that leans on them: outages first, then what they explain."""
        touched = self._links.take_touched()
        verdicts = self._causes.judge(now, disturbed=bool(touched))
        self.journal.polls |= verdicts.polls & self._network.devices.keys()
        for device, before in verdicts.changed.items():
            self._looks.apply(self._watched[device], before, now)
        recovered = self._looks.take_recovered()
        self._outages.recovered(recovered, now)
        freed = self._areas.turn({*verdicts.changed, *recovered}, now, self._reports.report, self._reports.calm)
        touched |= {link.id for site in freed for link in self._network.uplinks(site)}
        touched |= self._out_of_sight(recovered)
        self._outages.devices(dict.fromkeys((*verdicts.changed, *sorted(freed))), now, decided=verdicts.decided)
        self._outages.links(touched | self._lines.due(now), now, decided=verdicts.decided)
        self.journal.polls |= self._lines.take_polls() & self._network.devices.keys()
        self._redundancy.turn(touched, {*verdicts.changed, *recovered}, now)
        self._events.turn(now)
        self._reports.explain_again(self.book.on_devices(verdicts.changed), now)
        self._works.release(now)
        self._unseen.blank(now)
        self.book.turn(now)
        self._restarts.turn(now)
        self._reports.explain_again(self._inhibition.concerned(self.book.peek_touched()), now)
        self._composites.turn(self.book.peek_touched(), now)
        self._storms.turn(now, self._reports.report)
        self._follow(touched, now)

    def _follow(self, links: set[str], now: Instant) -> None:
        """The timelines that follow from what was judged."""
        alerted = self.book.take_touched()
        for device in alerted | self._states.take_touched():
            watched = self._watched.get(device)
            if watched is not None:
                tell_degraded(watched, self._states, self.book, self.journal, now)
        if self._followers is None:
            self._states.take_entered()
        else:
            self._followers.turn(links, alerted, now)

    def _sees(self, now: Instant) -> bool:
        """Whether verdicts may fall: not while the collector is blind, and not while it may prove to be.

        What a blind collector does not see is unknown. When it sees again, all is looked at anew, and judging begins as
        after a start.
        """
        turned = self._blind.turn(now)
        self.journal.polls |= turned.polls
        if turned.begins is not None:
            self._causes.forget_undecided()
            self._unseen.lose_all(turned.begins)
            self._unseen.blank(now)
            if self._followers is not None:
                self._followers.turn((), (), now)
        if turned.ends:
            self._settling.begin(now)
            self.journal.polls |= self._network.devices.keys()
        return turned.sees and not turned.ends

    def _keep_windows(self, now: Instant) -> None:
        """Begin and end maintenance; alerts on what is concerned are explained by it, or told after it."""
        concerned = self._works.turn(now)
        if self._followers is not None:
            for device in concerned:
                self._followers.lines.touch(device)
        if self._settling.is_over:
            self._reports.explain_again(self.book.on_devices(concerned), now)

    def _settle(self, now: Instant) -> None:
        """Enough was observed since the start: from here on verdicts fall."""
        self._settling.is_over = True
        self._links.touch_all()
        self._causes.disturb()
        for alert in self.book.all():
            key = alert.condition.key
            known = self._network.links if key.object_kind is ObjectKind.LINK else self._network.devices
            found = key.object_id if key.object_kind is ObjectKind.LINK else alert.condition.device
            is_known = found in known or key.object_kind in (ObjectKind.PLATFORM, ObjectKind.CENTRE)
            if key.rule not in self._rules.rules or not is_known:
                self.book.retire(key, now)
            else:
                self._works.hold_over(alert, now)

    def _out_of_sight(self, recovered: Iterable[str]) -> set[str]:
        """Lines at devices that answer again whose alerts could not be told to hold, or to be over."""
        return {
            alert.condition.key.object_id
            for alert in self.book.on_devices(recovered)
            if alert.state is AlertState.NO_DATA and alert.condition.key.object_kind is ObjectKind.LINK
        }
