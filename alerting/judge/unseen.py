"""What nobody looks at: after a while its state is unknown, and no alert on it can be told to hold or to be over."""

from collections.abc import Mapping
from typing import Final

from alerting.judge.book import AlertBook
from alerting.judge.causes import Causes
from alerting.judge.states import States
from alerting.judge.watched import Watched
from alerting.settings import JudgingSettings
from foundation.clock import SECOND, Instant
from foundation.messages import State

_NEVER: Final = 2**62

SKEW: Final = 5 * SECOND
"""How far ahead of now an instant may lie; one further ahead was taken before the clock was set back."""


class Unseen:
    """Knows when the collector was last seen alive, and which devices have become unknown."""

    def __init__(
        self,
        watched: Mapping[str, Watched],
        causes: Causes,
        states: States,
        book: AlertBook,
        settings: JudgingSettings,
        now: Instant,
    ) -> None:
        self._watched = watched
        self._causes = causes
        self._states = states
        self._book = book
        self._settings = settings
        self._collector_at = now
        self._unseen: set[str] = set()
        """Devices that have become unknown since the last turn."""
        self._look_at: Instant | None = now + settings.unknown_after
        """When what was not observed since the start is taken for unknown by its alerts too."""
        self._passed_at: Instant = -1
        self._due_at: Instant = -1
        """Before this, nothing that was known at the latest pass over all devices can have grown stale."""

    def collector_lives(self, at: Instant) -> None:
        """The collector gave a sign of life."""
        if at > self._collector_at:
            self._collector_at = at

    def lose_all(self, since: Instant) -> None:
        """The collector is blind: every device is unknown."""
        for watched in self._watched.values():
            if not watched.unknown:
                self._lose(watched, since, "collector blind")

    def grow_stale(self, now: Instant, known_from: Instant | None) -> None:
        """What was not looked at for long is unknown, from its last look on. No data clears nothing.

        `known_from`: the earliest look by which a device became known since the last call. All devices are passed over
        only when the one looked at longest ago may have grown stale, while the collector is dead, and after the clock
        was set back.
        """
        settings = self._settings
        seen = self._collector_at = min(self._collector_at, now + SKEW)
        dead = now - seen > settings.collector_dead_after
        if known_from is not None:
            self._due_at = min(self._due_at, known_from + settings.unknown_after)
        if not dead and self._passed_at <= now <= self._due_at:
            return
        self._passed_at, self._due_at = now, _NEVER
        missing = self._causes.missing
        for watched in self._watched.values():
            if watched.unknown:
                continue
            since, limit = watched.last_at, settings.unknown_after
            if watched.id in missing:
                # What is down is looked at less and less often: the collector's own life is the evidence.
                if dead:
                    since = max(since, seen)
                else:
                    limit = settings.missing_unknown_after
            if now - since > limit:
                self._lose(watched, since, "no observation")
            else:
                self._due_at = min(self._due_at, since + limit)

    def blank(self, now: Instant) -> None:
        """An alert none of whose devices is looked at any more: nobody can tell whether it still holds."""
        if self._look_at is not None and now >= self._look_at:
            self._look_at = None
            self._unseen |= {device for device, watched in self._watched.items() if watched.unknown}
        if not self._unseen:
            return
        for device in sorted(self._unseen):
            for alert in self._book.on_device(device):
                anchors = alert.condition.anchors
                if all(one in self._watched and self._watched[one].unknown for one in anchors):
                    self._book.blank(alert.condition.key, now)
        self._unseen.clear()

    def _lose(self, watched: Watched, since: Instant, evidence: str) -> None:
        watched.unknown = True
        self._unseen.add(watched.id)
        self._states.judge(watched.id, State.UNKNOWN, since, evidence=evidence)
