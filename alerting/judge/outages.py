"""The alerts of outages: devices that are down and links that are down, with who is cut off by each."""

from collections.abc import Iterable

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind
from alerting.judge.areas import Areas
from alerting.judge.causes import Causes
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.lines import Lines
from alerting.judge.links import LAG, LinkWatch, Outage
from alerting.reachability.decide import device_root, link_root
from alerting.rules.model import DeviceDownRule
from foundation.clock import Instant

NOBODY: frozenset[str] = frozenset()


class Outages:
    """Keeps the outage alerts equal to the latest verdicts."""

    def __init__(self, desk: Desk, causes: Causes, links: LinkWatch, lines: Lines, areas: Areas) -> None:
        self._network = desk.network
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._plans = {device: watched.plan for device, watched in desk.watched.items()}
        self._link_rules = {link.id: desk.plans.of_link(link) for link in desk.network.links.values()}
        self._causes = causes
        self._links = links
        self._lines = lines
        self._areas = areas

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start: the outage is as old as that."""
        key, condition = earlier.key, earlier.condition
        if key.object_kind is ObjectKind.LINK:
            if key.object_id in self._network.links:
                self._links.resume(key.object_id, condition.started_at)
            return True
        if not isinstance(earlier.rule, DeviceDownRule):
            return False
        if not earlier.suppressed_by.startswith(("device:", "link:")):
            self._causes.resume(condition.device, condition.started_at)
        return True

    def devices(self, changed: Iterable[str], now: Instant, *, decided: bool) -> None:
        """Report devices whose verdict changed and, after a new decision, those whose list of victims did."""
        verdicts = self._causes.verdicts
        for device in changed:
            if device in verdicts:
                self._device(device, now)
        if decided:
            for device, verdict in verdicts.items():
                if verdict.is_down and not self._areas.is_waiting(device) and not self._is_told(device, now):
                    self._device(device, now)

    def recovered(self, devices: Iterable[str], now: Instant) -> None:
        """Devices that answer: their outage is over."""
        for device in devices:
            rule = self._plans[device].down
            if rule is not None:
                self._reports.calm(AlertKey(ObjectKind.DEVICE, device, rule.id), now)

    def links(self, touched: Iterable[str], now: Instant, *, decided: bool) -> None:
        """Report links on which something was said and, after a new decision, those whose list of victims changed."""
        concerned = set(touched)
        if decided:
            concerned |= {root.id for root in self._causes.cut_off if root.kind == ObjectKind.LINK}
            concerned |= {one.condition.key.object_id for one in self._book.of_kind(ObjectKind.LINK)}
        for link in sorted(concerned & self._link_rules.keys()):
            self._link(link, now)

    def _device(self, device: str, now: Instant) -> None:
        rule = self._plans[device].down
        if rule is None:
            return
        key = AlertKey(ObjectKind.DEVICE, device, rule.id)
        if not self._causes.verdicts[device].is_down:
            alert = self._book.get(key)
            if alert is not None:
                self._reports.report(alert.condition, now)
            return
        victims = self._causes.cut_off.get(device_root(device), NOBODY)
        cut_off = self._network.impact_of(victims | {device}, without={device})
        since = self._causes.since[device]
        self._reports.report(self._words.device_down(rule, self._plans[device].device, since, cut_off), now)

    def _is_told(self, device: str, now: Instant) -> bool:
        """Whether the alert on a device that is down says all that is known."""
        rule = self._plans[device].down
        if rule is None:
            return True
        alert = self._book.get(AlertKey(ObjectKind.DEVICE, device, rule.id))
        if alert is None:
            return False
        victims = self._causes.cut_off.get(device_root(device), NOBODY)
        return alert.condition.lost == victims and alert.suppressed_by == self._reports.explanation(
            alert.condition, now
        )

    def _link(self, link: str, now: Instant) -> None:
        rule = self._link_rules[link]
        if rule is None:
            return
        outage = self._links.outage(link)
        if outage is None:
            self._lines.forget(link)
            if self._links.is_up(link, now):
                self._links.end(link)
                self._reports.calm(AlertKey(ObjectKind.LINK, link, rule.id), now)
            return
        if self._book.get(AlertKey(ObjectKind.LINK, link, rule.id)) is None and self._lines.waits(link, outage, now):
            return
        victims = self._causes.cut_off.get(link_root(link), NOBODY)
        cut_off = self._network.impact_of(victims)
        started_at = self._first_sign(outage, victims)
        found = self._network.links[link]
        self._reports.report(self._words.link_down(rule, found, started_at, cut_off, outage.said_by), now)

    def _first_sign(self, outage: Outage, victims: frozenset[str]) -> Instant:
        """The outage began when the first victim missed, if that was shortly before an end told it."""
        missing = self._causes.missing
        signs = (missing[device] for device in victims if device in missing)
        return min((at for at in signs if outage.since - LAG <= at < outage.since), default=outage.since)
