"""What can be known of a network's failures, step by step: an oracle that shares nothing with the judge.

It knows what truly failed, tries every path, and keeps what was told before: nobody can see the mending of a device or
of a line to which no way leads, so what was known of it stays.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final

from alerting.reachability.decide import SEVERAL
from tests.alerting.reachability.graphs import has_path
from topology.network import Network

NEVER: Final = -1


@dataclass(frozen=True)
class Truth:
    """What has failed at one moment."""

    dead: frozenset[str]
    cut: frozenset[str]
    dark: frozenset[str]
    """The links whose ports are down: the cut ones at least."""


@dataclass
class Oracle:
    """The roots after each step, all of which were noticed wholly before the next one began."""

    network: Network
    step: int = 0
    silent: dict[str, int] = field(default_factory=dict)
    """Devices that don't answer, with the step in which they fell silent."""
    blamed: set[str] = field(default_factory=set)
    """Those of them that are known to be the cause."""
    told: dict[str, int] = field(default_factory=dict)
    """Links whose ends tell that they are down, with the step in which they first did."""
    up: dict[str, int] = field(default_factory=dict)
    """The step in which an end last told each link to be up."""

    def take(self, truth: Truth) -> None:
        """One more step: what is so now, and can be seen, is known."""
        self.step += 1
        answers = {device for device in self.network.devices if self._answers(device, truth)}
        for device in self.network.devices:
            if device in answers:
                self.silent.pop(device, None)
                self.blamed.discard(device)
            else:
                self.silent.setdefault(device, self.step)
        for link, ends in self.network.links.items():
            if answers.isdisjoint((ends.upper, ends.lower)):
                continue
            if link in truth.dark:
                self.told.setdefault(link, self.step)
            else:
                self.up[link] = self.step
                self.told.pop(link, None)
        self.blamed |= {device for device in self.silent if self._is_cause(device, answers, truth)}

    @property
    def devices(self) -> set[str]:
        """The devices on which alarms must fire."""
        return set(self.blamed)

    @property
    def links(self) -> set[str]:
        """The links on which alarms must fire: those that are told, and did not go with a device or after it."""
        return {
            link
            for link, step in self.told.items()
            if not any(end in self.blamed and step >= self.silent[end] for end in self._ends(link))
        }

    def _answers(self, device: str, truth: Truth) -> bool:
        return device not in truth.dead and has_path(self.network, device, truth.dead, truth.cut)

    def _is_cause(self, device: str, answers: Set[str], truth: Truth) -> bool:
        """A way leads to its door; or it took the lines to several neighbours with it; or no way ever led there."""
        network = self.network
        if device in network.roots or not has_path(network, device, set(), set()):
            return True
        lines = [step for step in network.neighbours(device) if step.device in answers]
        if any(step.link not in truth.dark for step in lines):
            return True
        return len({step.device for step in lines if self._may_have_gone_with(step.link, device)}) >= SEVERAL

    def _may_have_gone_with(self, link: str, device: str) -> bool:
        silent = self.silent[device]
        return self.told[link] >= silent > self.up.get(link, NEVER)

    def _ends(self, link: str) -> tuple[str, str]:
        found = self.network.links[link]
        return found.upper, found.lower
