"""The state of every device and agency: what was judged, and the maintenance that lies over it."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerting.judge.journal import Journal
from alerting.maintenance.windows import Window
from alerting.timeline.track import Track
from foundation.clock import Instant
from foundation.messages import State, StateChange
from topology.network import Network


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
        self._judged[device] = Judged(state, at, cause, evidence)
        self._touched.add(device)
        if device not in self.maintained:
            self._enter(device, state, at, cause, evidence)

    def maintain(self, covered: Mapping[str, Window], ended: Mapping[str, Instant]) -> tuple[set[str], set[str]]:
        """Put the devices of `covered` under maintenance, all others out of it: (entered, left).

        `ended` tells when the windows of those that leave were over.
        """
        before = self.maintained
        self.maintained = covered
        entered = covered.keys() - before.keys()
        left = before.keys() - covered.keys()
        for device in sorted(entered):
            window = covered[device]
            self._enter(device, State.MAINTENANCE, window.starts_at, "", window.name)
        for device in sorted(left):
            judged = self._judged.get(device, Judged(State.UNKNOWN, 0, "", ""))
            over = ended.get(device, judged.at)
            self._enter(device, judged.state, max(judged.at, over), judged.cause, judged.evidence)
        return set(entered), set(left)

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
