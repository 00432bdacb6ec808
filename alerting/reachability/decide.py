"""The root-cause decision.

A device that misses is *down* when a live path leads to its door, and *unreachable* when none does. Everything that no
live path reaches is explained by the failures at the edge of its dark region: devices that are down, and links that are
cut. Suppression fails towards alarming: what is not explained by a confirmed failure is down itself.

A device that lost its lines to several live neighbours at the very moment at which it fell silent is down, although no
path leads to its door: a device dies more often than two lines in one moment. One line alone tells nothing; then the
line is the cause.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from alerting.reachability.together import went_together
from foundation.clock import Instant
from topology.network import Network

SEVERAL: Final = 2
"""So many live neighbours whose lines to a device go in one moment prove that the device is the cause."""


class RootKind(Enum):
    """What a root cause is."""

    DEVICE = "device"
    LINK = "link"


@dataclass(frozen=True, slots=True, order=True)
class Root:
    """A failure that cuts others off."""

    kind: str
    id: str


def device_root(device: str) -> Root:
    """The failure of a device."""
    return Root(RootKind.DEVICE.value, device)


def link_root(link: str) -> Root:
    """The failure of a link."""
    return Root(RootKind.LINK.value, link)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at one moment."""

    missing: Mapping[str, Instant]
    """Devices confirmed to miss, with their first miss."""
    cut: Mapping[str, Instant]
    """Links that an end reports as down, with the moment of the first such report."""
    answered: Mapping[str, Instant]
    """When each device last answered; those in `missing` are not looked up."""
    own_fault: Set[str] = frozenset()
    """Missing devices known to have failed by themselves before anything above them did: they stay down."""
    line_up: Mapping[str, Instant] = field(default_factory=dict)
    """When an end last told each cut link to be up."""
    lived: Mapping[str, Instant] = field(default_factory=dict)
    """The last answer of each missing device; without one it counts as `slack` before the first miss."""
    slack: int = 0
    """How far apart, in milliseconds, the signs of one moment may lie."""

    def took(self, device: str, link: str) -> bool:
        """Whether a cut link may have gone in the moment in which a missing device fell silent."""
        missed = self.missing[device]
        lived = self.lived.get(device, missed - self.slack)
        return went_together(self.cut[link], self.line_up.get(link, -1), lived, missed, self.slack)


@dataclass(frozen=True, slots=True)
class Decision:
    """The judgement on all devices at once."""

    down: frozenset[str]
    """Missing devices that are root causes."""
    dark: Mapping[str, frozenset[Root]]
    """Every other device without a live path (missing or not yet noticed), with the failures that explain it."""
    bereft: frozenset[str] = frozenset()
    """Those of `down` to which no path leads any more: they took their lines with them."""

    def cut_off_by(self) -> dict[Root, frozenset[str]]:
        """For each failure that cuts others off, the devices in the dark because of it."""
        behind: dict[frozenset[Root], list[str]] = {}
        for device, roots in self.dark.items():
            behind.setdefault(roots, []).append(device)
        found: dict[Root, set[str]] = {}
        for roots, devices in behind.items():
            for root in roots:
                found.setdefault(root, set()).update(devices)
        return {root: frozenset(devices) for root, devices in found.items()}


def decide(network: Network, evidence: Evidence, *, rooted: Set[str] | None = None) -> Decision:
    """Judge every missing device, and find who is cut off by what.

    `rooted` holds the devices with a path while nothing fails, where the caller knows them already. To any other the
    topology knows no way at all, so that no failure can explain its silence.

    A device that answered after all failures around its dark region began proves that the region has a way in that the
    topology does not know; it counts as a source of live paths.
    """
    missing, cut = evidence.missing, evidence.cut
    rooted = network.reachable() if rooted is None else rooted
    sources = set(network.roots) - missing.keys()
    while True:
        live = _spread(network, sources, missing, cut)
        down, bereft = _down(network, evidence, live)
        dark: dict[str, frozenset[Root]] = {}
        proven: set[str] = set()
        unexplained: set[str] = set()
        for region, roots in _regions(network, live, down, cut):
            if not roots or rooted.isdisjoint(region):
                unexplained |= region & missing.keys()
                continue
            began = max(missing[root.id] if root.kind == RootKind.DEVICE.value else cut[root.id] for root in roots)
            proven |= {
                device
                for device in region
                if device not in missing and (at := evidence.answered.get(device)) is not None and at >= began
            }
            dark |= dict.fromkeys(region, roots)
        if not proven:
            return Decision(frozenset(down | unexplained), dark, frozenset(bereft))
        sources |= proven


def _spread(
    network: Network, sources: Set[str], missing: Mapping[str, Instant], cut: Mapping[str, Instant]
) -> set[str]:
    """All devices that a chain of devices that don't miss and links that aren't cut ties to a source."""
    reached = set(sources)
    frontier = list(reached)
    neighbours = network.neighbours
    while frontier:
        for step in neighbours(frontier.pop()):
            device = step.device
            if device not in reached and device not in missing and step.link not in cut:
                reached.add(device)
                frontier.append(device)
    return reached


def _down(network: Network, evidence: Evidence, live: Set[str]) -> tuple[set[str], set[str]]:
    """Missing devices with a live path to the door, or that took their lines with them, and the latter alone; a core
    router's door is the centre itself."""
    down: set[str] = set()
    bereft: set[str] = set()
    for device in evidence.missing:
        if device in network.roots or device in evidence.own_fault:
            down.add(device)
            continue
        left: set[str] = set()
        for step in network.neighbours(device):
            if step.device not in live:
                continue
            if step.link not in evidence.cut:
                down.add(device)
                break
            if evidence.took(device, step.link):
                left.add(step.device)
        if len(left) >= SEVERAL and device not in down:
            bereft.add(device)
    return down | bereft, bereft


def _regions(
    network: Network, live: Set[str], down: Set[str], cut: Mapping[str, Instant]
) -> Iterable[tuple[set[str], frozenset[Root]]]:
    """The dark regions (neither live nor down, joined by links that aren't cut), each with the failures at its edge."""
    seen: set[str] = set()
    for start in network.devices:
        if start in seen or start in live or start in down:
            continue
        region = {start}
        frontier = [start]
        devices: set[str] = set()
        severed: set[tuple[str, str]] = set()
        while frontier:
            for step in network.neighbours(frontier.pop()):
                if step.link in cut:
                    severed.add((step.link, step.device))
                elif step.device in down:
                    devices.add(step.device)
                elif step.device not in region:
                    region.add(step.device)
                    frontier.append(step.device)
        seen |= region
        yield region, _edge(region, live, devices, severed)


def _edge(region: Set[str], live: Set[str], devices: Set[str], severed: Set[tuple[str, str]]) -> frozenset[Root]:
    """The failures next to a region: down devices, and cut links to a live one; else whatever cut links leave it."""
    roots = {device_root(device) for device in devices}
    roots |= {link_root(link) for link, far in severed if far in live}
    if not roots:
        roots = {link_root(link) for link, far in severed if far not in region}
    return frozenset(roots)
