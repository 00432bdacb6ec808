"""Who is cut off and who loses redundancy when devices and links fail beside what has failed already."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from topology.network import Network


@dataclass(frozen=True, slots=True)
class Reached:
    """What something happens to, by id; agencies include those whose own router is concerned."""

    devices: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    private_networks: frozenset[str] = frozenset()

    def without(self, other: "Reached") -> "Reached":
        """What is not in the other too."""
        return Reached(
            self.devices - other.devices,
            self.agencies - other.agencies,
            self.counties - other.counties,
            self.private_networks - other.private_networks,
        )

    def __bool__(self) -> bool:
        return bool(self.devices)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a failure would add to what has failed already."""

    devices: frozenset[str]
    """The devices that would fail."""
    links: frozenset[str]
    """The links that would fail."""
    cut_off: Reached
    """Without a path; the failed devices themselves included."""
    degraded: Reached
    """Still served, but over fewer ways than with everything in order: one more failure may cut them off."""
    present: Reached
    """What is cut off already, by other failures."""


def what_if(
    network: Network,
    devices: Iterable[str] = (),
    links: Iterable[str] = (),
    *,
    down_devices: Set[str] = frozenset(),
    down_links: Set[str] = frozenset(),
) -> Impact:
    """The impact of these failing, while `down_devices` and `down_links` have failed already. All ids must be known."""
    failing_devices, failing_links = frozenset(devices), frozenset(links)
    present = _cut_off(network, down_devices, down_links)
    degraded_before = without_redundancy(network, down_devices, down_links)
    all_devices, all_links = failing_devices | down_devices, failing_links | down_links
    cut_off = _cut_off(network, all_devices, all_links).without(present)
    degraded = without_redundancy(network, all_devices, all_links).without(degraded_before)
    return Impact(failing_devices, failing_links, cut_off, degraded, present)


def _cut_off(network: Network, devices: Set[str], links: Set[str]) -> Reached:
    return _reached(network, network.devices.keys() - network.reachable(devices, links))


def without_redundancy(network: Network, devices: Set[str] = frozenset(), links: Set[str] = frozenset()) -> Reached:
    """Who is still served while these have failed, but over fewer ways: devices with a path of which some way is lost,
    and whoever depends on nothing but such devices."""
    reachable = network.reachable(devices, links)
    if len(reachable) == len(network.devices) and not links:
        return Reached()
    lost = {
        device
        for device in reachable
        if any(link.id in links or link.upper not in reachable for link in network.uplinks(device))
    }
    waiting = [child for device in lost for child in network.children(device)]
    while waiting:
        device = waiting.pop()
        if device in reachable and device not in lost and all(parent in lost for parent in network.parents(device)):
            lost.add(device)
            waiting.extend(network.children(device))
    return _reached(network, lost)


def _reached(network: Network, devices: Iterable[str]) -> Reached:
    found = network.impact_of(devices)
    return Reached(found.devices, found.agencies, found.counties, found.private_networks)
