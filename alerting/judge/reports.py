"""The one door to the book: finds out what, if anything, explains a condition before it is reported."""

from collections.abc import Callable, Iterable
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.areas import Areas
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.causes import Causes
from alerting.judge.condition import Condition
from alerting.judge.excuses import Excuses
from alerting.judge.inhibition import Inhibition
from alerting.judge.lines import Lines
from alerting.judge.peers import Peers
from alerting.judge.storms import Storms
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.loader import RuleSet
from alerting.rules.model import (
    DeviceDownRule,
    HealthStateRule,
    LinkDownRule,
    RoutingDownRule,
    SnmpRejectedRule,
    SnmpSilentRule,
)
from alerting.rules.observed import InterfaceDownRule, MissingDataRule, RedundancyLostRule
from foundation.clock import Instant
from topology.network import Network

_BEHIND_ITS_DEVICE: Final = (
    DeviceDownRule, SnmpSilentRule, SnmpRejectedRule, RoutingDownRule, HealthStateRule,
    InterfaceDownRule, MissingDataRule, RedundancyLostRule,
)  # fmt: skip
"""Kinds of rule whose alerts are explained once their device can't be reached."""


class Reports:
    """Applies the fixed order of suppression: maintenance first, then a failure nearer the cause, then inhibition; the
    book weighs flapping; what is left a storm may take."""

    def __init__(
        self,
        rules: RuleSet,
        book: AlertBook,
        causes: Causes,
        lines: Lines,
        excuses: Excuses,
        peers: Peers,
        window_end: Callable[[str], Instant],
        network: Network,
        areas: Areas,
        inhibition: Inhibition,
        storms: Storms,
    ) -> None:
        self._rules = rules
        self._book = book
        self._causes = causes
        self._lines = lines
        self._excuses = excuses
        self._peers = peers
        self._window_end = window_end
        self._network = network
        self._areas = areas
        self._inhibition = inhibition
        self._storms = storms

    def report(self, condition: Condition, now: Instant) -> None:
        """The condition is due: fire it, or suppress it with the name of what explains it.

        An outage that nothing explains, and that was not told yet, may wait a little for others like it.
        """
        alert = self._book.get(condition.key)
        explained_by = self.explanation(condition, now)
        fires = alert is not None and alert.state is not AlertState.SUPPRESSED
        if not explained_by and not fires and self._areas.holds(condition, now):
            return
        # The window may go on without covering this any more.
        not_before = 0 if alert is None else min(now, self._window_end(alert.suppressed_by))
        self._book.report(condition, now, explained_by=explained_by, not_before=not_before, digest=self._storms.take)

    def report_list(self, condition: Condition, now: Instant) -> None:
        """Report a condition that names what is lost: an open alert always names what is lost now."""
        self.report(condition, now)
        alert = self._book.get(condition.key)
        if (
            alert is not None
            and alert.state is not AlertState.FLAPPING
            and alert.condition.summary != condition.summary
        ):
            self._book.restate(condition, now)

    def calm(self, key: AlertKey, now: Instant, because: tuple[str, str] = ("", "")) -> None:
        """The condition is over, by data; `because` says why where that is not plain."""
        if self._book.state_of(key) is not AlertState.NONE:
            self._book.calm(key, now, because)

    def explain_again(self, alerts: Iterable[OpenAlert], now: Instant) -> None:
        """What explains these alerts may have changed."""
        for alert in alerts:
            if not alert.resting and self.explanation(alert.condition, now) != alert.suppressed_by:
                self.report(alert.condition, now)

    def explanation(self, condition: Condition, now: Instant) -> str:
        """What explains a condition: `maintenance:12`, `device:530627-R1`, `link:…`, `area:…`, `inhibition:…`,
        `storm:…`; empty when nothing does."""
        nearer = self._nearer(condition, now) or self._inhibition.explanation(condition)
        return nearer or self._storms.explanation(condition)

    def _nearer(self, condition: Condition, now: Instant) -> str:
        """Planned work, or a failure nearer the cause."""
        rule = self._rules.rules.get(condition.key.rule)
        window = self._excuses.window(condition, is_silence=isinstance(rule, DeviceDownRule | SnmpSilentRule))
        if window is not None:
            return window.name
        verdict = self._causes.verdicts.get(condition.device)
        if verdict is not None and isinstance(rule, _BEHIND_ITS_DEVICE):
            if not verdict.is_down:
                root = min(verdict.roots)
                return f"{root.kind}:{root.id}"
            if not isinstance(rule, DeviceDownRule):
                return f"device:{condition.device}"
        if isinstance(rule, LinkDownRule):
            found = self._taken_by(condition.key.object_id, now) or self._areas.explanation(condition)
            return found or self._returning(condition, now)
        if isinstance(rule, DeviceDownRule | CommonCauseRule):
            return self._areas.explanation(condition)
        if isinstance(rule, RoutingDownRule):
            return self._peers.explanation(condition.device, condition.key.object_id, rule, now)
        if isinstance(rule, RedundancyLostRule):
            return self._lost_parts(condition) or self._lost_lines(condition)
        return ""

    def _taken_by(self, link: str, now: Instant) -> str:
        """What took a line with it. A device that is down explains a line only where its own outage is told."""
        for device, by in self._lines.takers(link, now):
            verdict = self._causes.verdicts.get(device)
            if verdict is None or not verdict.is_down or self._is_told(device):
                return by
        return ""

    def _returning(self, condition: Condition, now: Instant) -> str:
        """What explained a line stays its explanation until its ends were looked at after they came back."""
        alert = self._book.get(condition.key)
        held = alert is not None and alert.state is AlertState.SUPPRESSED
        return alert.suppressed_by if alert and held and self._lines.is_returning(condition.key.object_id, now) else ""

    def _is_told(self, device: str) -> bool:
        """Whether a device's own outage has an open alert."""
        return any(
            isinstance(self._rules.rules.get(alert.condition.key.rule), DeviceDownRule)
            for alert in self._book.on_device(device)
        )

    def _lost_parts(self, condition: Condition) -> str:
        """What explains lost parts: an alert on each of them."""
        parts = list(filter(None, condition.details.get("parts", "").split("\n")))
        told = {one.condition.key.object_id for one in self._book.on_device(condition.device)}
        sensors = [f"{condition.device}/{part}" for part in parts]
        return f"sensor:{sensors[0]}" if sensors and told.issuperset(sensors) else ""

    def _lost_lines(self, condition: Condition) -> str:
        """What explains lost uplinks: an alert on each of the lines or what explains that, or what their upper ends
        are cut off by.

        Once they all carry again, the time in which that must last to be believed (`clear_for`) has no other reason.
        """
        links = self._network.links
        named = [links[link] for link in condition.details.get("links", "").split(", ") if link in links]
        lost = [line for line in named if self._lines.is_lost(line)]
        if not lost:
            alert = self._book.get(condition.key)
            return alert.suppressed_by if alert is not None and alert.state is AlertState.SUPPRESSED else ""
        told = {one.condition.key.object_id: one.suppressed_by for one in self._book.of_kind(ObjectKind.LINK)}
        found = ""
        for line in lost:
            verdict = self._causes.verdicts.get(line.upper)
            if line.id in told:
                by = told[line.id] or f"link:{line.id}"
            elif verdict is None:
                return ""
            else:
                root = None if verdict.is_down else min(verdict.roots)
                by = f"device:{line.upper}" if root is None else f"{root.kind}:{root.id}"
            found = found or by
        return found
