"""The state of every device and agency: what was judged, and the maintenance that lies over it.

Planned work excuses outages and nothing else: those of what it is planned for, and of what that cuts off as long as
nothing else would have kept it alive. A service that goes on inside a window is up, and what nobody looked at is
unknown. So no figure loses time that was served.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerting.judge.journal import Journal
from alerting.maintenance.coverage import NOTHING, Covered
from alerting.maintenance.windows import Window
from alerting.timeline.track import IntervalEffect, Track
from foundation.clock import Instant
from foundation.messages import State, StateChange
from topology.network import Network

_EXCUSED: Final = frozenset({State.DOWN, State.UNREACHABLE})
"""What planned work excuses."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a device's state would be without maintenance."""

    state: State
    at: Instant
    cause: str
    evidence: str


class States:
    """Turns judged states into timeline effects and messages; an agency's state follows its access router."""

    def __init__(self, network: Network, devices: Track, agencies: Track, journal: Journal) -> None:
        self._agency_of = {device.id: device.agency for device in network.devices.values() if device.agency}
        self._devices = devices
        self._agencies = agencies
        self._journal = journal
        self._judged: dict[str, Judged] = {}
        self._touched: set[str] = set()
        self.covered: Covered = NOTHING
        """What is under maintenance now."""
        self._entered: list[IntervalEffect] = []

    def shown(self, device: str) -> State:
        """The state that the timeline shows."""
        return self._devices.current(device).state

    def judged(self, device: str) -> State:
        """The state without maintenance; unknown before anything was judged."""
        found = self._judged.get(device)
        return State.UNKNOWN if found is None else found.state

    def cause(self, device: str) -> str:
        """The cause judged last; empty when there is none."""
        found = self._judged.get(device)
        return "" if found is None else found.cause

    def take_touched(self) -> set[str]:
        """Devices that were judged since the last call."""
        touched, self._touched = self._touched, set()
        return touched

    def take_entered(self) -> list[IntervalEffect]:
        """What the timelines of devices and agencies have entered since the last call."""
        entered, self._entered = self._entered, []
        return entered

    def latest(self, device: str) -> Judged | None:
        """What was judged last, without maintenance; None before anything was."""
        return self._judged.get(device)

    def degrade(self, device: str, now: Instant, evidence: str) -> None:
        """A device that is up has an alert firing on it (`evidence`), or none (empty). Its agency is served.

        Told by `DegradedChange`, so no message of its own.
        """
        shown = State.DEGRADED if evidence else State.UP
        current = self._devices.current(device).state
        if current is not shown and current.is_served:
            effect = self._devices.enter(device, shown, now, cause=device if evidence else "", evidence=evidence)
            if effect is not None:
                self._journal.intervals.append(effect)
                self._entered.append(effect)

    def judge(self, device: str, state: State, at: Instant, *, cause: str = "", evidence: str = "") -> None:
        """A device was judged to be in a state since `at`."""
        judged = self._judged[device] = Judged(state, at, cause, evidence)
        self._touched.add(device)
        window = _window_over(self.covered, device, judged)
        if window is None or at < window.starts_at:
            self._enter(device, state, at, cause, evidence)
        if window is not None:
            self._enter(device, State.MAINTENANCE, max(at, window.starts_at), cause, window.name)

    def maintain(self, covered: Covered, ended: Mapping[str, Instant]) -> None:
        """Put what is covered under maintenance, all else out of it.

        `ended` tells, by device and link, when the windows of what leaves were over.
        """
        before, self.covered = self.covered, covered
        if covered is before:
            return
        for device, judged in sorted(self._judged.items()):
            was, window = _window_over(before, device, judged), _window_over(covered, device, judged)
            if was is None and window is not None:
                self._enter(device, State.MAINTENANCE, window.starts_at, judged.cause, window.name)
            elif was is not None and window is None:
                root = device if device in ended else judged.cause
                over = max(judged.at, ended.get(root, judged.at))
                self._enter(device, judged.state, over, judged.cause, judged.evidence)

    def _enter(self, device: str, state: State, at: Instant, cause: str, evidence: str) -> None:
        effect = self._devices.enter(device, state, at, cause=cause, evidence=evidence)
        if effect is None:
            return
        self._journal.intervals.append(effect)
        self._entered.append(effect)
        self._journal.messages.append(StateChange(effect.kind, device, state, effect.start, cause))
        agency = self._agency_of.get(device)
        if agency is not None and agency in self._agencies:
            effect = self._agencies.enter(agency, state, at, cause=cause, evidence=evidence)
            if effect is not None:
                self._journal.intervals.append(effect)
                self._entered.append(effect)
                self._journal.messages.append(StateChange(effect.kind, agency, state, effect.start, cause))


def _window_over(covered: Covered, device: str, judged: Judged) -> Window | None:
    """The window that excuses a device's outage: its own, that of its lines, or that of what cuts it off."""
    if judged.state not in _EXCUSED:
        return None
    own = covered.devices.get(device) or covered.stranded.get(device)
    if own is None and judged.state is State.UNREACHABLE and device in covered.behind:
        return covered.over(judged.cause)
    return own
