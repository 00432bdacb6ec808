"""Compares the topology's links with the lines that devices hear by LLDP and CDP. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.facts import Facts
from collectors.neighbours.edits import edit_for, edit_to_add, rewired
from collectors.neighbours.ifnames import is_logical, same
from collectors.neighbours.lines import SeenLine, seen_lines
from collectors.neighbours.matching import Devices, Interfaces
from collectors.neighbours.model import Difference, End, Fault, Kind
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Inventory
from foundation.messages import IfStatus
from topology.files.lines import HEIGHT
from topology.model import Link, LinkRole, Role
from topology.network import Network

UNKNOWN_SPEED_MBPS: Final = 1_000


def compare(network: Network, facts: Mapping[str, Facts]) -> tuple[Difference, ...]:
    """How topology and network differ: links in the files' order, then lines that no link is declared for.

    A link is right when either end hears the other on the declared ports. Where neither of its devices hears anybody,
    or was ever learned, their silence says nothing. Whom an access router hears besides (an agency's switch) is none
    of the topology's.
    """
    inventories = {
        device: kept.inventory
        for device, kept in facts.items()
        if kept.inventory is not None and device in network.devices
    }
    interfaces = Interfaces(network, inventories)
    lines = seen_lines(inventories, Devices(network, inventories), interfaces)
    return _Comparison(network, inventories, interfaces, lines).differences()


class _Comparison:
    """Lines, one after the other, given to the links that they are."""

    def __init__(
        self, network: Network, inventories: Mapping[str, Inventory], interfaces: Interfaces, lines: list[SeenLine]
    ) -> None:
        self._network = network
        self._inventories = inventories
        self._free = lines
        self._by_end: dict[End, list[SeenLine]] = {}
        self._between: dict[frozenset[str], list[SeenLine]] = {}
        for line in lines:
            for end in line.ends:
                self._by_end.setdefault(end, []).append(line)
            self._between.setdefault(frozenset(end.device for end in line.ends), []).append(line)
        self._ends = {
            link.id: (
                End(link.upper, interfaces.named(link.upper, link.upper_interface)),
                End(link.lower, interfaces.named(link.lower, link.lower_interface)),
            )
            for link in network.links.values()
        }
        self._used: set[int] = set()
        self._speakers = {end.device for line in lines for end in line.ends}
        """Devices that hear someone, or are heard."""

    def differences(self) -> tuple[Difference, ...]:
        wrong = [link for link in self._network.links.values() if not self._is_right(link)]
        # A line that is some other link's own is no link's wrong one, so the right ones go first. Then, of the wrong
        # ones, those whose lower end is heard: the lower end is whose line it is.
        found: dict[str, Difference | None] = {}
        for attempt in (self._moved_at_upper, self._on_other_ports, self._port_taken, self._unheard):
            for link in wrong:
                if link.id not in found and (difference := attempt(link)) is not None:
                    found[link.id] = difference
        links = [difference for link in wrong if (difference := found.get(link.id)) is not None]
        return (*links, *self._unexpected())

    # Links -------------------------------------------------------------------------------------------------------

    def _is_right(self, link: Link) -> bool:
        upper, lower = self._ends[link.id]
        right = False
        for line in self._between.get(frozenset((link.upper, link.lower)), []):
            there, here = line.at(link.upper), line.at(link.lower)
            assert there is not None
            assert here is not None
            if _fits(there, upper) and _fits(here, lower):
                self._used.add(id(line))
                right = True
        return right

    def _moved_at_upper(self, link: Link) -> Difference | None:
        """The lower end is where it should be, and tells where its line leads."""
        _, lower = self._ends[link.id]
        line = self._first_free(self._by_end.get(lower, ()))
        return None if line is None else self._miswired(link, line, line.other(lower), lower)

    def _on_other_ports(self, link: Link) -> Difference | None:
        """Both devices are tied to each other, but otherwise."""
        line = self._first_free(self._between.get(frozenset((link.upper, link.lower)), ()))
        if line is None:
            return None
        upper, lower = line.at(link.upper), line.at(link.lower)
        assert upper is not None
        assert lower is not None
        return self._miswired(link, line, upper, lower)

    def _port_taken(self, link: Link) -> Difference | None:
        """One of the ports leads to someone else; it may be that one's own line, so it stays to be judged there."""
        for end in self._ends[link.id]:
            lines = self._by_end.get(end, [])
            line = next((one for one in lines if id(one) not in self._used), None) or next(iter(lines), None)
            if line is not None:
                other = line.other(end)
                upper, lower = (end, other) if end.device == link.upper else (other, end)
                return self._miswired(link, line, upper, lower)
        return None

    def _unheard(self, link: Link) -> Difference | None:
        ends = self._ends[link.id]
        mute = [end.device for end in ends if end.device not in self._speakers]
        if len(mute) == 2:
            return None
        down = [str(end) for end in ends if self._is_down(end)]
        edit = None
        remark = ""
        if down:
            remark = f"{' and '.join(down)} is down: the line may only be cut."
        elif mute:
            remark = f"{mute[0]} is heard by nobody and hears nobody: it may not speak LLDP."
        else:
            edit = edit_for(self._network, link, None)
        return Difference(Kind.MISSING, link.id, ends, None, Fault.NONE, (), edit, remark)

    def _is_down(self, end: End) -> bool:
        raw = self._raw(end)
        return raw is not None and raw.oper not in (IfStatus.UP, IfStatus.UNKNOWN, IfStatus.DORMANT)

    def _first_free(self, lines: Iterable[SeenLine]) -> SeenLine | None:
        """The first line between known devices that is no link's yet."""
        return next((line for line in lines if line.known and id(line) not in self._used), None)

    def _miswired(self, link: Link, line: SeenLine, upper: End, lower: End) -> Difference:
        fault = Fault.PORT if {upper.device, lower.device} == {link.upper, link.lower} else Fault.DEVICE
        first = id(line) not in self._used
        self._used.add(id(line))
        edit = None
        # Without both ports, or for a device that is not declared, there is nothing to write; and a line that is
        # another link's already is declared there.
        if line.known and first and upper.interface and lower.interface:
            if self._height(upper) < self._height(lower):
                upper, lower = lower, upper
            edit = edit_for(self._network, link, rewired(link, upper, lower))
        return Difference(
            Kind.MISWIRED, link.id, self._ends[link.id], (upper, lower), fault, tuple(line.sightings), edit
        )

    # Lines -------------------------------------------------------------------------------------------------------

    def _unexpected(self) -> list[Difference]:
        found: list[Difference] = []
        for line in self._free:
            if id(line) in self._used or (not line.known and self._is_beyond(line)):
                continue
            upper, lower = sorted(line.ends, key=lambda end: (-self._height(end), end.device, end.interface))
            edit = None
            if line.known and upper.interface and lower.interface and self._is_free(upper) and self._is_free(lower):
                edit = edit_to_add(self._declaring(upper, lower))
            found.append(Difference(Kind.UNEXPECTED, "", None, (upper, lower), Fault.NONE, tuple(line.sightings), edit))
        return sorted(found, key=lambda one: tuple(map(str, one.found or ())))

    def _declaring(self, upper: End, lower: End) -> Link:
        role = LinkRole.BACKUP if self._network.uplinks(lower.device) else LinkRole.PRIMARY
        speeds = [raw.speed for end in (upper, lower) if (raw := self._raw(end)) is not None and raw.speed]
        speed = min(speeds) // 1_000_000 if speeds else UNKNOWN_SPEED_MBPS
        return Link("", upper.device, upper.interface, lower.device, lower.interface, role, max(1, speed))

    def _raw(self, end: End) -> RawInterface | None:
        """The interface at an end, as its device told it last."""
        inventory = self._inventories.get(end.device)
        if inventory is None:
            return None
        raws = [(one.name, one.raw) for one in inventory.interfaces] + [(one.name, one.raw) for one in inventory.others]
        return next((raw for name, raw in raws if same(name, end.interface)), None)

    def _is_beyond(self, line: SeenLine) -> bool:
        """An unknown neighbour of an access router: what an agency has behind it."""
        near = line.sightings[0].heard_by.device
        return self._network.devices[near].role is Role.ACCESS

    def _is_free(self, end: End) -> bool:
        return not any(end in ends for ends in self._ends.values())

    def _height(self, end: End) -> int:
        device = self._network.devices.get(end.device)
        return -1 if device is None else HEIGHT[device.role]


def _fits(seen: End, declared: End) -> bool:
    """Whether a line may end there. A trunk's neighbours are heard on its ports, whose names the topology has not."""
    return not seen.interface or is_logical(declared.interface) or same(seen.interface, declared.interface)
