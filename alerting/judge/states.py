"""The state of every device and agency: what was judged, and the maintenance that lies over it.

Planned work excuses outages and nothing else, its own device's and those of all that the device cuts off: a service
that goes on inside a window is up, and what nobody looked at is unknown. So no figure loses time that was served.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerting.judge.journal import Journal
from alerting.maintenance.windows import Window
from alerting.timeline.track import Track
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
        self.maintained: Mapping[str, Window] = {}
        """The devices under maintenance, with the window that counts."""

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

    def judge(self, device: str, state: State, at: Instant, *, cause: str = "", evidence: str = "") -> None:
        """A device was judged to be in a state since `at`."""
        judged = self._judged[device] = Judged(state, at, cause, evidence)
        self._touched.add(device)
        window = self._window_over(device, judged)
        if window is None or at < window.starts_at:
            self._enter(device, state, at, cause, evidence)
        if window is not None:
            self._enter(device, State.MAINTENANCE, max(at, window.starts_at), cause, window.name)

    def maintain(self, covered: Mapping[str, Window], ended: Mapping[str, Instant]) -> tuple[set[str], set[str]]:
        """Put the devices of `covered` under maintenance, all others out of it: (entered, left).

        `ended` tells when the windows of those that leave were over.
        """
        before = self.maintained
        self.maintained = covered
        entered = covered.keys() - before.keys()
        left = before.keys() - covered.keys()
        if entered or left:
            for device, judged in sorted(self._judged.items()):
                root = device if device in entered or device in left else judged.cause
                if root in entered and (window := self._window_over(device, judged)) is not None:
                    self._enter(device, State.MAINTENANCE, window.starts_at, judged.cause, window.name)
                elif root in left and self._window_over(device, judged) is None:
                    over = max(judged.at, ended.get(root, judged.at))
                    self._enter(device, judged.state, over, judged.cause, judged.evidence)
        return set(entered), set(left)

    def _window_over(self, device: str, judged: Judged) -> Window | None:
        """The window that excuses a device's outage: its own, or that of the device which cuts it off."""
        if judged.state not in _EXCUSED:
            return None
        return self.maintained.get(device) or self.maintained.get(judged.cause)

    def _enter(self, device: str, state: State, at: Instant, cause: str, evidence: str) -> None:
        effect = self._devices.enter(device, state, at, cause=cause, evidence=evidence)
        if effect is None:
            return
        self._journal.intervals.append(effect)
        self._journal.messages.append(StateChange(effect.kind, device, state, effect.start, cause))
        agency = self._agency_of.get(device)
        if agency is not None and agency in self._agencies:
            effect = self._agencies.enter(agency, state, at, cause=cause, evidence=evidence)
            if effect is not None:
                self._journal.intervals.append(effect)
                self._journal.messages.append(StateChange(effect.kind, agency, state, effect.start, cause))
