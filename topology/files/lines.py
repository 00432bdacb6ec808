"""Links: both ends must exist, each interface carries one line, and the upper end is never the lower tier."""

from collections.abc import Iterable, Mapping
from typing import Final

from foundation.documents import Document
from foundation.problems import Place
from topology.files.agencies import AccessLine
from topology.files.findings import Findings, Register
from topology.files.reading import read_rows
from topology.files.rows import LinkRow
from topology.model import Device, Link, LinkRole, Role

_HEIGHT: Final = {Role.CORE: 3, Role.AGGREGATION: 2, Role.COUNTY: 1, Role.ACCESS: 0}


class Lines:
    """Gathers the links that are right, and the devices whose links are too broken to judge."""

    def __init__(self, devices: Mapping[str, Device], register: Register, findings: Findings) -> None:
        self.links: dict[str, Link] = {}
        self.places: dict[str, Place] = {}
        self.excused: set[str] = set()
        """Devices with a broken link: that they hang in the air is no further problem."""
        self._devices = devices
        self._register = register
        self._findings = findings
        self._interfaces: dict[tuple[str, str], Place] = {}

    def read_links(self, document: Document) -> None:
        """The links of `topology.yaml`."""
        broken_before = len(self._findings.problems)
        for read in read_rows(document, ("links",), LinkRow, "id", None, self._findings):
            row = read.row
            ends = (*row.lower, *row.upper)
            for index, name in enumerate(("lower", "upper")):
                for position, text in enumerate((row.lower, row.upper)[index]):
                    if not text.strip() or not text.isprintable():
                        self._findings.add(
                            read.at(name, position), f'the "{name}" end holds an empty or unprintable text.'
                        )
                        self.excused.update((row.lower[0], row.upper[0]))
            link = Link(
                row.id or "",
                row.upper[0],
                row.upper[1],
                row.lower[0],
                row.lower[1],
                row.role,
                row.speed_mbps,
                row.carrier,
            )
            if all(text.strip() and text.isprintable() for text in ends):
                self._add(link, read.place, read.at("upper"), read.at("lower"))
        if len(self._findings.problems) > broken_before:
            self._excuse_raw(document.data["links"])

    def add_access(self, lines: Iterable[AccessLine]) -> None:
        """The access lines of `agencies.csv`."""
        for line in lines:
            row = line.read.row
            link = Link(
                "", row.upper, row.upper_interface, row.router, row.interface, line.role, row.speed_mbps, row.carrier
            )
            self._add(link, line.read.place, line.read.at("upper"), line.read.at("interface"))

    def _add(self, link: Link, place: Place, upper_place: Place, lower_place: Place) -> None:
        known_upper = self._register.refers(link.upper, upper_place, "the device", self._findings, self._devices)
        known_lower = self._register.refers(link.lower, lower_place, "the device", self._findings, self._devices)
        if not (known_upper and known_lower):
            self.excused.update((link.upper, link.lower))
            return
        if link.upper == link.lower:
            self._findings.add(place, f'the link ties "{link.upper}" to itself.', "Name two different devices.")
            return
        upper, lower = self._devices[link.upper], self._devices[link.lower]
        if _HEIGHT[upper.role] < _HEIGHT[lower.role]:
            message = (
                f'the upper end is the {upper.role} router "{upper.id}" and the lower end the {lower.role} router '
                f'"{lower.id}": the upper end is the one nearer the core.'
            )
            self._findings.add(place, message, "Exchange the two ends.")
            self.excused.update((link.upper, link.lower))
            return
        for device, interface, where in (
            (link.upper, link.upper_interface, upper_place),
            (link.lower, link.lower_interface, lower_place),
        ):
            first = self._interfaces.setdefault((device, interface), where)
            if first is not where:
                self._findings.duplicate(where, f'the interface {interface} of "{device}"', first)
        identity = self._identity(link, place)
        if identity is not None:
            self.links[identity] = (
                link
                if link.id
                else Link(
                    identity,
                    link.upper,
                    link.upper_interface,
                    link.lower,
                    link.lower_interface,
                    link.role,
                    link.speed_mbps,
                    link.carrier,
                )
            )
            self.places[identity] = place

    def _identity(self, link: Link, place: Place) -> str | None:
        """The declared id, or `lower:upper`, and `lower:upper:2` for a second line between the same two."""
        if link.id:
            if link.id in self.links:
                self._findings.duplicate(place, f'the link "{link.id}"', self.places[link.id])
                return None
            return link.id
        identity, count = f"{link.lower}:{link.upper}", 1
        while identity in self.links:
            count += 1
            identity = f"{link.lower}:{link.upper}:{count}"
        return identity

    def _excuse_raw(self, rows: list[object]) -> None:
        for raw in rows:
            ends = (raw.get("lower"), raw.get("upper")) if isinstance(raw, dict) else ()
            self.excused.update(end[0] for end in ends if isinstance(end, list) and end and isinstance(end[0], str))


def find_loops(links: Mapping[str, Link], places: Mapping[str, Place], findings: Findings) -> None:
    """A device that is its own ancestor over primary links: one problem for each circle."""
    uplinks: dict[str, list[Link]] = {}
    for link in links.values():
        if link.role is LinkRole.PRIMARY:
            uplinks.setdefault(link.lower, []).append(link)
    done: set[str] = set()
    for start in uplinks:
        trail: list[Link] = []
        on_trail: dict[str, int] = {}
        # Depth first without recursion: a stack of iterators, the trail beside it.
        stack = [(start, iter(uplinks.get(start, ())))]
        if start in done:
            continue
        on_trail[start] = 0
        while stack:
            device, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                done.add(device)
                del on_trail[device]
                if trail:
                    trail.pop()
            elif step.upper in on_trail:
                circle = [*(link.lower for link in trail[on_trail[step.upper] :]), device, step.upper]
                message = f"primary links run in a circle: {' → '.join(circle)}."
                findings.add(places[step.id], message, "Make one of them a backup, or correct its ends.")
            elif step.upper not in done:
                trail.append(step)
                on_trail[step.upper] = len(trail)
                stack.append((step.upper, iter(uplinks.get(step.upper, ()))))


def find_orphans(
    devices: Mapping[str, Device], links: Mapping[str, Link], register: Register, excused: set[str], findings: Findings
) -> None:
    """Devices that no chain of links ties to a core router: one problem for each island."""
    ties: dict[str, list[str]] = {}
    for link in links.values():
        ties.setdefault(link.upper, []).append(link.lower)
        ties.setdefault(link.lower, []).append(link.upper)

    def spread(start: Iterable[str], reached: set[str]) -> set[str]:
        frontier = [device for device in start if device not in reached]
        found = set(frontier)
        while frontier:
            for other in ties.get(frontier.pop(), ()):
                if other not in found and other not in reached:
                    found.add(other)
                    frontier.append(other)
        return found

    cores = [device.id for device in devices.values() if device.role is Role.CORE]
    if not cores:
        return
    reached = spread([*cores, *(excused & devices.keys())], set())
    for device in devices.values():
        if device.id in reached:
            continue
        island = spread([device.id], reached)
        reached |= island
        highest = max((devices[other] for other in island), key=lambda other: _HEIGHT[other.role])
        behind = f", and {len(island) - 1} other devices hang on it" if len(island) > 1 else ""
        message = f'no chain of links ties "{highest.id}" to a core router{behind}.'
        findings.add(register.places[highest.id], message, "Declare its uplink among the links.")
