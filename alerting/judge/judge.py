"""The judge: takes observations and the passing of time, keeps every verdict current, and writes down what follows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Penalty
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.areas import Areas
from alerting.judge.blind import Blind
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.causes import Causes, Verdict
from alerting.judge.composites import Composites
from alerting.judge.events import Events
from alerting.judge.excuses import Excuses
from alerting.judge.followers import Followers
from alerting.judge.inhibition import Inhibition
from alerting.judge.journal import Journal
from alerting.judge.lines import Lines
from alerting.judge.links import LinkWatch
from alerting.judge.outages import Outages
from alerting.judge.peers import Peers, session_of
from alerting.judge.plans import Plans
from alerting.judge.platform import Troubles
from alerting.judge.redundancy import Redundancy
from alerting.judge.reports import Reports
from alerting.judge.samples import Samples
from alerting.judge.sensors import sensor_of
from alerting.judge.spells import Spell
from alerting.judge.states import States
from alerting.judge.surveyed import Surveyed
from alerting.judge.watched import Watched
from alerting.judge.words import Words
from alerting.maintenance.coverage import Coverage, Covered
from alerting.maintenance.windows import Window
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.loader import RuleSet
from alerting.rules.model import (
    DeviceDownRule,
    DeviceRestartRule,
    HealthStateRule,
    RoutingDownRule,
    SnmpRejectedRule,
    SnmpSilentRule,
    ThresholdRule,
)
from alerting.rules.observed import ChangeRule, InterfaceDownRule, MissingDataRule, RedundancyLostRule
from alerting.rules.platform import PlatformTroubleRule
from alerting.rules.surveyed import SurveyRule
from alerting.rules.told import EventRule
from alerting.settings import JudgingSettings
from alerting.timeline.track import Track
from alerting.timeline.tracks import Tracks
from foundation.clock import SECOND, Instant
from foundation.messages import (
    CollectorBeat,
    DegradedChange,
    Event,
    Finding,
    Message,
    Observation,
    PlatformCondition,
    Reach,
    State,
)
from topology.network import Network

_AGEING: Final = 10 * SECOND
"""How often a decision that leans on what links said is made again, since such words grow old."""

_SKEW: Final = 5 * SECOND
"""How far ahead of now an instant may lie; one further ahead was taken before the clock was set back."""


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
        self.observed = 0
        """Observations judged."""
        self._network = network
        self._rules = rules
        self._settings = settings
        self._settle_until = now + settings.settle
        self._settled = False
        self._collector_seen = now
        self._links = LinkWatch(network, now)
        self._plans = Plans(network, rules, self._links)
        self._causes = Causes(network, self._links, settings)
        self._states = States(network, devices, agencies, self.journal)
        self._windows: dict[str, Window] = {}
        self._coverage = Coverage(network)
        self.book = AlertBook(self.journal, restored, flap_of=rules.flapping, penalties=penalties)
        words = Words(network)
        self._watched = {device.id: Watched(self._plans.of_device(device)) for device in network.devices.values()}
        self._areas = Areas(network, rules, self._causes, self._states, self.book, words)
        self._peers = Peers(network, self._causes, self._links, self._states, self.book, self._watched)
        self._lines = Lines(network, self._links, self._causes, settings)
        self._inhibition = Inhibition(rules, self.book, self._ports_of)
        reports = Reports(
            rules,
            self.book,
            self._causes,
            self._lines,
            Excuses(network, self._states),
            self._peers,
            self._window_end,
            lambda link: network.links[link].upper if link in network.links else "",
            self._areas,
            self._inhibition,
        )
        self._reports = reports
        self._samples = Samples(self._plans, self._links, self.book, reports, words, self._peers, settings.sample_gap)
        self._restarted: set[str] = set()
        self._recovered: set[str] = set()
        self._held_over: set[AlertKey] = set()
        self._decided_at = now
        self._outages = Outages(
            network,
            {device: watched.plan for device, watched in self._watched.items()},
            {link.id: self._plans.of_link(link) for link in network.links.values()},
            self._causes,
            self._links,
            self._lines,
            self.book,
            reports,
            words,
            self._areas,
        )
        self._redundancy = Redundancy(
            network, self._watched, self._causes, self._links, self._lines, self.book, reports, words
        )
        self._events = Events(self._plans, self._watched, self.book, reports, words)
        self._surveyed = Surveyed(rules, self._plans, self._watched, self.book, reports, words)
        self._composites = Composites(network, rules, self._plans, self._watched, self.book, reports, words)
        self._followers = (
            None if tracks is None else Followers(network, self._links, self._states, self.book, tracks, self.journal)
        )
        self._unseen: set[str] = set()
        """Devices that have become unknown since the last turn."""
        self._look_for_unseen_at: Instant | None = now + settings.unknown_after
        """When what was not observed since the start is taken for unknown by its alerts too."""
        self._troubles = Troubles(network, rules.of(PlatformTroubleRule), self.book)
        self._blind = Blind(network, rules, settings, self._causes, self.book)
        self._resume(now)

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

    def observe(self, messages: Iterable[Message], now: Instant) -> None:
        """Take in what was seen. Verdicts fall at the next `turn`."""
        settled = self._settled and not self._blind.is_blind
        for message in messages:
            if isinstance(message, Observation):
                watched = self._watched.get(message.device)
                # A look older than the last one comes late, unless the clock was set back since.
                if watched is not None and (message.at >= watched.last_at or watched.last_at > now + _SKEW):
                    self._look(watched, message, now, settled)
            elif isinstance(message, Event):
                self._events.hear(message)
            elif isinstance(message, Finding):
                if settled:
                    self._surveyed.take(message, now)
            elif isinstance(message, PlatformCondition):
                self._troubles.hear(message)
            elif isinstance(message, CollectorBeat):
                self._collector_seen = max(self._collector_seen, message.at)
                self._blind.hear(message)

    def turn(self, now: Instant, windows: Sequence[Window] | None = None) -> None:
        """Let time pass: maintenance edges, staleness, verdicts that are due, and the alerts that follow.

        `windows`: the maintenance windows as recorded, when they were read anew; those over lately included.
        """
        if windows is not None:
            self._windows = {window.name: window for window in windows}
        self._settle_until = min(self._settle_until, now + self._settings.settle)
        self._collector_seen = min(self._collector_seen, now + _SKEW)
        self._troubles.turn(now)
        self._keep_windows(now)
        self._grow_stale(now)
        if now < self._settle_until:
            return
        if not self._settled:
            self._settle(now)
        if not self._sees(now):
            return
        if now - self._decided_at >= _AGEING and self._causes.blames_links:
            self._causes.disturb()
        touched = self._links.take_touched()
        if touched:
            self._causes.disturb()
        verdicts = self._causes.judge(now)
        self.journal.polls |= verdicts.polls & self._network.devices.keys()
        if verdicts.decided:
            self._decided_at = now
        for device, before in verdicts.changed.items():
            self._apply(device, before, now)
        recovered, self._recovered = self._recovered, set()
        self._outages.recovered(recovered, now)
        freed = self._areas.turn({*verdicts.changed, *recovered}, now, self._reports.report, self._reports.calm)
        touched |= {link.id for site in freed for link in self._network.uplinks(site)}
        touched |= {
            alert.condition.key.object_id
            for device in recovered
            for alert in self.book.on_device(device)
            if alert.state is AlertState.NO_DATA and alert.condition.key.object_kind is ObjectKind.LINK
        }
        self._outages.devices(dict.fromkeys((*verdicts.changed, *sorted(freed))), now, decided=verdicts.decided)
        self._outages.links(touched | self._lines.due(now), now, decided=verdicts.decided)
        self.journal.polls |= self._lines.take_polls() & self._network.devices.keys()
        self._redundancy.turn(touched, {*verdicts.changed, *recovered}, now)
        self._events.turn(now)
        self._explain_again(verdicts.changed, now)
        self._release_held_over(now)
        self._blank(now)
        self.book.turn(now)
        self._tell_restarts(now)
        for alert in self._inhibition.concerned(self.book.peek_touched()):
            if self._reports.explanation(alert.condition, now) != alert.suppressed_by:
                self._reports.report(alert.condition, now)
        self._composites.turn(self.book.peek_touched(), now)
        alerted = self.book.peek_touched()
        self._tell_degraded(now)
        if self._followers is None:
            self._states.take_entered()
        else:
            self._followers.turn(touched, alerted, now)

    def _look(self, watched: Watched, observation: Observation, now: Instant, settled: bool) -> None:
        at = watched.last_at = observation.at
        self.observed += 1
        if at > self._collector_seen:
            self._collector_seen = at
        reach = observation.reach
        if reach is Reach.MISSED:
            self._missed(watched, observation, now)
            return
        self._blind.answer(at)
        self._record_flash(watched.id)
        since = self._causes.since.get(watched.id) if watched.id in self._causes.verdicts else None
        recovered = self._causes.answer(watched.id, at)
        if recovered and since is not None:
            watched.outage = (since, at)
        if recovered or watched.unknown:
            watched.unknown = False
            self._recovered.add(watched.id)
            self._states.judge(watched.id, State.UP, at, evidence=reach.value)
        if reach is Reach.SILENT or reach is Reach.REJECTED:
            self._causes.full[watched.id] = at
            if self._followers is not None:
                self._followers.lines.mute(watched.id)
            tell = self._samples.silent if reach is Reach.SILENT else self._samples.rejected
            tell(watched, observation, now, settled=settled)
            return
        if watched.silent_since is not None or watched.rejected_since is not None:
            self._samples.speaks(watched, now, settled=settled)
            if self._followers is not None:
                self._followers.lines.speak(watched.id, at)
        if observation.restarted:
            self._samples.restarted(watched, observation, now)
            self._restarted.add(watched.id)
        if observation.complete:
            self._causes.full[watched.id] = at
        self._samples.take(watched, observation, now, settled=settled)

    def _record_flash(self, device: str) -> None:
        """A confirmed break that ends before its verdict raises no alarm, but it was one: the timeline holds it."""
        unjudged = self._causes.unjudged(device)
        if unjudged is not None:
            state = State.DOWN if unjudged.behind is None else State.UNREACHABLE
            cause = unjudged.behind or device
            self._states.judge(device, state, unjudged.since, cause=cause, evidence=Reach.MISSED.value)

    def _missed(self, watched: Watched, observation: Observation, now: Instant) -> None:
        at = watched.broken_at = observation.at
        if self._blind.is_blind:
            return
        since = at if observation.missed_since is None else observation.missed_since
        since = max(since, min(self._blind.back_at, at))
        self.journal.polls |= self._causes.miss(watched.id, since, at, now, self._settle_until)
        verdict = self._causes.verdicts.get(watched.id)
        if watched.unknown:
            watched.unknown = False
            if verdict is not None:
                # It was down before nobody looked, and is down now; what lies between was not seen.
                self._states.judge(
                    watched.id, _state(verdict), at, cause=verdict.cause(watched.id, ""), evidence=Reach.MISSED.value
                )
        if verdict is not None and verdict.is_down and watched.plan.down is not None:
            for alert in self.book.on_device(watched.id):
                if alert.condition.key.rule == watched.plan.down.id:
                    self.book.see(alert.condition.key, now)

    def _sees(self, now: Instant) -> bool:
        """Whether verdicts may fall: not while the collector is blind, and not while it may prove to be.

        What a blind collector does not see is unknown. When it sees again, all is looked at anew, and judging begins as
        after a start.
        """
        turned = self._blind.turn(now)
        self.journal.polls |= turned.polls
        if turned.begins is not None:
            self._causes.forget_undecided()
            for watched in self._watched.values():
                if not watched.unknown:
                    watched.unknown = True
                    self._unseen.add(watched.id)
                    self._states.judge(watched.id, State.UNKNOWN, turned.begins, evidence="collector blind")
            self._blank(now)
            if self._followers is not None:
                self._followers.turn((), (), now)
        if turned.ends:
            self._settled = False
            self._settle_until = now + self._settings.settle
            self.journal.polls |= self._network.devices.keys()
        return turned.sees and not turned.ends

    def _apply(self, device: str, before: Verdict | None, now: Instant) -> None:
        """A verdict fell or changed: the timeline follows."""
        if self._watched[device].unknown:
            return
        verdict = self._causes.verdicts[device]
        cause = verdict.cause(device, self._states.cause(device))
        since = self._causes.since[device]
        if before is not None and before.is_down == verdict.is_down:
            since = now  # the same state, explained by something else from now on
        self._states.judge(device, _state(verdict), since, cause=cause, evidence=Reach.MISSED.value)

    def _grow_stale(self, now: Instant) -> None:
        """What was not looked at for long is unknown, from its last look on. No data clears nothing."""
        settings = self._settings
        seen = self._collector_seen
        dead = now - seen > settings.collector_dead_after
        oldest = now - settings.unknown_after
        missing = self._causes.missing
        for watched in self._watched.values():
            if watched.unknown or watched.last_at >= oldest:
                continue
            since = watched.last_at
            if watched.id in missing:
                # What is down is looked at less and less often: the collector's own life is the evidence.
                if dead:
                    since = max(since, seen)
                limit = settings.unknown_after if dead else settings.missing_unknown_after
                if now - since <= limit:
                    continue
            watched.unknown = True
            self._unseen.add(watched.id)
            self._states.judge(watched.id, State.UNKNOWN, since, evidence="no observation")

    def _blank(self, now: Instant) -> None:
        """An alert none of whose devices is looked at any more: nobody can tell whether it still holds."""
        if self._look_for_unseen_at is not None and now >= self._look_for_unseen_at:
            self._look_for_unseen_at = None
            self._unseen |= {device for device, watched in self._watched.items() if watched.unknown}
        if not self._unseen:
            return
        for device in sorted(self._unseen):
            for alert in self.book.on_device(device):
                anchors = alert.condition.anchors
                if all(one in self._watched and self._watched[one].unknown for one in anchors):
                    self.book.blank(alert.condition.key, now)
        self._unseen.clear()

    def _keep_windows(self, now: Instant) -> None:
        """Begin and end maintenance; alerts on what is concerned are explained by it, or told after it."""
        before = self._states.covered
        covered = self._coverage.at(self._windows.values(), now)
        if covered is before:
            return
        ended = {
            key: min(now, self._window_end(window.name) or now)
            for was, are in ((before.devices, covered.devices), (before.links, covered.links))
            for key, window in was.items()
            if key not in are
        }
        stranded = before.stranded.keys() - covered.stranded.keys()
        ended |= {device: min(now, self._window_end(before.stranded[device].name) or now) for device in stranded}
        self._states.maintain(covered, ended)
        concerned = self._concerned(before, covered)
        if self._followers is not None:
            for device in concerned:
                self._followers.lines.touch(device)
        if self._settled:
            self._explain_again(concerned, now)

    def _release_held_over(self, now: Instant) -> None:
        """After a start: what a window suppressed that ended meanwhile is told, though nothing new is heard of it.

        A routing neighbour is heard of at every look; and who explains it can't be told before its addresses are known.
        """
        for key in list(self._held_over):
            alert = self.book.get(key)
            if alert is not None:
                device = alert.condition.device
                if device in self._causes.missing and device not in self._causes.verdicts:
                    continue  # it waits for evidence, and its verdict will tell
                self._reports.report(alert.condition, now)
            self._held_over.discard(key)

    def _is_held_over(self, alert: OpenAlert, now: Instant) -> bool:
        kind, _, _ = alert.suppressed_by.partition(":")
        window = self._windows.get(alert.suppressed_by)
        over = kind == "maintenance" and (window is None or not window.is_active(now))
        return over and alert.condition.key.object_kind is not ObjectKind.NEIGHBOUR

    def _concerned(self, before: Covered, covered: Covered) -> set[str]:
        """The devices on which another window, or none any more, may explain what is wrong."""
        changed = set(before.behind ^ covered.behind)
        for was, are in (
            (before.devices, covered.devices),
            (before.links, covered.links),
            (before.stranded, covered.stranded),
        ):
            for key in was.keys() | are.keys():
                if was.get(key) != are.get(key):
                    link = self._network.links.get(key)
                    changed |= {key} if link is None else {link.upper, link.lower}
        return changed

    def _explain_again(self, devices: Iterable[str], now: Instant) -> None:
        """What explains an alert on one of these devices may have changed."""
        alerts = {alert.condition.key: alert for device in devices for alert in self.book.on_device(device)}
        for alert in alerts.values():
            if not alert.resting and self._reports.explanation(alert.condition, now) != alert.suppressed_by:
                self._reports.report(alert.condition, now)

    def _ports_of(self, link: str) -> tuple[str, ...]:
        """The interfaces at both ends of a link."""
        found = self._network.links.get(link)
        if found is None:
            return ()
        return f"{found.upper}/{found.upper_interface}", f"{found.lower}/{found.lower_interface}"

    def _window_end(self, name: str) -> Instant:
        """When a window that suppressed an alert was over; 0 for anything that is no window known."""
        window = self._windows.get(name)
        return 0 if window is None else window.until

    def _resume(self, now: Instant) -> None:
        """Remember, for alerts that were open before the start, what their clearing needs."""
        for alert in self.book.all():
            key = alert.condition.key
            rule = self._rules.rules.get(key.rule)
            watched = self._watched.get(alert.condition.device)
            if watched is not None and isinstance(rule, ThresholdRule):
                watched.spells[key] = Spell(key)
            elif watched is not None and isinstance(rule, SnmpSilentRule):
                watched.silent_since = alert.condition.started_at
            elif watched is not None and isinstance(rule, SnmpRejectedRule):
                watched.rejected_since = alert.condition.started_at
            elif watched is not None and isinstance(rule, RoutingDownRule):
                watched.neighbours[session_of(watched.id, key.object_id)] = Spell(key)
                self._peers.ask(watched.id, now)
            elif watched is not None and isinstance(rule, HealthStateRule):
                watched.sensors[sensor_of(watched.id, key.object_id)] = Spell(key)
            elif watched is not None and isinstance(rule, ChangeRule):
                watched.spells[key] = Spell(key)
            elif watched is not None and isinstance(rule, InterfaceDownRule):
                watched.downs[key] = Spell(key)
            elif watched is not None and isinstance(rule, RedundancyLostRule):
                if rule.of_uplinks:
                    self._redundancy.resume(alert.condition)
                else:
                    watched.downs[key] = Spell(key)
            elif watched is not None and isinstance(rule, MissingDataRule):
                watched.lacking.add(rule.layer)
                watched.given[rule.layer] = alert.condition.started_at
            elif watched is not None and isinstance(rule, EventRule):
                self._events.resume(alert.condition, rule, now)
            elif watched is not None and isinstance(rule, SurveyRule):
                self._surveyed.resume(alert.condition)
            elif isinstance(rule, CommonCauseRule):
                self._areas.resume(alert.condition, now)
            elif watched is not None and isinstance(rule, DeviceRestartRule):
                watched.restarted_at = alert.condition.started_at
                self._restarted.add(watched.id)
            if key.object_kind is ObjectKind.LINK and key.object_id in self._network.links:
                self._links.resume(key.object_id, alert.condition.started_at)
            elif isinstance(rule, DeviceDownRule) and not alert.suppressed_by.startswith(("device:", "link:")):
                self._causes.resume(alert.condition.device, alert.condition.started_at)

    def _settle(self, now: Instant) -> None:
        """Enough was observed since the start: from here on verdicts fall."""
        self._settled = True
        self._links.touch_all()
        self._causes.disturb()
        for alert in self.book.all():
            key = alert.condition.key
            known = self._network.links if key.object_kind is ObjectKind.LINK else self._network.devices
            found = key.object_id if key.object_kind is ObjectKind.LINK else alert.condition.device
            is_known = found in known or key.object_kind is ObjectKind.PLATFORM
            if key.rule not in self._rules.rules or not is_known:
                self.book.retire(key, now)
            elif self._is_held_over(alert, now):
                self._held_over.add(key)

    def _tell_restarts(self, now: Instant) -> None:
        if self._restarted:
            running = [self._watched[device] for device in self._restarted if device not in self._causes.missing]
            self._samples.tell_restarts(running, now)
            self._restarted = {device for device in self._restarted if self._watched[device].restarted_at is not None}

    def _tell_degraded(self, now: Instant) -> None:
        for device in self.book.take_touched() | self._states.take_touched():
            watched = self._watched.get(device)
            if watched is None:
                continue
            degraded = self._states.judged(device) is State.UP and self.book.fires_on(device)
            firing = self.book.firing_on(device) if degraded else []
            self._states.degrade(device, now, firing[0].condition.key.rule if firing else "")
            if degraded is not watched.degraded:
                watched.degraded = degraded
                self.journal.messages.append(DegradedChange(device, degraded, now))

    def counts(self) -> dict[AlertState, int]:
        """Open alerts by state."""
        return self.book.counts()


def _state(verdict: Verdict) -> State:
    return State.DOWN if verdict.is_down else State.UNREACHABLE
