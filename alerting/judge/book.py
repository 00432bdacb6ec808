"""The open alerts in memory, and the only place where the table of alert states is driven."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Penalty
from alerting.alerts.states import OPEN, TOLD, AlertState, Event, Step, step
from alerting.alerts.suppression import is_real
from alerting.changes import RELEASED_FROM, ChangeKind, ObjectKind
from alerting.judge.condition import Condition
from alerting.judge.journal import Journal
from alerting.judge.penalties import FlapOf, Penalties
from foundation.clock import Instant

_NONE: Final[Mapping[AlertKey, Penalty]] = MappingProxyType({})
Digest = Callable[[Condition, Instant], str]
"""The name of the storm that takes a condition; empty when none does."""
_FLAPS: Final = "，反复发生"
_FLAPS_EN: Final = ", coming and going"


@dataclass(slots=True)
class OpenAlert:
    """An alert that is open."""

    condition: Condition
    state: AlertState
    suppressed_by: str
    told: bool
    """Whether it ever fired."""
    resting: bool = False
    """While it flaps: whether it does not hold at the moment."""


class AlertBook:
    """Knows every open alert by its key and turns what judging finds into effects."""

    def __init__(
        self,
        journal: Journal,
        restored: Iterable[OpenAlert] = (),
        *,
        flap_of: FlapOf = lambda _: None,
        penalties: Mapping[AlertKey, Penalty] = _NONE,
    ) -> None:
        """`flap_of` gives a condition's figures for flapping; `penalties` are those of before the start."""
        self._journal = journal
        self._penalties = Penalties(flap_of, penalties)
        self._flapping: set[AlertKey] = set()
        self._open: dict[AlertKey, OpenAlert] = {}
        self._pending: set[AlertKey] = set()
        self._by_device: dict[str, set[AlertKey]] = {}
        self._by_kind: dict[ObjectKind, set[AlertKey]] = {}
        self._firing: Counter[str] = Counter()
        self._counts: Counter[AlertState] = Counter()
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

    def on_devices(self, devices: Iterable[str]) -> list[OpenAlert]:
        """The open alerts anchored on any of these devices, each once."""
        found = {alert.condition.key: alert for device in devices for alert in self.on_device(device)}
        return list(found.values())

    def firing_on(self, device: str) -> list[OpenAlert]:
        """The alerts on a device that nothing explains."""
        if not self._firing[device]:
            return []
        return [one for one in self.on_device(device) if is_real(one.state, one.suppressed_by)]

    def fires_on(self, device: str) -> bool:
        """Whether an alert that nothing explains is open on a device."""
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
            **{state: self._counts[state] for state in sorted(OPEN)},
        }

    def turn(self, now: Instant) -> None:
        """Let time pass: what flapped and has ceased to is an alert like any other again, or over."""
        for key in [key for key in self._flapping if self._penalties.is_over(key, now)]:
            alert, penalty = self._open[key], self._penalties.get(key)
            count = 0 if penalty is None else penalty.flaps
            alert.condition = replace(
                alert.condition,
                summary=alert.condition.summary + f"（反复结束，共 {count} 次）",
                summary_en=alert.condition.summary_en + f" (flapping is over after {count} times)",
            )
            if alert.resting:
                self._end(key, Event.STEADY_CALM, now)
                continue
            state, _ = step(alert.state, Event.STEADY)
            self._keep(replace(alert, state=state))
            self._tell(alert.condition, ChangeKind.UPDATED, now, state=state)
        self._penalties.prune(now)

    def see(self, key: AlertKey, at: Instant) -> None:
        """The condition holds, or is not yet calm, and nothing is due."""
        state, done = step(self.state_of(key), Event.SEEN)
        if done is Step.REPEAT:
            self._journal.touch(key, at)
        elif done is Step.REGAIN_SIGHT:
            self._become(key, state, at)
        elif state is AlertState.PENDING:
            self._pending.add(key)

    def report(
        self,
        condition: Condition,
        now: Instant,
        *,
        explained_by: str = "",
        not_before: Instant = 0,
        digest: Digest | None = None,
    ) -> None:
        """The condition is due. `explained_by` names what suppresses it; empty when nothing does.

        `digest` is asked last, when it would be raised now, does not flap and was never told. An alert that is released
        without ever having fired starts at `not_before`, the end of what suppressed it.
        """
        key = condition.key
        before = self.state_of(key)
        event = self._due(key, before, now, explained_by)
        if digest is not None and self._is_new(key, before, event, now):
            explained_by = digest(condition, now)
            event = Event.EXPLAINED if explained_by else event
        state, done = step(before, event)
        self._pending.discard(key)
        if done is Step.REGAIN_SIGHT:
            self._become(key, state, now)
            done = Step.REPEAT
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
        if done is Step.RAISE_FLAPPING:
            condition = replace(
                condition, summary=condition.summary + _FLAPS, summary_en=condition.summary_en + _FLAPS_EN
            )
        self._keep(OpenAlert(condition, state, explained_by, told or state in TOLD))
        kind = ChangeKind.SUPPRESSED if state is AlertState.SUPPRESSED else ChangeKind.RAISED
        if done is Step.RELEASE and earlier is not None:
            condition = replace(condition, details={**condition.details, RELEASED_FROM: earlier.suppressed_by})
        self._tell(condition, kind, now, suppressed_by=explained_by, state=state)

    def restate(self, condition: Condition, now: Instant) -> None:
        """An open alert says the same in other words."""
        alert = self._open[condition.key]
        alert.condition = replace(condition, started_at=alert.condition.started_at)
        self._tell(alert.condition, ChangeKind.RESTATED, now, suppressed_by=alert.suppressed_by)

    def calm(self, key: AlertKey, now: Instant, because: tuple[str, str] = ("", "")) -> None:
        """The clear condition is met, by data. `because` is added to its summaries, Chinese and English."""
        self._end(key, Event.CALM, now, because)

    def blank(self, key: AlertKey, now: Instant) -> None:
        """What would tell whether the condition holds is not known any more: that ends nothing."""
        alert = self._open.get(key)
        if alert is not None and alert.resting:
            return  # its last word was that it does not hold
        state, done = step(self.state_of(key), Event.BLANK)
        if done is Step.LOSE_SIGHT:
            self._become(key, state, now)

    def clear_late(self, key: AlertKey, at: Instant) -> None:
        """The end of a condition is told, and no alert of it is open: noted at the one that ended last, if any did."""
        if key not in self._open:
            self._journal.late_clears[key] = at

    def retire(self, key: AlertKey, now: Instant) -> None:
        """The alert's rule or object is no longer in the files."""
        self._end(key, Event.RETIRED, now)

    def _due(self, key: AlertKey, before: AlertState, now: Instant, explained_by: str) -> Event:
        """What it means that a condition is due."""
        if explained_by:
            return Event.EXPLAINED
        if before is AlertState.SUPPRESSED:
            return Event.UNEXPLAINED
        if before in OPEN:
            return Event.DUE
        return Event.UNSTABLE if self._penalties.came(key, now) else Event.DUE

    def _is_new(self, key: AlertKey, before: AlertState, event: Event, now: Instant) -> bool:
        """Whether it would be raised now, for the first time in this occurrence, and not as flapping."""
        if event is Event.UNEXPLAINED:
            return not self._open[key].told and not self._penalties.is_unstable(key, now)
        return event is Event.DUE and before not in OPEN

    def _become(self, key: AlertKey, state: AlertState, now: Instant) -> None:
        """It is in sight again, or no more."""
        alert = replace(self._open[key], state=state, resting=False)
        self._keep(alert)
        self._tell(alert.condition, ChangeKind.SIGHT, now, state=state)

    def _tell(
        self, condition: Condition, kind: ChangeKind, now: Instant, *, suppressed_by: str = "",
        state: AlertState | None = None,
    ) -> None:  # fmt: skip
        key = condition.key
        told_after = self._penalties.told_after(key) if kind is ChangeKind.CLEARED else 0
        self._journal.alerts.append(
            condition.effect(
                kind, now, suppressed_by=suppressed_by, state=state, penalty=self._penalties.get(key),
                told_after=told_after,
            )
        )  # fmt: skip

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
            self._tell(ended, ChangeKind.CLEARED, now, state=after)
        elif done is Step.REST and not (alert := self._open[key]).resting:
            # Nobody is cut off by it meanwhile; nobody is told.
            alert.resting = True
            self._tell(replace(alert.condition, cut_off=None), ChangeKind.UPDATED, now, state=AlertState.FLAPPING)

    def _repeat(self, alert: OpenAlert, condition: Condition, now: Instant, explained_by: str) -> None:
        known, key = alert.condition, condition.key
        if alert.resting:
            self._penalties.came(key, now)
            alert.resting = False
            alert.condition = replace(
                condition, started_at=known.started_at, summary=condition.summary + _FLAPS,
                summary_en=condition.summary_en + _FLAPS_EN,
            )  # fmt: skip
            self._tell(alert.condition, ChangeKind.UPDATED, now, state=alert.state)
            return
        same = condition.severity is known.severity and condition.lost == known.lost
        if same and explained_by == alert.suppressed_by:
            self._journal.touch(condition.key, now)
            return
        alert = replace(alert, condition=replace(condition, started_at=known.started_at), suppressed_by=explained_by)
        self._keep(alert)
        kind = ChangeKind.SUPPRESSED if alert.state is AlertState.SUPPRESSED else ChangeKind.UPDATED
        self._tell(alert.condition, kind, now, suppressed_by=explained_by)

    def _keep(self, alert: OpenAlert) -> None:
        key = alert.condition.key
        if key in self._open:
            self._forget(key)
        self._open[key] = alert
        self._by_kind.setdefault(key.object_kind, set()).add(key)
        self._counts[alert.state] += 1
        if alert.state is AlertState.FLAPPING:
            self._flapping.add(key)
        for device in alert.condition.anchors:
            self._by_device.setdefault(device, set()).add(key)
            if is_real(alert.state, alert.suppressed_by):
                self._firing[device] += 1
        self._touched.update(alert.condition.anchors)

    def _forget(self, key: AlertKey) -> OpenAlert:
        alert = self._open.pop(key)
        self._by_kind[key.object_kind].discard(key)
        self._counts[alert.state] -= 1
        self._flapping.discard(key)
        for device in alert.condition.anchors:
            self._by_device[device].discard(key)
            if is_real(alert.state, alert.suppressed_by):
                self._firing[device] -= 1
        self._touched.update(alert.condition.anchors)
        return alert
