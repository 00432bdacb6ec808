"""Who a lost routing neighbour is, and which failure, if any, explains its loss.

A neighbour's address tells its device where it is that device's management address, or where it lies in the subnet of
an interface on which a link is declared. What can't be told so is explained by nothing: it raises its own alarm.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface
from typing import Final

from alerting.alerts.states import AlertState
from alerting.changes import ObjectKind
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.causes import Causes
from alerting.judge.links import LinkWatch
from alerting.judge.states import States
from alerting.judge.watched import Watched
from alerting.rules.model import RoutingDownRule
from foundation.clock import MINUTE, Instant
from topology.network import Network

_ASK_AGAIN: Final = 10 * MINUTE
"""How often a device's addresses are read anew while one of its neighbours can't be told by them."""

Subnet = tuple[IPv4Network | IPv6Network, str]
"""A subnet, and the interface that stands in it."""


@dataclass(frozen=True, slots=True)
class Far:
    """The other end of a routing session."""

    device: str
    links: tuple[str, ...]
    """The links between the two that it may run over."""


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
        self._managed = {device.address: device.id for device in network.devices.values()}
        self._subnets: dict[str, tuple[Subnet, ...]] = {}
        self._asked: dict[str, Instant] = {}
        self._strangers: set[str] = set()

    def take_strangers(self) -> set[str]:
        """Devices whose interfaces' addresses are wanted, since the last call."""
        strangers, self._strangers = self._strangers, set()
        return strangers

    def learn(self, device: str, addresses: Mapping[str, Collection[str]]) -> None:
        """A device's addresses by interface name, each with its prefix length: `10.1.2.3/30`."""
        subnets: list[Subnet] = []
        for interface, texts in addresses.items():
            for text in texts:
                try:
                    subnets.append((ip_interface(text).network, interface))
                except ValueError:
                    continue  # what a device calls an address may be anything
        self._subnets[device] = tuple(subnets)

    def far(self, device: str, neighbour: str, now: Instant) -> Far | None:
        """The other end of a session; None where the addresses don't tell. It may ask for the device's addresses."""
        vrf, _, text = neighbour.rpartition("/")
        try:
            # A line without addresses is told by its ifIndex behind the neighbour's own address: `10.0.0.1 if7`.
            address = ip_address(text.partition(" ")[0].partition("%")[0])
        except ValueError:
            return None
        link = self._link_towards(device, address)
        if link is not None:
            found = self._network.links[link]
            return Far(found.lower if found.upper == device else found.upper, (link,))
        if not 0 <= now - self._asked.get(device, -_ASK_AGAIN) < _ASK_AGAIN:
            self._asked[device] = now
            self._strangers.add(device)
        other = self._managed.get(str(address)) if not vrf else None
        if other is None or other == device:
            return None
        between = tuple(step.link for step in self._network.neighbours(device) if step.device == other)
        return Far(other, between)

    def is_awaited(self, far: Far) -> bool:
        """Whether the far device misses and its verdict has not fallen yet: it may explain the loss in a moment."""
        return far.device in self._causes.missing and far.device not in self._causes.verdicts

    def explanation(self, device: str, object_id: str, rule: RoutingDownRule, now: Instant) -> str:
        """What explains the loss of a device's neighbour besides the device's own state; empty when nothing does."""
        if self._is_back(device, now, rule.return_grace):
            return f"device:{device}"
        protocol, neighbour = session_of(device, object_id)
        far = self.far(device, neighbour, now)
        if far is None:
            return ""
        window = self._states.maintained.get(far.device)
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

    def _link_towards(self, device: str, address: IPv4Address | IPv6Address) -> str | None:
        """The link on the one interface in whose subnet an address lies, the narrowest subnet winning."""
        fits = [(net.prefixlen, name) for net, name in self._subnets.get(device, ()) if address in net]
        narrowest = max((length for length, _ in fits), default=-1)
        names = {name for length, name in fits if length == narrowest}
        if len(names) != 1:
            return None
        (name,) = names
        # A sub-interface shares its port's line.
        link = self._network.link_at(device, name) or self._network.link_at(device, name.rpartition(".")[0])
        return None if link is None else link.id

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
            if key.object_kind is ObjectKind.NEIGHBOUR and alert.state is AlertState.FIRING:
                told, neighbour = session_of(far.device, key.object_id)
                back = self.far(far.device, neighbour, now) if told == protocol else None
                if back is not None and back.device == device and not {*far.links}.isdisjoint(back.links or far.links):
                    return alert
        return None
