"""The timeline of every link: judged again when one of its ports, its devices or their alerts said something new."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook
from alerting.judge.links import LinkWatch
from alerting.judge.states import Judged, States
from alerting.maintenance.windows import Window
from alerting.timeline.link_rule import End, Ports, link_standing
from alerting.timeline.standing import Standing
from alerting.timeline.track import IntervalEffect, Track
from foundation.clock import Instant
from foundation.messages import State
from topology.model import Link
from topology.network import Network

_NEVER: Final = 2**62
_UNSEEN: Final = Judged(State.UNKNOWN, 0, "", "")


class LineStates:
    """Follows the links. Costs what changed, never a pass over all."""

    def __init__(self, network: Network, links: LinkWatch, states: States, book: AlertBook, track: Track) -> None:
        self._network = network
        self._links = links
        self._states = states
        self._book = book
        self._track = track
        self._mute: set[str] = set()
        """Devices whose agent is silent or refuses: what their ports said is no longer known to be so."""
        self._spoke: dict[str, Instant] = {}
        """When agents spoke again."""
        self._touched: set[str] = set()
        self._waiting: dict[str, Instant] = {}
        """Links of which one end has spoken, with the moment from which its word will do."""
        self._next: Instant = _NEVER
        """The first of those moments."""

    def mute(self, device: str) -> None:
        """A device's agent tells nothing."""
        if device not in self._mute:
            self._mute.add(device)
            self.touch(device)

    def speak(self, device: str, at: Instant) -> None:
        """A device's agent answers again."""
        if device in self._mute:
            self._mute.discard(device)
            self._spoke[device] = at
            self.touch(device)

    def touch(self, device: str) -> None:
        """Something about a device changed: its links are judged at the next turn."""
        self._touched.update(step.link for step in self._network.neighbours(device))

    def flash(self, effect: IntervalEffect) -> list[IntervalEffect]:
        """A device's timeline entered a break that is over already: so was it for its lines. What these enter."""
        found: list[IntervalEffect] = []
        state = State.DOWN if effect.cause == effect.id else State.UNREACHABLE
        for step in self._network.neighbours(effect.id):
            link = self._network.links[step.link]
            ends = {one: self._end(one) for one in (link.upper, link.lower)}
            ends[effect.id] = End(effect.id, state, effect.start, effect.cause, effect.id not in self._mute)
            current = self._track.current(link.id)
            if current.state.is_lost or not current.state.is_served:
                continue  # it was out of service, or unknown, by itself
            standing = link_standing(link.id, ends[link.upper], ends[link.lower], Ports(None, "", False, -1))
            entered = self._enter(link.id, self._excused(link, standing), effect.start)
            if entered is not None:
                found.append(entered)
        return found

    def follow(self, effect: IntervalEffect) -> None:
        """A device's timeline entered something. A link that is lost for the very same cause needs no look."""
        if effect.state is not State.UNREACHABLE:
            self.touch(effect.id)
            return
        for step in self._network.neighbours(effect.id):
            current = self._track.current(step.link)
            if current.cause != effect.cause or current.state is not State.UNREACHABLE:
                self._touched.add(step.link)

    def change_again(self, link: str, at: Instant) -> IntervalEffect | None:
        """A port's word changes again within one turn: until then the link stood as it stands now."""
        found = self._standing(self._network.links[link], at, self._alert_at())
        return self._enter(link, found, at)

    def turn(self, links: Iterable[str], now: Instant) -> list[IntervalEffect]:
        """Judge these links and those touched; what their timelines enter."""
        concerned = self._touched | set(links)
        self._touched = set()
        if now >= self._next:
            concerned.update(link for link, at in self._waiting.items() if now >= at)
            self._next = min((at for at in self._waiting.values() if at > now), default=_NEVER)
        alert_at = self._alert_at()
        effects: list[IntervalEffect] = []
        for link in sorted(concerned & self._network.links.keys()):
            effect = self._enter(link, self._standing(self._network.links[link], now, alert_at), now)
            if effect is not None:
                effects.append(effect)
        return effects

    def _alert_at(self) -> Callable[[str, str], tuple[str, Instant]]:
        """Tells the rule of the alert on a port, and since when; each device's alerts are read once."""
        alerts: dict[str, Mapping[str, tuple[str, Instant]]] = {}

        def alert_at(device: str, interface: str) -> tuple[str, Instant]:
            if device not in alerts:
                alerts[device] = self._alerts(device)
            return alerts[device].get(interface, ("", 0))

        return alert_at

    def _standing(self, link: Link, now: Instant, alert_at: Callable[[str, str], tuple[str, Instant]]) -> Standing:
        self._waiting.pop(link.id, None)
        upper, lower = self._end(link.upper), self._end(link.lower)
        outage = self._links.outage(link.id)
        if upper.state.is_lost or lower.state.is_lost:
            # Whatever else its ports say: thousands of lines are judged so when a core fails.
            ports = Ports(None, "", False, -1) if outage is None else Ports(outage.since, outage.said_by, False, -1)
            return self._excused(link, link_standing(link.id, upper, lower, ports))
        is_up = outage is None and self._links.is_up(link.id, now)
        if outage is None and not is_up and (settles := self._links.settles_at(link.id)) is not None:
            self._waiting[link.id] = settles
            self._next = min(self._next, settles)
        rule, began = max(alert_at(link.upper, link.upper_interface), alert_at(link.lower, link.lower_interface))
        spoke = max(self._spoke.get(link.upper, -1), self._spoke.get(link.lower, -1))
        ports = Ports(
            down_since=None if outage is None else outage.since,
            said_by="" if outage is None else outage.said_by,
            is_up=is_up,
            up_since=max(self._links.up_since(link.id), spoke),
            alert=rule,
            alert_at=began,
        )
        return self._excused(link, link_standing(link.id, upper, lower, ports))

    def _excused(self, link: Link, found: Standing) -> Standing:
        window = self._window_over(link, found)
        if window is None:
            return found
        return Standing(State.MAINTENANCE, max(found.at, window.starts_at), found.cause, window.name)

    def _window_over(self, link: Link, found: Standing) -> Window | None:
        """The window that excuses the link's outage: its own, of a device at its end, or of what cuts an end off."""
        if not found.state.is_lost:
            return None
        covered = self._states.covered
        for own in (link.id, link.upper, link.lower):
            window = covered.over(own)
            if window is not None:
                return window
        behind = {link.upper, link.lower} & covered.behind
        return covered.over(found.cause) if behind and found.state is State.UNREACHABLE else None

    def _end(self, device: str) -> End:
        judged = self._states.latest(device) or _UNSEEN
        return End(device, judged.state, judged.at, judged.cause, device not in self._mute)

    def _alerts(self, device: str) -> dict[str, tuple[str, Instant]]:
        """The alerts that fire on a device's ports: of several on one, the first by rule."""
        found: dict[str, tuple[str, Instant]] = {}
        for alert in self._book.firing_on(device):
            key = alert.condition.key
            owner, _, interface = key.object_id.partition("/")
            if key.object_kind is ObjectKind.INTERFACE and owner == device:
                found.setdefault(interface, (key.rule, alert.condition.started_at))
        return found

    def _enter(self, link: str, found: Standing, now: Instant) -> IntervalEffect | None:
        current = self._track.current(link)
        at = found.at
        if at <= current.start and not _explains(current.state, found.state):
            at = now  # what the open interval says was so: only from now on is it otherwise
        return self._track.enter(link, found.state, min(at, now), cause=found.cause, evidence=found.evidence)


def _explains(before: State, after: State) -> bool:
    """Whether a new state tells what an outage that is on record was all along."""
    if after is State.MAINTENANCE:
        return before in (State.DOWN, State.UNREACHABLE)
    return after is State.UNREACHABLE and before is State.DOWN
