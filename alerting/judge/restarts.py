"""Judging restarts: an agent whose clock began anew is told, until it has run long enough."""

from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind
from alerting.judge.causes import Causes
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.watched import Watched
from alerting.rules.model import DeviceRestartRule
from foundation.clock import SECOND, Instant
from foundation.messages import Observation

_CLOCK_SLACK: Final = 5 * SECOND
"""How far the agent's clock and ours may differ over one outage."""


class Restarts:
    """Remembers which devices started anew lately."""

    def __init__(self, desk: Desk, causes: Causes) -> None:
        self._watched = desk.watched
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._causes = causes
        self._restarted: set[str] = set()

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        watched = earlier.watched
        if watched is None or not isinstance(earlier.rule, DeviceRestartRule):
            return False
        watched.restarted_at = earlier.condition.started_at
        self._restarted.add(watched.id)
        return True

    def note(self, watched: Watched, observation: Observation, now: Instant) -> None:
        """The agent's clock says that it restarted; told once judging has settled, counted when it was told before.

        A device that came back from an outage by starting anew has told its trouble already: no second alert.
        """
        self._restarted.add(watched.id)
        rule = watched.plan.restart
        key = None if rule is None else AlertKey(ObjectKind.DEVICE, watched.id, rule.id)
        if key is not None and self._book.get(key) is not None:
            self._book.see(key, now)
        uptime = 0 if observation.uptime_s is None else round(observation.uptime_s * SECOND)
        started_at = observation.at - uptime
        watched.broken_at = observation.at - 1
        if watched.outage is not None and watched.outage[0] - _CLOCK_SLACK <= started_at <= watched.outage[1]:
            return
        watched.restarted_at = started_at

    def turn(self, now: Instant) -> None:
        """Report restarts, and end those after which the device has run long enough."""
        if not self._restarted:
            return
        for device in self._restarted:
            if device not in self._causes.missing:
                self._device(self._watched[device], now)
        self._restarted = {device for device in self._restarted if self._watched[device].restarted_at is not None}

    def _device(self, watched: Watched, now: Instant) -> None:
        rule = watched.plan.restart
        if rule is None or watched.restarted_at is None:
            watched.restarted_at = None
            return
        key = AlertKey(ObjectKind.DEVICE, watched.id, rule.id)
        if watched.last_at - watched.restarted_at >= rule.clear_after:
            watched.restarted_at = None
            self._reports.calm(key, now)
        elif self._book.get(key) is None:
            self._reports.report(self._words.plain(rule, watched.plan.device, watched.restarted_at), now)
