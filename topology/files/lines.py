"""Links: both ends must exist, each interface carries one line, and the upper end is never the lower tier."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from foundation.documents import Document
from foundation.problems import Place
from topology.files.findings import Findings, Register
from topology.files.reading import Read, read_rows
from topology.files.rows import AgencyRow, LinkRow
from topology.model import Device, Link, LinkRole, Role

HEIGHT: Final = {Role.CORE: 3, Role.AGGREGATION: 2, Role.COUNTY: 1, Role.ACCESS: 0}
"""How near the core a router stands."""


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
        refused: list[object] = []
        for read in read_rows(document, ("links",), LinkRow, "id", None, self._findings, refused):
            row = read.row
            (lower, lower_interface), (upper, upper_interface) = row.lower, row.upper
            link = Link(
                row.id or "", upper, upper_interface, lower, lower_interface, row.role, row.speed_mbps, row.carrier
            )
            self._add(link, read.place, read.at("upper"), read.at("lower"))
        for raw in refused:
            ends = (raw.get("lower"), raw.get("upper")) if isinstance(raw, dict) else ()
            self.excused.update(end[0] for end in ends if isinstance(end, list) and end and isinstance(end[0], str))

    def add_access(self, rows: Iterable[Read[AgencyRow]]) -> None:
        """The access lines of `agencies.csv`: always primary; backups stand among the links of `topology.yaml`."""
        for read in rows:
            row = read.row
            link = Link(
                "",
                row.upper,
                row.upper_interface,
                row.router,
                row.interface,
                LinkRole.PRIMARY,
                row.speed_mbps,
                row.carrier,
            )
            self._add(link, read.place, read.at("upper"), read.at("interface"))

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
        if HEIGHT[upper.role] < HEIGHT[lower.role]:
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
            self.links[identity] = replace(link, id=identity)
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
