"""A collector for scenarios: looks at every device as the real one does, at a network whose failures are set by hand.

It keeps to the real one's times: reachability every 10 s, interfaces every minute and when asked for, a miss confirmed
by re-checks after some 6 s. Devices are looked at in an order of their own, spread over the interval.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from foundation.clock import SECOND, Instant
from foundation.messages import CollectorBeat, Gateway, IfStatus, InterfaceReading, Message, Observation, Reach
from topology.network import Network

REACHABILITY: Final = 10
"""Seconds between two looks at a device."""
FULL: Final = 60
"""Seconds between two looks at its interfaces."""
CONFIRM: Final = 6
"""Seconds from the first miss to its confirmation."""
BEAT: Final = 5
LOST: Final = 4
"""Seconds until a gateway that does not answer counts as lost."""


class Failures:
    """What has failed."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.dead: set[str] = set()
        self.cut: set[str] = set()
        self.tells_dead = True
        """Whether the ports at the other ends of a dead device's lines go down."""
        self.blind = False
        """Whether the collector has lost its own way into the network."""
        nothing: frozenset[str] = frozenset()
        self._known = ((nothing, nothing), network.reachable())

    def reachable(self) -> set[str]:
        """The devices that answer."""
        if self.blind:
            return set()
        failed = (frozenset(self.dead), frozenset(self.cut))
        if failed != self._known[0]:
            self._known = (failed, self.network.reachable(*failed))
        return self._known[1]

    def is_dark(self, upper: str, lower: str, link: str) -> bool:
        """Whether the ports of a link are down."""
        return link in self.cut or (self.tells_dead and (upper in self.dead or lower in self.dead))


class SimulatedCollector:
    """Says second by second what has been observed."""

    def __init__(self, network: Network, failures: Failures, seed: int = 0) -> None:
        self._network = network
        self._failures = failures
        self._ports: dict[str, list[tuple[str, str, str, str]]] = {device: [] for device in network.devices}
        for link in network.links.values():
            self._ports[link.upper].append((link.upper_interface, link.upper, link.lower, link.id))
            self._ports[link.lower].append((link.lower_interface, link.upper, link.lower, link.id))
        order = sorted(network.devices)
        Random(seed).shuffle(order)
        self._due: list[list[str]] = [order[second::REACHABILITY] for second in range(REACHABILITY)]
        self._phase = {device: number % FULL for number, device in enumerate(order)}
        self._missed: dict[str, Instant] = {}
        self._confirmed: dict[int, set[str]] = {}
        self._asked: set[str] = set()
        self._second = 0
        self._gateway: Gateway | None = None

    def ask(self, devices: frozenset[str]) -> None:
        """Look at these devices at the next second."""
        self._asked |= devices

    def second(self, now: Instant) -> Sequence[Message]:
        """One second: the looks that have ended in it."""
        self._second += 1
        return list(self._looks(now))

    def _looks(self, now: Instant) -> Iterator[Message]:
        before = self._gateway
        self._ping(now)
        changed = before is not None and self._gateway is not None and before.answers is not self._gateway.answers
        if self._second % BEAT == 0 or changed:
            yield CollectorBeat(now, len(self._network.devices), 0, 0.0, 0, gateway=self._gateway)
        asked, self._asked = self._asked, set()
        reachable = self._failures.reachable()
        # A look that found nothing is repeated for some seconds before it counts.
        for device in sorted(self._confirmed.pop(self._second, ())):
            if device in reachable:
                yield self._answer(device, now, full=True)
            else:
                yield Observation(device, now, Reach.MISSED, missed_since=self._missed[device])
        due = self._due[self._second % REACHABILITY]
        for device in [*due, *sorted(asked - {*due})]:
            if device in reachable:
                turn = (self._second // REACHABILITY) % (FULL // REACHABILITY)
                full = device in asked or self._phase[device] % (FULL // REACHABILITY) == turn
                yield self._answer(device, now, full=full)
            elif device not in self._missed:
                self._missed[device] = now
                self._confirmed.setdefault(self._second + CONFIRM, set()).add(device)
            elif now - self._missed[device] > CONFIRM * SECOND:
                yield Observation(device, now, Reach.MISSED, missed_since=self._missed[device])

    def _ping(self, now: Instant) -> None:
        """The collector's own gateway answers unless the collector is blind, which is known after some seconds."""
        word = self._gateway
        if not self._failures.blind:
            since = word.since if word is not None and word.answers else now
            self._gateway = Gateway(answers=True, since=since, at=now)
        elif word is not None and word.answers and now - word.at >= LOST * SECOND:
            self._gateway = Gateway(answers=False, since=word.at + SECOND, at=word.at)

    def _answer(self, device: str, now: Instant, *, full: bool) -> Observation:
        self._missed.pop(device, None)
        if not full:
            return Observation(device, now, Reach.ANSWERED, rtt_ms=2.0)
        return Observation(device, now, Reach.ANSWERED, rtt_ms=2.0, complete=True, interfaces=self._readings(device))

    def _readings(self, device: str) -> tuple[InterfaceReading, ...]:
        dark: Mapping[bool, IfStatus] = {True: IfStatus.DOWN, False: IfStatus.UP}
        return tuple(
            InterfaceReading(name, IfStatus.UP, dark[self._failures.is_dark(upper, lower, link)], in_util=10.0)
            for name, upper, lower, link in self._ports[device]
        )
