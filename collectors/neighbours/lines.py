"""What devices hear of each other, put together to the lines that tie them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.neighbours.matching import Devices, Interfaces
from collectors.neighbours.model import End, Sighting
from collectors.snmp.inventory import Inventory, Neighbour


@dataclass(slots=True)
class SeenLine:
    """A line between two ends, told by one of them or both."""

    ends: tuple[End, End]
    known: bool
    """Both ends are devices of the topology."""
    sightings: list[Sighting] = field(default_factory=list)

    def at(self, device: str) -> End | None:
        """Its end at a device."""
        return next((end for end in self.ends if end.device == device), None)

    def other(self, end: End) -> End:
        """Its end across from one."""
        return self.ends[1] if self.ends[0] == end else self.ends[0]


def seen_lines(inventories: Mapping[str, Inventory], devices: Devices, interfaces: Interfaces) -> list[SeenLine]:
    """Every line that is heard, each once. What a device hears of itself is none."""
    found: dict[frozenset[End], SeenLine] = {}
    vague: list[tuple[End, End, Sighting]] = []
    for device, inventory in inventories.items():
        for neighbour in inventory.neighbours:
            near = End(device, interfaces.named(device, neighbour.local_interface))
            other = devices.find(neighbour)
            if other == device:
                continue
            sighting = _sighting(inventory, near, neighbour)
            if other is None:
                far = End(sighting.system or sighting.address or sighting.chassis, sighting.port)
                _add(found, near, far, sighting, known=False)
            elif port := interfaces.told(other, neighbour):
                _add(found, near, End(other, port), sighting, known=True)
            else:
                vague.append((near, End(other, ""), sighting))
    # The other end may have told the same line, and itself knows its ports.
    told = {(end, line.other(end).device): line for line in found.values() for end in line.ends}
    for near, far, sighting in vague:
        line = told.get((near, far.device))
        if line is not None:
            line.sightings.append(sighting)
        else:
            _add(found, near, far, sighting, known=True)
    return list(found.values())


def _add(found: dict[frozenset[End], SeenLine], near: End, far: End, sighting: Sighting, *, known: bool) -> None:
    line = found.setdefault(frozenset((near, far)), SeenLine((near, far), known))
    line.sightings.append(sighting)


def _sighting(inventory: Inventory, near: End, neighbour: Neighbour) -> Sighting:
    return Sighting(
        inventory.at,
        neighbour.protocol,
        near,
        neighbour.system,
        neighbour.port or neighbour.port_description,
        neighbour.chassis,
        neighbour.address,
    )
