"""What the comparison of the topology with the network finds."""

from dataclasses import dataclass
from enum import StrEnum

from foundation.clock import Instant


class Kind(StrEnum):
    """How topology and network differ."""

    MISSING = "missing"
    """A declared link that neither end hears, though at least one of them hears others."""
    UNEXPECTED = "unexpected"
    """A line that no link is declared for."""
    MISWIRED = "miswired"
    """A declared link that is wired otherwise."""


class Fault(StrEnum):
    """What is wrong with a miswired link."""

    NONE = ""
    PORT = "port"
    """The right device, on another port."""
    DEVICE = "device"
    """The right port, to another device."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a line. The interface is empty where nobody tells it."""

    device: str
    """A device's id; for one that the topology does not know, what it calls itself."""
    interface: str

    def __str__(self) -> str:
        return f"{self.device} {self.interface}" if self.interface else self.device


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whom a device hears on an interface, as the device tells it."""

    at: Instant
    """When the inventory was taken that tells it."""
    protocol: str
    heard_by: End
    system: str
    port: str
    """As the neighbour calls it; its description where that is the better name."""
    chassis: str
    address: str

    def __str__(self) -> str:
        who = self.system or self.address or self.chassis or "a nameless neighbour"
        port = f" on its {self.port}" if self.port else ""
        return f"{self.heard_by} hears {who}{port} ({self.protocol.upper()})"


@dataclass(frozen=True, slots=True)
class Edit:
    """What would make a file right: one line of it in place of another. An empty text is no line."""

    file: str
    """`topology.yaml` or `agencies.csv`."""
    remove: str
    add: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which topology and network differ."""

    kind: Kind
    link: str
    """The declared link's id; empty for a line that none is declared for."""
    declared: tuple[End, End] | None
    """Upper and lower end as declared."""
    found: tuple[End, End] | None
    """The same line's, or the port's, as it is; None where nothing was heard."""
    fault: Fault
    seen: tuple[Sighting, ...]
    """What was heard where that tells it; for a missing link, nothing."""
    edit: Edit | None
    """None where it can't be known what to write."""
    remark: str = ""
    """What an operator should know before believing it."""

    def __str__(self) -> str:
        declared, found = _line(self.declared), _line(self.found)
        match self.kind:
            case Kind.MISSING:
                said = f"Missing: the link {declared} is declared, and neither end hears the other."
            case Kind.UNEXPECTED:
                said = f"Unexpected: {found} are connected, and no link is declared for them."
            case Kind.MISWIRED:
                said = f"Miswired: the link {declared} is declared; connected are {found} (wrong {self.fault})."
        return f"{said} {self.remark}".rstrip()


def _line(ends: tuple[End, End] | None) -> str:
    return "" if ends is None else f"{ends[0]} – {ends[1]}"
