"""The network as a graph, and the questions that judging and people ask of it.

Reachability is undirected: traffic takes any chain of live devices and live links from a core router. `parents` and
`children` follow the links' declared upper and lower ends.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from topology.model import Agency, Device, Division, Inventory, Link, PrivateNetwork, Role, Tier


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One step from a device: over which link, to whom."""

    link: str
    device: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """Who can't be reached when something fails. The failed devices themselves are not in `devices`."""

    devices: frozenset[str]
    agencies: frozenset[str]
    """Agencies without a path, those whose own router failed included."""
    counties: frozenset[str]
    """Counties whose own router failed or has no path."""
    private_networks: frozenset[str]
    """Private networks with at least one member cut off."""


class Network:
    """An immutable network: the checked inventory and its graph."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.divisions: Mapping[str, Division] = inventory.divisions
        self.agencies: Mapping[str, Agency] = inventory.agencies
        self.devices: Mapping[str, Device] = inventory.devices
        self.links: Mapping[str, Link] = inventory.links
        self.private_networks: Mapping[str, PrivateNetwork] = inventory.private_networks

    @cached_property
    def roots(self) -> frozenset[str]:
        """The core routers: the monitoring centre stands on them."""
        return frozenset(device.id for device in self.devices.values() if device.role is Role.CORE)

    @cached_property
    def _neighbours(self) -> dict[str, tuple[Neighbour, ...]]:
        # Those above come last, so a search that takes the latest first climbs straight to a core.
        return {
            device: (
                *(Neighbour(link.id, link.lower) for link in self._downlinks[device]),
                *(Neighbour(link.id, link.upper) for link in self._uplinks[device]),
            )
            for device in self.devices
        }

    @cached_property
    def _uplinks(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {device: [] for device in self.devices}
        for link in self.links.values():
            found[link.lower].append(link)
        return {device: tuple(links) for device, links in found.items()}

    @cached_property
    def _downlinks(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {device: [] for device in self.devices}
        for link in self.links.values():
            found[link.upper].append(link)
        return {device: tuple(links) for device, links in found.items()}

    @cached_property
    def _links_by_interface(self) -> dict[tuple[str, str], Link]:
        found: dict[tuple[str, str], Link] = {}
        for link in self.links.values():
            found[link.upper, link.upper_interface] = link
            found[link.lower, link.lower_interface] = link
        return found

    @cached_property
    def _networks_by_agency(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for network in self.private_networks.values():
            for agency in sorted(network.members):
                found.setdefault(agency, []).append(network.id)
        return {agency: tuple(networks) for agency, networks in found.items()}

    def neighbours(self, device: str) -> tuple[Neighbour, ...]:
        """Every device one link away."""
        return self._neighbours[device]

    def uplinks(self, device: str) -> tuple[Link, ...]:
        """Links whose lower end it is, in the file's order."""
        return self._uplinks[device]

    def downlinks(self, device: str) -> tuple[Link, ...]:
        """Links whose upper end it is, in the file's order."""
        return self._downlinks[device]

    def parents(self, device: str) -> tuple[str, ...]:
        """The devices at the upper ends of its uplinks, each once."""
        return tuple(dict.fromkeys(link.upper for link in self._uplinks[device]))

    def children(self, device: str) -> tuple[str, ...]:
        """The devices at the lower ends of its downlinks, each once."""
        return tuple(dict.fromkeys(link.lower for link in self._downlinks[device]))

    def link_at(self, device: str, interface: str) -> Link | None:
        """The link on an interface, if one is declared there."""
        return self._links_by_interface.get((device, interface))

    def networks_of(self, agency: str) -> tuple[str, ...]:
        """Ids of the private networks that an agency is a member of."""
        return self._networks_by_agency.get(agency, ())

    def lineage(self, division: str) -> tuple[Division, ...]:
        """A division and all above it, the lowest first."""
        chain: list[Division] = []
        code: str | None = division
        while code is not None:
            found = self.divisions[code]
            chain.append(found)
            code = found.parent
        return tuple(chain)

    def prefecture_of(self, division: str) -> str | None:
        """The code of the prefecture that a division is or lies in; None for the province."""
        return next((found.code for found in self.lineage(division) if found.tier is Tier.PREFECTURE), None)

    def reachable(self, down_devices: Set[str] = frozenset(), down_links: Set[str] = frozenset()) -> set[str]:
        """Every device that a chain of live devices and live links ties to a live core router."""
        reached = {root for root in self.roots if root not in down_devices}
        frontier = list(reached)
        neighbours = self._neighbours
        while frontier:
            for step in neighbours[frontier.pop()]:
                device = step.device
                if device not in reached and device not in down_devices and step.link not in down_links:
                    reached.add(device)
                    frontier.append(device)
        return reached

    def has_live_path(
        self, device: str, down_devices: Set[str] = frozenset(), down_links: Set[str] = frozenset()
    ) -> bool:
        """Whether a live path leads to the device's door, whatever the state of the device itself."""
        roots = self.roots
        if device in roots:
            return True
        neighbours = self._neighbours
        seen = {device}
        frontier = [device]
        while frontier:
            for step in neighbours[frontier.pop()]:
                other = step.device
                if other not in seen and other not in down_devices and step.link not in down_links:
                    if other in roots:
                        return True
                    seen.add(other)
                    frontier.append(other)
        return False

    def cut_off(self, devices: Iterable[str] = (), links: Iterable[str] = ()) -> CutOff:
        """Who is cut off when all of these devices and links fail at once."""
        failed = frozenset(devices)
        reached = self.reachable(failed, frozenset(links))
        lost = frozenset(device for device in self.devices if device not in reached and device not in failed)
        return self.impact_of(lost | failed, without=failed)

    def impact_of(self, devices: Iterable[str], *, without: Set[str] = frozenset()) -> CutOff:
        """Agencies, counties and private networks behind devices that can't be reached."""
        lost = frozenset(devices)
        agencies = frozenset(agency for device in lost if (agency := self.devices[device].agency) is not None)
        counties = frozenset(
            found.county for device in lost if (found := self.devices[device]).role is Role.COUNTY and found.county
        )
        networks = frozenset(network for agency in agencies for network in self.networks_of(agency))
        return CutOff(lost - without, agencies, counties, networks)
