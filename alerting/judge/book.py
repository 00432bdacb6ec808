"""The open alerts in memory, and the only place where the table of alert states is driven."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import AlertState, Event, Step, step
from alerting.changes import RELEASED_FROM, ChangeKind, ObjectKind
from alerting.judge.condition import Condition
from alerting.judge.journal import Journal
from foundation.clock import Instant


@dataclass(slots=True)
class OpenAlert:
    """An alert that fires or is suppressed."""

    condition: Condition
    state: AlertState
    suppressed_by: str
    told: bool
    """Whether it ever fired."""


class AlertBook:
    """Knows every open alert by its key and turns what judging finds into effects."""

    def __init__(self, journal: Journal, restored: Iterable[OpenAlert] = ()) -> None:
        self._journal = journal
        self._open: dict[AlertKey, OpenAlert] = {}
        self._pending: set[AlertKey] = set()
        self._by_device: dict[str, set[AlertKey]] = {}
        self._by_kind: dict[ObjectKind, set[AlertKey]] = {}
        self._firing: Counter[str] = Counter()
        self._suppressed = 0
        self._touched: set[str] = set()
        for alert in restored:
            self._keep(alert)

    def state_of(self, key: AlertKey) -> AlertState:
        """Where the condition stands."""
        alert = self._open.get(key)
        if alert is not None:
            return alert.state
        return AlertState.PENDING if key in self._pending else AlertState.NONE

    def get(self, key: AlertKey) -> OpenAlert | None:
        """The open alert of this key."""
        return self._open.get(key)

    def all(self) -> list[OpenAlert]:
        """Every open alert."""
        return list(self._open.values())

    def of_kind(self, kind: ObjectKind) -> list[OpenAlert]:
        """The open alerts about one kind of object."""
        return [self._open[key] for key in self._by_kind.get(kind, ())]

    def on_device(self, device: str) -> list[OpenAlert]:
        """The open alerts anchored on a device."""
        return [self._open[key] for key in sorted(self._by_device.get(device, ()), key=str)]

    def firing_on(self, device: str) -> list[OpenAlert]:
        """The alerts that fire on a device."""
        if not self._firing[device]:
            return []
        return [alert for alert in self.on_device(device) if alert.state is AlertState.FIRING]

    def fires_on(self, device: str) -> bool:
        """Whether an alert fires on a device."""
        return self._firing[device] > 0

    def peek_touched(self) -> set[str]:
        """What `take_touched` would give now."""
        return set(self._touched)

    def take_touched(self) -> set[str]:
        """Devices on which alerts began or ceased to fire since the last call."""
        touched, self._touched = self._touched, set()
        return touched

    def counts(self) -> dict[AlertState, int]:
        """How many alerts are open, by state."""
        return {
            AlertState.PENDING: len(self._pending),
            AlertState.FIRING: len(self._open) - self._suppressed,
            AlertState.SUPPRESSED: self._suppressed,
        }

    def see(self, key: AlertKey, at: Instant) -> None:
        """The condition holds, or is not yet calm, and nothing is due."""
        state, done = step(self.state_of(key), Event.SEEN)
        if done is Step.REPEAT:
            self._journal.touch(key, at)
        elif state is AlertState.PENDING:
            self._pending.add(key)

    def report(self, condition: Condition, now: Instant, *, explained_by: str = "", not_before: Instant = 0) -> None:
        """The condition is due. `explained_by` names what suppresses it; empty when nothing does.

        An alert that is released without ever having fired starts at `not_before`, the end of what suppressed it.
        """
        key = condition.key
        before = self.state_of(key)
        unexplained = Event.UNEXPLAINED if before is AlertState.SUPPRESSED else Event.DUE
        state, done = step(before, Event.EXPLAINED if explained_by else unexplained)
        self._pending.discard(key)
        if done is Step.REPEAT:
            self._repeat(self._open[key], condition, now, explained_by)
            return
        earlier = self._open.get(key)
        told = earlier is not None and earlier.told
        if earlier is not None:
            # One occurrence keeps its start, whatever is found about it later.
            condition = replace(condition, started_at=earlier.condition.started_at)
        if done is Step.RELEASE and not told:
            condition = replace(condition, started_at=max(condition.started_at, not_before))
        self._keep(OpenAlert(condition, state, explained_by, told or state is AlertState.FIRING))
        kind = ChangeKind.SUPPRESSED if state is AlertState.SUPPRESSED else ChangeKind.RAISED
        if done is Step.RELEASE and earlier is not None:
            condition = replace(condition, details={**condition.details, RELEASED_FROM: earlier.suppressed_by})
        self._journal.alerts.append(condition.effect(kind, now, suppressed_by=explained_by))

    def calm(self, key: AlertKey, now: Instant, because: tuple[str, str] = ("", "")) -> None:
        """The clear condition is met, by data. `because` is added to its summaries, Chinese and English."""
        self._end(key, Event.CALM, now, because)

    def clear_late(self, key: AlertKey, at: Instant) -> None:
        """The end of a condition is told, and no alert of it is open: noted at the one that ended last, if any did."""
        if key not in self._open:
            self._journal.late_clears[key] = at

    def retire(self, key: AlertKey, now: Instant) -> None:
        """The alert's rule or object is no longer in the files."""
        self._end(key, Event.RETIRED, now)

    def _end(self, key: AlertKey, event: Event, now: Instant, because: tuple[str, str] = ("", "")) -> None:
        alert = self._open.get(key)
        if event is Event.CALM and alert is not None and alert.state is AlertState.SUPPRESSED and not alert.told:
            event = Event.CALM_UNTOLD
        after, done = step(self.state_of(key), event)
        self._pending.discard(key)
        if done is Step.CLEAR:
            found = self._forget(key).condition
            ended = replace(found, summary=found.summary + because[0], summary_en=found.summary_en + because[1])
            self._journal.touches.pop(key, None)
            self._journal.alerts.append(ended.effect(ChangeKind.CLEARED, now, state=after))

    def _repeat(self, alert: OpenAlert, condition: Condition, now: Instant, explained_by: str) -> None:
        known = alert.condition
        same = condition.severity is known.severity and condition.lost == known.lost
        if same and explained_by == alert.suppressed_by:
            self._journal.touch(condition.key, now)
            return
        alert.condition = replace(condition, started_at=known.started_at)
        alert.suppressed_by = explained_by
        kind = ChangeKind.SUPPRESSED if alert.state is AlertState.SUPPRESSED else ChangeKind.UPDATED
        self._journal.alerts.append(alert.condition.effect(kind, now, suppressed_by=explained_by))

    def _keep(self, alert: OpenAlert) -> None:
        key = alert.condition.key
        if key in self._open:
            self._forget(key)
        self._open[key] = alert
        self._by_kind.setdefault(key.object_kind, set()).add(key)
        self._suppressed += alert.state is AlertState.SUPPRESSED
        for device in alert.condition.anchors:
            self._by_device.setdefault(device, set()).add(key)
            if alert.state is AlertState.FIRING:
                self._firing[device] += 1
        self._touched.update(alert.condition.anchors)

    def _forget(self, key: AlertKey) -> OpenAlert:
        alert = self._open.pop(key)
        self._by_kind[key.object_kind].discard(key)
        self._suppressed -= alert.state is AlertState.SUPPRESSED
        for device in alert.condition.anchors:
            self._by_device[device].discard(key)
            if alert.state is AlertState.FIRING:
                self._firing[device] -= 1
        self._touched.update(alert.condition.anchors)
        return alert
