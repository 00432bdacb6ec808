"""Judging composite rules: an alert of one rule while one of another is open on the same device, or at its site."""

from collections.abc import Iterable
from operator import attrgetter

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import LEANS_ON, ObjectKind
from alerting.judge.book import OpenAlert
from alerting.judge.desk import Desk
from alerting.rules.told import CompositeRule
from foundation.clock import Instant

_SINCE = attrgetter("condition.started_at")


class Composites:
    """Keeps, for each rule that a composite one leans on, the devices on which its alerts are open."""

    def __init__(self, desk: Desk) -> None:
        self._network, self._plans, self._watched = desk.network, desk.plans, desk.watched
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._rules = desk.rules.of(CompositeRule)
        self._needed = {name for rule in self._rules for name in (rule.rule, rule.while_)}
        self._open: dict[str, dict[str, OpenAlert]] = {name: {} for name in self._needed}
        self._pending: set[AlertKey] = set()

    def turn(self, touched: Iterable[str], now: Instant) -> None:
        """Devices on which alerts began or ended; besides, what waits for its time."""
        if not self._rules:
            return
        divisions: set[str] = set()
        concerned: set[str] = {key.object_id for key in self._pending}
        for device in touched:
            if device not in self._watched:
                continue
            found = self._book.on_device(device)
            for name in self._needed:
                alert = next((one for one in found if one.condition.key.rule == name), None)
                if alert is not None:
                    self._open[name][device] = alert
                elif self._open[name].pop(device, None) is None:
                    continue
                divisions.add(self._network.devices[device].division)
                concerned.add(device)
        for rule in self._rules:
            devices = set(concerned)
            if rule.on == "site":
                told = self._book.of_kind(ObjectKind.DEVICE)
                firsts = {one.condition.device for one in told if one.condition.key.rule == rule.id}
                firsts |= self._open[rule.rule].keys()
                devices |= {one for one in firsts if self._network.devices[one].division in divisions}
            for device in sorted(devices):
                self._device(rule, device, now)

    def _device(self, rule: CompositeRule, device: str, now: Instant) -> None:
        watched = self._watched[device]
        key = AlertKey(ObjectKind.DEVICE, device, rule.id)
        first = self._open[rule.rule].get(device)
        second = self._other(rule, device)
        fitted = self._plans.fitted(rule, watched.plan.device)
        if first is None or second is None or fitted is None:
            self._pending.discard(key)
            if self._book.state_of(key) is not AlertState.NONE:
                self._reports.calm(key, now)
            return
        since = max(_SINCE(first), _SINCE(second))
        if now - since < fitted.hold:
            self._pending.add(key)
            self._book.see(key, now)
            return
        self._pending.discard(key)
        values = {
            "first": first.condition.summary, "first_en": first.condition.summary_en,
            "second": second.condition.summary, "second_en": second.condition.summary_en,
        }  # fmt: skip
        self._reports.report(
            self._words.said(
                fitted, watched.plan.device, ObjectKind.DEVICE, device, since, values,
                details={LEANS_ON: "\n".join(f"{key.object_kind}:{key.object_id}" for key in (
                    first.condition.key, second.condition.key
                ))},
            ),
            now,
        )  # fmt: skip

    def _other(self, rule: CompositeRule, device: str) -> OpenAlert | None:
        found = self._open[rule.while_]
        if rule.on == "device":
            return found.get(device)
        division = self._network.devices[device].division
        at_site = (alert for one, alert in found.items() if self._network.devices[one].division == division)
        return min(at_site, key=_SINCE, default=None)
