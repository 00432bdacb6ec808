"""Which devices miss, which of them wait for evidence, and what the latest decision on all of them is."""

from collections.abc import Mapping, Set
from typing import Final

from alerting.judge.links import LinkWatch
from alerting.judge.verdicts import DOWN, Return, Turn, Unjudged, Verdict
from alerting.reachability.decide import Decision, Evidence, Root, RootKind, decide
from alerting.reachability.doors import find_doors
from alerting.reachability.hold import Hold, Looks, is_settled
from alerting.settings import JudgingSettings
from foundation.clock import SECOND, Instant
from topology.network import Network

NOTHING_DARK: Final = Decision(frozenset(), {})

NOTICED: Final = 3 * SECOND
"""How long the ends of a line that is lost may take to tell it."""

MOST_LATE: Final = 2
"""A door's miss may take so many times as long to be confirmed as that of the device which hangs on it."""

_AGEING: Final = 10 * SECOND
"""How often a decision that leans on what links said is made again, since such words grow old."""

LONGEST: Final = 3
"""No hold lasts longer than so many times the hold that is set."""


class Causes:
    """Holds devices that miss, asks for looks at their doors, and keeps every verdict current."""

    def __init__(self, network: Network, links: LinkWatch, settings: JudgingSettings) -> None:
        self._network = network
        self._links = links
        self._settings = settings
        self._doors = find_doors(network)
        self._rooted = frozenset(network.reachable())
        self.missing: dict[str, Instant] = {}
        """Devices confirmed to miss, with their first miss."""
        self.verdicts: dict[str, Verdict] = {}
        """The judgement on each of them that is not, or no longer, waiting for its first one."""
        self.since: dict[str, Instant] = {}
        """Since when each missing device's verdict holds: its first miss, or the moment a path to it came back."""
        self.answered: dict[str, Instant] = {}
        self.full: dict[str, Instant] = {}
        self.decision = NOTHING_DARK
        self.cut_off: Mapping[Root, frozenset[str]] = {}
        """By the latest decision, the devices that each failure cuts off."""
        self._missed: dict[str, Instant] = {}
        self._lived: dict[str, Instant] = {}
        self._returned: dict[str, Return] = {}
        self._recorded: dict[str, Instant] = {}
        self._holds: dict[str, Hold] = {}
        self._own_fault: set[str] = set()
        self._unseen: set[str] = set()
        self._rechecks: set[str] = set()
        self._asked: dict[str, Instant] = {}
        self._stale = False
        self._deferred: set[str] = set()
        """Devices whose evidence is in, while what explains their silence waits for its own."""
        self._decided_at: Instant = -1
        self._blames_links = False
        """Whether a cut link explains anything: such evidence grows old."""

    @property
    def held(self) -> int:
        """How many devices wait for evidence."""
        return len(self._holds)

    @property
    def undecided(self) -> dict[str, Instant]:
        """Devices that miss and have no verdict yet, with their first miss."""
        return {device: since for device, since in self.missing.items() if device not in self.verdicts}

    def forget_undecided(self) -> None:
        """Nothing that has no verdict yet was a miss: it could not have been seen."""
        for device in self.undecided:
            del self.missing[device], self.since[device], self._lived[device]
            self._missed.pop(device, None)
            self._holds.pop(device, None)
        self._stale = True

    def disturb(self) -> None:
        """Something that the decision leans on has changed."""
        self._stale = True

    def miss(self, device: str, since: Instant, at: Instant, now: Instant, not_before: Instant) -> set[str]:
        """A confirmed miss; the devices to look at because of it. No verdict falls before `not_before`."""
        self._missed[device] = at
        if device in self.missing:
            return set()
        self.missing[device] = self.since[device] = max(since, self.answered.get(device, since))
        self._lived[device] = self._last_life(device)
        if self.missing[device] - self._recorded.get(device, self.missing[device]) > self._settings.same_failure:
            self._own_fault.add(device)
        roots = self.decision.dark.get(device)
        if roots and now >= not_before and not any(self._waits(root.id) for root in roots):
            # It was in the dark before it was noticed: nothing about the others changes.
            self.verdicts[device] = Verdict(roots)
            self._unseen.add(device)
            return set()
        fresh_from = min(now, self.missing[device] + NOTICED)
        self._holds[device] = Hold(now, fresh_from, max(now + self._patience(device, now), not_before))
        return self._ask({step.device for step in self._doors[device]}, fresh_from, now)

    def answer(self, device: str, at: Instant) -> bool:
        """A device answered; whether it missed before."""
        self.answered[device] = at
        self._recorded.pop(device, None)
        if device not in self.missing:
            roots = self.decision.dark.get(device)
            if roots and at >= max(self._began(root) for root in roots):
                self._stale = True
            return False
        del self.missing[device]
        self._missed.pop(device, None)
        self.since.pop(device, None)
        lived = self._lived.pop(device)
        verdict = self.verdicts.pop(device, None)
        if verdict is not None:
            self._returned[device] = Return(lived, at, verdict.is_down)
        self._holds.pop(device, None)
        self._own_fault.discard(device)
        self._stale = True
        return True

    def resume(self, device: str, since: Instant) -> None:
        """A device was judged down before the start: its outage, if it goes on, is as old as that, and its own where
        it had time to be judged beside all others."""
        self._recorded[device] = since

    def lived(self, device: str) -> Instant:
        """The last sign of life of a missing device before it fell silent."""
        return self._lived[device]

    def returned(self, device: str) -> Return | None:
        """How a device that was down or cut off came back, for as long as it answers."""
        return None if device in self.missing else self._returned.get(device)

    def _patience(self, device: str, now: Instant) -> int:
        """How long a miss may wait for evidence, in milliseconds. When thousands miss at once the collector's re-checks
        take longer: a door that died in the same moment is told as late as this device was, or later."""
        late = MOST_LATE * (now - self.missing[device])
        return max(self._settings.hold, min(late, LONGEST * self._settings.hold))

    def _last_life(self, device: str) -> Instant:
        """A device that falls silent again before it had time to return wholly was never quite back."""
        missed = self.missing[device]
        back = self._returned.pop(device, None)
        if back is not None and back.was_down and missed < back.at + self._settings.return_grace + self._settings.hold:
            return back.lived
        known = self.answered.get(device)
        if known is None:
            return min(missed, self._recorded.get(device, missed)) - self._settings.same_failure
        return known

    def unjudged(self, device: str) -> Unjudged | None:
        """The break of a device that misses and still waits for its verdict: what the timeline says if it ends now."""
        if device not in self.missing or device in self.verdicts:
            return None
        doors = self._doors[device]
        behind = doors[0].device if doors and all(step.device in self.missing for step in doors) else None
        return Unjudged(self.missing[device], behind)

    def judge(self, now: Instant, *, disturbed: bool = False) -> Turn:
        """Let verdicts fall on devices whose evidence is in, and judge the others anew when something changed: then, or
        when `disturbed` tells it, or after a while when links explain something, since what they said grows old."""
        self._stale |= disturbed or (self._blames_links and now - self._decided_at >= _AGEING)
        turn = Turn(changed={device: None for device in self._unseen if device in self.verdicts})
        self._unseen.clear()
        turn.polls |= self._ask_again(now)
        due = self._due(now)
        if not self._stale and all(device in self._deferred and self._may_wait(device, now) for device in due):
            return turn
        self._stale = False
        turn.decided = True
        self._decided_at = now
        self.decision = self._decide(now)
        self.cut_off = self.decision.cut_off_by()
        self._blames_links = any(root.kind == RootKind.LINK.value for root in self.cut_off)
        self._deferred.clear()
        judged: dict[frozenset[Root], Verdict] = {}
        for device in self.missing:
            before = self.verdicts.get(device)
            if before is None and device in self._holds and device not in due:
                continue
            if device in self.decision.down:
                verdict = DOWN
            else:
                roots = self.decision.dark[device]
                if before is None and self._is_open(device, roots, due, now):
                    self._deferred.add(device)
                    continue
                verdict = judged.get(roots) or judged.setdefault(roots, Verdict(roots))
            if verdict == before:
                self._holds.pop(device, None)  # what a recheck was for is gone
            elif before is not None and verdict.is_down and device not in due:
                # A path came back: the device gets as much time as any other before it is blamed.
                if device not in self._holds:
                    fresh_from = now + self._settings.return_grace
                    self._holds[device] = Hold(now, fresh_from, fresh_from + self._settings.hold, recheck=True)
                    self._rechecks.add(device)
                    turn.polls.add(device)
            else:
                hold = self._holds.pop(device, None)
                if verdict.is_down and hold is not None and hold.recheck:
                    self.since[device] = hold.since
                elif not verdict.is_down:
                    self.since[device] = self.missing[device]
                self.verdicts[device] = verdict
                if device in self.decision.bereft:
                    self._own_fault.add(device)  # true for as long as it lasts, whatever becomes of its neighbours
                turn.changed.setdefault(device, before)
        return turn

    def _is_open(self, device: str, roots: frozenset[Root], due: Set[str], now: Instant) -> bool:
        """Whether what would explain a device's silence waits for evidence itself: its verdict falls first, so that no
        timeline names one router after the other on the way up to what has failed. No hold lasts longer for it."""
        return self._may_wait(device, now) and any(self._waits(root.id) and root.id not in due for root in roots)

    def _waits(self, device: str) -> bool:
        return device in self._holds and device not in self.verdicts

    def _may_wait(self, device: str, now: Instant) -> bool:
        hold = self._holds.get(device)
        return hold is not None and hold.since <= now < hold.until

    def _ask_again(self, now: Instant) -> set[str]:
        """Rechecks whose grace is over: the device and its doors are looked at before a verdict falls."""
        polls: set[str] = set()
        for device in list(self._rechecks):
            hold = self._holds.get(device)
            if hold is None or not hold.recheck:
                self._rechecks.discard(device)
            elif now >= hold.fresh_from:
                self._rechecks.discard(device)
                polls.add(device)
                polls |= self._ask({step.device for step in self._doors[device]}, hold.fresh_from, now)
        return polls

    def _ask(self, doors: set[str], fresh_from: Instant, now: Instant) -> set[str]:
        """Of these doors, those that must be looked at: not missing, and neither looked at nor asked since."""
        wanted = {
            door
            for door in doors
            if door not in self.missing
            and self.full.get(door, -1) < fresh_from
            and not fresh_from <= self._asked.get(door, -1) <= now
        }
        self._asked |= dict.fromkeys(wanted, now)
        return wanted

    def _due(self, now: Instant) -> set[str]:
        if not self._holds:
            return set()
        looks = Looks(self.full, self._missed)
        cut = self._cut(now)
        return {
            device
            for device, hold in self._holds.items()
            if device in self._deferred or is_settled(device, hold, self._doors[device], looks, cut, now)
        }

    def _cut(self, now: Instant) -> Mapping[str, Instant]:
        return self._links.cut(now, self._settings.link_fresh, self.missing.__contains__)

    def _decide(self, now: Instant) -> Decision:
        """Decide; a device that was down well before what would explain it now keeps its own fault."""
        cut = self._cut(now)
        while True:
            evidence = Evidence(
                self.missing, cut, self.answered, self._own_fault,
                {link: self._links.up_at(link) for link in cut}, self._lived, self._settings.same_failure,
            )  # fmt: skip
            decision = decide(self._network, evidence, rooted=self._rooted)
            own = {
                device
                for device, verdict in self.verdicts.items()
                if verdict.is_down
                and (roots := decision.dark.get(device))
                and max(self._began(root, cut) for root in roots) > self.missing[device] + self._settings.same_failure
            }
            if not own:
                return decision
            self._own_fault |= own

    def _began(self, root: Root, cut: Mapping[str, Instant] | None = None) -> Instant:
        if root.kind == RootKind.DEVICE.value:
            return self.missing.get(root.id, 0)
        if cut is not None and root.id in cut:
            return cut[root.id]
        outage = self._links.outage(root.id)
        return 0 if outage is None else outage.since
