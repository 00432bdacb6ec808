"""What the network's things are called in a report, and in whose charge they are."""

from reports.rows import Name, Party
from topology.model import Agency, Division, Link, Role, Tier
from topology.network import Network

_PARTIES = {
    Role.CORE: Party.PROVINCE,
    Role.AGGREGATION: Party.PREFECTURE,
    Role.COUNTY: Party.COUNTY,
    Role.ACCESS: Party.AGENCY,
}


class Naming:
    """Looks names up in one network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def division(self, code: str) -> Name:
        """A division by its code; of one unknown, the code itself."""
        found = self._network.divisions.get(code)
        return Name(code, code) if found is None else Name(found.name, found.name_en)

    def of(self, agency: Agency) -> Name:
        """An agency."""
        return Name(agency.name, agency.name_en)

    def prefecture(self, code: str) -> Name:
        """The prefecture that a division is or lies in; for the province's own, the province."""
        if code not in self._network.divisions:
            return Name("", "")
        return self.division(self._network.prefecture_of(code) or self.province.code)

    @property
    def province(self) -> Division:
        """The division at the top."""
        return next(found for found in self._network.divisions.values() if found.tier is Tier.PROVINCE)

    def root(self, root: str) -> Name:
        """A device, or a link by its two ends; of one unknown, the id itself, or a word when there is none."""
        device = self._network.devices.get(root)
        if device is not None:
            return Name(device.name, device.name)
        link = self._network.links.get(root)
        if link is None:
            return Name(root or "待查", root or "not known")
        ends = " – ".join(self._network.devices[end].name for end in (link.upper, link.lower))
        return Name(f"{link.carrier}线路 {ends}" if link.carrier else f"线路 {ends}", f"line {ends}")

    def ends(self, link: Link) -> Name:
        """A line by its two ends, the lower first."""
        name = f"{self._network.devices[link.lower].name} – {self._network.devices[link.upper].name}"
        return Name(name, name)

    def division_of(self, root: str) -> str:
        """The code of the division a device or a link's lower end belongs to; empty when it is not known."""
        link = self._network.links.get(root)
        device = self._network.devices.get(link.lower if link else root)
        return device.division if device else ""

    def party(self, root: str) -> Party:
        """In whose charge a device or a line is: a leased line its carrier's, an own line its upper end's."""
        link = self._network.links.get(root)
        if link is not None and link.carrier:
            return Party.CARRIER
        device = self._network.devices.get(link.upper if link else root)
        return Party.OPEN if device is None else _PARTIES[device.role]
