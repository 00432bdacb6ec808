"""Sites that failed together, from the moment it was found until they are back or found to differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerting.commoncause.areas import Area
from alerting.commoncause.gathering import belongs
from foundation.clock import Instant


class Fate(StrEnum):
    """What becomes of a group."""

    LASTS = "lasts"
    OVER = "over"
    """All are back."""
    SPLIT = "split"
    """Most are back and the others stay away: they have causes of their own."""


@dataclass(slots=True)
class Group:
    """The sites that one cause holds down."""

    area: Area
    members: dict[str, Instant]
    """Each with the start of its outage; those that returned stay in it."""
    returned: set[str] = field(default_factory=set)
    """Those that are back now."""
    ever_returned: set[str] = field(default_factory=set)
    last_return: Instant = 0
    """When one of them came back for the first time, lately."""

    @property
    def began(self) -> Instant:
        """When the first of them failed."""
        return min(self.members.values())

    @property
    def away(self) -> list[str]:
        """Those that are not back, in a fixed order."""
        return sorted(self.members.keys() - self.returned)

    def takes(self, site: str, since: Instant) -> bool:
        """Whether a site that failed at `since` is one of them: it failed with them, or was one of them before."""
        return site in self.members or (bool(self.members) and belongs(self.area.rule, since, self.members.values()))

    def leave(self, site: str) -> None:
        """A member failed by itself, as it turned out."""
        del self.members[site]
        self.returned.discard(site)
        self.ever_returned.discard(site)

    def see(self, out: Mapping[str, Instant], back: set[str], now: Instant) -> None:
        """Take in which of the area's sites are out by themselves, and which of the members answer."""
        for site, since in out.items():
            if self.takes(site, since):
                self.members.setdefault(site, since)
                self.returned.discard(site)
        for site in back & self.members.keys() - self.returned:
            self.returned.add(site)
            if site not in self.ever_returned:
                self.ever_returned.add(site)
                self.last_return = now

    def fate(self, now: Instant) -> Fate:
        """What becomes of it now."""
        rule = self.area.rule
        if len(self.returned) == len(self.members):
            return Fate.OVER
        enough = len(self.returned) >= rule.returned * len(self.members)
        # A clock that was set back splits nothing: the time begins anew.
        self.last_return = min(self.last_return, now)
        return Fate.SPLIT if enough and now - self.last_return >= rule.split_after else Fate.LASTS
