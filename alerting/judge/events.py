"""Judging events: so many of a kind within a time, until one clears it or none has come for long."""

from collections import deque
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.neighbours import LONGEST
from alerting.rules.told import EventRule
from foundation.clock import Instant
from foundation.messages import Event

MOST_WAITING: Final = 10_000
"""Events kept until judging has settled; beyond them the oldest go."""
MOST_COUNTS: Final = 10_000
"""Troubles counted at once: one that invents its parts must not fill the memory."""
LONGEST_TEXT: Final = 200


class Events:
    """Counts events by rule and object."""

    def __init__(self, desk: Desk) -> None:
        self._plans, self._watched = desk.plans, desk.watched
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self._rules: dict[str, tuple[EventRule, ...]] = {}
        self._counts: dict[AlertKey, tuple[EventRule, deque[Instant]]] = {}

    def hear(self, event: Event) -> None:
        """Take an event; it is judged at the next turn."""
        if event.device in self._watched:
            self._waiting.append(event)

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start: its quiet time begins anew."""
        rule = earlier.rule
        if earlier.watched is None or not isinstance(rule, EventRule):
            return False
        self._counts[earlier.key] = (rule, deque([earlier.now], maxlen=rule.least))
        return True

    def turn(self, now: Instant) -> None:
        """Judge what was heard, and end what has been quiet for long enough."""
        while self._waiting:
            event = self._waiting.popleft()
            for rule in self._covering(event.device):
                if event.source in rule.source:
                    self._event(rule, event, now)
        for key, (rule, times) in list(self._counts.items()):
            is_open = self._book.get(key) is not None
            limit = rule.quiet if is_open else rule.within
            # An event's own time may lie ahead of ours: then it is just now.
            if limit is not None and now - min(times[-1], now) >= limit:
                self._end(key, now)

    def _event(self, rule: EventRule, event: Event, now: Instant) -> None:
        part = event.fields.get(rule.by, "")[:LONGEST] if rule.by else ""
        if rule.by and not part:
            return
        object_id = f"{event.device}/event/{part}" if rule.by else event.device
        key = AlertKey(ObjectKind.SENSOR if rule.by else ObjectKind.DEVICE, object_id, rule.id)
        if rule.clearing is not None and rule.clearing.fits(event):
            if key in self._counts:
                self._end(key, now)
            else:
                self._book.clear_late(key, event.at)
            return
        if not rule.raising.fits(event):
            return
        if key not in self._counts:
            if len(self._counts) >= MOST_COUNTS:
                return
            self._counts[key] = (rule, deque(maxlen=rule.least))
        _, times = self._counts[key]
        times.append(event.at)
        if self._book.get(key) is None and (len(times) < rule.least or times[-1] - times[0] > rule.within > 0):
            self._book.see(key, now)
            return
        values = {
            "text": event.text[:LONGEST_TEXT], "event": event.kind[:LONGEST], "source": event.source.value,
            "count": str(rule.least), "entity": part,
        }  # fmt: skip
        device = self._watched[event.device].plan.device
        details = {"entity": part} if part else {}
        self._reports.report(
            self._words.said(rule, device, key.object_kind, object_id, times[0], values, details=details), now
        )

    def _end(self, key: AlertKey, now: Instant) -> None:
        del self._counts[key]
        if self._book.state_of(key) is not AlertState.NONE:
            self._reports.calm(key, now)

    def _covering(self, device: str) -> tuple[EventRule, ...]:
        rules = self._rules.get(device)
        if rules is None:
            rules = self._rules[device] = self._plans.of_kind(EventRule, self._watched[device].plan.device)
        return rules
