"""Which failure, if any, explains the loss of a routing neighbour.

One that can't be told by its address is explained by nothing but its own device's state: it raises its own alarm.
"""

from collections.abc import Collection, Mapping
from typing import Final

from alerting.alerts.states import TOLD
from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.causes import Causes
from alerting.judge.far import Far, Subnet, far_of, managed_by, subnets_of
from alerting.judge.links import LinkWatch
from alerting.judge.states import States
from alerting.judge.watched import Watched
from alerting.rules.model import RoutingDownRule
from foundation.clock import MINUTE, SECOND, Instant
from topology.network import Network

_ASK_AGAIN: Final = 10 * MINUTE
"""How often a device's addresses are read anew while one of its neighbours can't be told by them."""

_ANSWERED: Final = 30 * SECOND
"""How long an answer may take before a loss is judged without it."""


def session_of(device: str, object_id: str) -> tuple[str, str]:
    """(protocol, neighbour) of an alert's object id, `device/protocol/neighbour`."""
    protocol, _, neighbour = object_id.removeprefix(f"{device}/").partition("/")
    return protocol, neighbour


class Peers:
    """Tells neighbours by their addresses, and explains the loss of one."""

    def __init__(
        self,
        network: Network,
        causes: Causes,
        links: LinkWatch,
        states: States,
        book: AlertBook,
        watched: Mapping[str, Watched],
    ) -> None:
        self._network = network
        self._causes = causes
        self._links = links
        self._states = states
        self._book = book
        self._watched = watched
        self._managed = managed_by(network)
        self._subnets: dict[str, tuple[Subnet, ...]] = {}
        self._asked: dict[str, Instant] = {}
        self._strangers: set[str] = set()

    def take_strangers(self) -> set[str]:
        """Devices whose interfaces' addresses are wanted, since the last call."""
        strangers, self._strangers = self._strangers, set()
        return strangers

    def learn(self, device: str, addresses: Mapping[str, Collection[str]]) -> None:
        """A device's addresses by interface name, each with its prefix length: `10.1.2.3/30`."""
        self._subnets[device] = subnets_of(addresses)

    def far(self, device: str, neighbour: str, now: Instant) -> Far | None:
        """The other end of a session; None where the addresses don't tell. It may ask for the device's addresses."""
        found = far_of(self._network, device, neighbour, self._subnets.get(device, ()), self._managed)
        is_plain = found is not None and len(found.links) == 1
        if not is_plain and not 0 <= now - self._asked.get(device, -_ASK_AGAIN) < _ASK_AGAIN:
            self.ask(device, now)
        return found

    def ask(self, device: str, now: Instant) -> None:
        """Want to know a device's addresses."""
        self._asked[device] = now
        self._strangers.add(device)

    def is_open(self, device: str, far: Far | None, now: Instant) -> bool:
        """Whether what may explain a loss in a moment is not known yet: the device's addresses were just asked for, or
        the far device misses and its verdict has not fallen."""
        if device not in self._subnets and 0 <= now - self._asked.get(device, -_ANSWERED) < _ANSWERED:
            return True
        return far is not None and far.device in self._causes.missing and far.device not in self._causes.verdicts

    def explanation(self, device: str, object_id: str, rule: RoutingDownRule, now: Instant) -> str:
        """What explains the loss of a device's neighbour besides the device's own state; empty when nothing does."""
        if self._is_back(device, now, rule.return_grace):
            return f"device:{device}"
        protocol, neighbour = session_of(device, object_id)
        far = self.far(device, neighbour, now)
        if far is None:
            return ""
        window = self._states.covered.devices.get(far.device)
        if window is not None:
            return window.name
        verdict = self._causes.verdicts.get(far.device)
        if verdict is not None:
            root = None if verdict.is_down else min(verdict.roots)
            return f"device:{far.device}" if root is None else f"{root.kind}:{root.id}"
        if far.links and all(self._explains(link, now, rule.return_grace) for link in far.links):
            return f"link:{far.links[0]}"
        if self._is_back(far.device, now, rule.return_grace):
            return f"device:{far.device}"
        other = self._other_end(device, far, protocol, now)
        return "" if other is None else f"neighbour:{other.condition.key.object_id}"

    def _explains(self, link: str, now: Instant, grace: int) -> bool:
        """Whether a link is down, or was until lately."""
        return self._links.outage(link) is not None or 0 <= now - self._links.back_at(link) < grace

    def _is_back(self, device: str, now: Instant, grace: int) -> bool:
        """Whether a device was down, or started anew, until lately: its sessions are still coming up."""
        watched = self._watched[device]
        returned = watched.outage is not None and 0 <= now - watched.outage[1] < grace
        return returned or (watched.restarted_at is not None and 0 <= now - watched.restarted_at < grace)

    def _other_end(self, device: str, far: Far, protocol: str, now: Instant) -> OpenAlert | None:
        """The alert that fires at the far end of the same session, if it was told from there first."""
        for alert in self._book.on_device(far.device):
            key = alert.condition.key
            if key.object_kind is ObjectKind.NEIGHBOUR and alert.state in TOLD:
                told, neighbour = session_of(far.device, key.object_id)
                back = self.far(far.device, neighbour, now) if told == protocol else None
                if back is not None and back.device == device and not {*far.links}.isdisjoint(back.links or far.links):
                    return alert
        return None
