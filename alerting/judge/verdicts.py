"""What is found about a device that misses: its verdict, and what is remembered of how it went and came back."""

from dataclasses import dataclass, field
from typing import Final

from alerting.reachability.decide import Root
from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on a device that misses: down itself when it has no roots, else cut off by them."""

    roots: frozenset[Root] = frozenset()

    @property
    def is_down(self) -> bool:
        """Whether the device itself is the cause."""
        return not self.roots

    def cause(self, device: str, known: str) -> str:
        """The one cause that the device's timeline names: itself, or a root; the known one as long as it is true."""
        if self.is_down:
            return device
        if any(root.id == known for root in self.roots):
            return known
        return min(self.roots).id


DOWN: Final = Verdict()


@dataclass(slots=True)
class Turn:
    """What one call of `Causes.judge` brought."""

    decided: bool = False
    """Whether all was decided anew."""
    changed: dict[str, Verdict | None] = field(default_factory=dict)
    """The devices whose verdict changed, with the one before."""
    polls: set[str] = field(default_factory=set)
    """Devices to look at now."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A break that may end before anything is decided about it."""

    since: Instant
    behind: str | None
    """A door, when all doors of the device miss too."""


@dataclass(frozen=True, slots=True)
class Return:
    """A device that was down, or cut off, answers again."""

    lived: Instant
    """Its last sign of life before it fell silent."""
    at: Instant
    was_down: bool
