"""Planned work as it begins and ends, and what it suppressed that is told after it."""

from collections.abc import Iterable
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind
from alerting.judge.book import OpenAlert
from alerting.judge.causes import Causes
from alerting.judge.desk import Desk
from alerting.judge.states import States
from alerting.maintenance.coverage import Coverage, Covered
from alerting.maintenance.windows import Window
from foundation.clock import Instant

MAINTENANCE: Final = "maintenance"


class Windows:
    """The maintenance windows as recorded, those over lately included."""

    def __init__(self) -> None:
        self.known: dict[str, Window] = {}

    def take(self, windows: Iterable[Window]) -> None:
        """They were read anew."""
        self.known = {window.name: window for window in windows}

    def end_of(self, name: str) -> Instant:
        """When a window that suppressed an alert was over; 0 for anything that is no window known."""
        window = self.known.get(name)
        return 0 if window is None else window.until


class Works:
    """Lays windows over states and alerts, and lifts them."""

    def __init__(self, desk: Desk, windows: Windows, causes: Causes, states: States) -> None:
        self._network = desk.network
        self._book, self._reports = desk.book, desk.reports
        self._windows = windows
        self._causes = causes
        self._states = states
        self._coverage = Coverage(desk.network)
        self._held_over: set[AlertKey] = set()

    def turn(self, now: Instant) -> set[str]:
        """Begin and end windows on the timelines; the devices on which another one, or none any more, may explain what
        is wrong."""
        before = self._states.covered
        covered = self._coverage.at(self._windows.known.values(), now)
        if covered is before:
            return set()
        ended = {
            key: self._over(window, now)
            for was, are in ((before.devices, covered.devices), (before.links, covered.links))
            for key, window in was.items()
            if key not in are
        }
        stranded = before.stranded.keys() - covered.stranded.keys()
        ended |= {device: self._over(before.stranded[device], now) for device in stranded}
        self._states.maintain(covered, ended)
        return self._concerned(before, covered)

    def hold_over(self, alert: OpenAlert, now: Instant) -> None:
        """An alert that was open before the start: a window may have suppressed it that ended meanwhile.

        A routing neighbour is heard of at every look; and who explains it can't be told before its addresses are known.
        """
        kind, _, _ = alert.suppressed_by.partition(":")
        window = self._windows.known.get(alert.suppressed_by)
        is_over = kind == MAINTENANCE and (window is None or not window.is_active(now))
        key = alert.condition.key
        if is_over and key.object_kind is not ObjectKind.NEIGHBOUR:
            self._held_over.add(key)

    def release(self, now: Instant) -> None:
        """Tell what was held over, though nothing new is heard of it."""
        for key in list(self._held_over):
            alert = self._book.get(key)
            if alert is not None:
                device = alert.condition.device
                if device in self._causes.missing and device not in self._causes.verdicts:
                    continue  # it waits for evidence, and its verdict will tell
                self._reports.report(alert.condition, now)
            self._held_over.discard(key)

    def _over(self, window: Window, now: Instant) -> Instant:
        return min(now, self._windows.end_of(window.name) or now)

    def _concerned(self, before: Covered, covered: Covered) -> set[str]:
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
