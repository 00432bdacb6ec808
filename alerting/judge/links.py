"""What the two ends of each declared link say about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from foundation.clock import SECOND, Instant
from foundation.messages import IfStatus
from topology.model import Link
from topology.network import Network

DOWN: Final = frozenset({IfStatus.DOWN, IfStatus.TESTING, IfStatus.NOT_PRESENT, IfStatus.LOWER_LAYER_DOWN})
"""ifOperStatus values in which an interface passes no packets (RFC 2863). UNKNOWN and DORMANT say neither."""

LAG: Final = 75 * SECOND
"""The other end's word may be this much older: one interval of the interface layer and a margin."""


class Word(Enum):
    """What an end last said."""

    NOTHING = 0
    UP = 1
    DOWN = 2


class LinkEnd:
    """One interface of a link: its latest word, and since when it says so."""

    __slots__ = ("at", "back_at", "device", "link", "since", "up_at", "word")

    def __init__(self, link: Link, device: str) -> None:
        self.link = link
        self.device = device
        self.word = Word.NOTHING
        self.at: Instant = -1
        self.since: Instant = -1
        self.back_at: Instant = -1
        """When it last said up after it had said down."""
        self.up_at: Instant = -1
        """When it last said up."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A link that is down, as its ends tell it."""

    since: Instant
    said_by: str
    """The device that said so first."""


class LinkWatch:
    """Every declared link's two ends."""

    def __init__(self, network: Network, born: Instant) -> None:
        self._network = network
        self._born = born
        self._ends: dict[tuple[str, str], LinkEnd] = {}
        self._pairs: dict[str, tuple[LinkEnd, LinkEnd]] = {}
        self._suspects: set[str] = set()
        self._touched: set[str] = set()
        self._moved: set[str] = set()
        """Links of which a word changed since the last turn."""
        self._recorded: dict[str, Instant] = {}
        self.between: Callable[[str, Instant], None] | None = None
        """Called before a word on a link changes again that no turn has seen yet: what it says now would be lost."""
        for link in network.links.values():
            upper, lower = LinkEnd(link, link.upper), LinkEnd(link, link.lower)
            self._ends[link.upper, link.upper_interface] = upper
            self._ends[link.lower, link.lower_interface] = lower
            self._pairs[link.id] = (upper, lower)

    def end_at(self, device: str, interface: str) -> LinkEnd | None:
        """The link's end on an interface, if a link is declared there."""
        return self._ends.get((device, interface))

    def hear(self, end: LinkEnd, oper: int, at: Instant) -> None:
        """An end told its ifOperStatus."""
        word = Word.UP if oper == IfStatus.UP else Word.DOWN if oper in DOWN else Word.NOTHING
        if word is Word.NOTHING:
            return
        if word is not end.word:
            if end.link.id in self._moved and self.between is not None:
                self.between(end.link.id, at)
            self._moved.add(end.link.id)
            if end.word is Word.DOWN:
                end.back_at = at
            end.word = word
            end.since = at
            self._touched.add(end.link.id)
        end.at = at
        if word is Word.UP:
            end.up_at = at
        if word is Word.DOWN:
            self._suspects.add(end.link.id)
        elif end.link.id in self._suspects:
            self._touched.add(end.link.id)
            self._void(end)

    def _void(self, end: LinkEnd) -> None:
        """An end says up: what the other said long before is outdated for good, and no part of a later outage."""
        upper, lower = self._pairs[end.link.id]
        other = lower if end is upper else upper
        if other.word is Word.DOWN and not _says_down(other, end):
            other.word = Word.NOTHING

    def take_touched(self) -> set[str]:
        """Links on which something was said that may change their verdict, since the last call."""
        touched, self._touched = self._touched, set()
        self._moved.clear()
        return touched

    def resume(self, link: str, since: Instant) -> None:
        """A link has an open alert from before the start: its outage is as old as that."""
        self._suspects.add(link)
        self._recorded[link] = since

    def end(self, link: str) -> None:
        """A link's outage is over: another one begins anew."""
        self._recorded.pop(link, None)

    def touch_all(self) -> None:
        """Let every link be judged at the next turn."""
        self._touched.update(self._pairs)

    def outage(self, link: str) -> Outage | None:
        """The link's outage, or None when no end says that it is down, or the other end contradicts it since."""
        saying = [end for end, other in self._both(link) if _says_down(end, other)]
        if not saying:
            return None
        first = min(saying, key=lambda end: end.since)
        return Outage(self._recorded.get(link, first.since), first.device)

    def since(self, link: str) -> Instant | None:
        """Since when the link is down: as its ends tell it, or as was recorded while neither has spoken since the
        start; None when it is not."""
        outage = self.outage(link)
        return self._recorded.get(link) if outage is None else outage.since

    def told_at(self, link: str) -> Instant:
        """When an end last said that the link is down; negative when none does."""
        return max((end.at for end, other in self._both(link) if _says_down(end, other)), default=-1)

    def up_at(self, link: str) -> Instant:
        """When an end last said that the link is up; negative when none did."""
        upper, lower = self._pairs[link]
        return max(upper.up_at, lower.up_at)

    def up_since(self, link: str) -> Instant:
        """Since when the ends that say up do so, counted from the later one; negative when none does."""
        return max((end.since for end in self._pairs[link] if end.word is Word.UP), default=-1)

    def settles_at(self, link: str) -> Instant | None:
        """When one end's word will do, if the other stays silent; None when both have spoken, or none has."""
        words = {end.word for end in self._pairs[link]}
        return self._born + LAG if words == {Word.UP, Word.NOTHING} else None

    def back_at(self, link: str) -> Instant:
        """When an end last said that the link had come up again; negative when it was not seen to."""
        upper, lower = self._pairs[link]
        return max(upper.back_at, lower.back_at)

    def is_up(self, link: str, now: Instant) -> bool:
        """Whether the link is known to be up: no end says down, and both say up, or one does and the other had time."""
        upper, lower = self._pairs[link]
        words = {upper.word, lower.word}
        if self.outage(link) is not None or Word.UP not in words:
            return False
        if Word.DOWN in words:
            return True  # outdated by the other end's newer word
        return Word.NOTHING not in words or now >= self._born + LAG

    def cut(self, now: Instant, fresh: int, is_missing: Callable[[str], bool]) -> Mapping[str, Instant]:
        """Links that may explain a device that misses, with when their outage was first told.

        A word older than `fresh` explains nothing, except a missing device's own last word.
        """
        found: dict[str, Instant] = {}
        for link in list(self._suspects):
            ends = [end for end, other in self._both(link) if _says_down(end, other)]
            if not ends:
                if self.is_up(link, now):
                    self._suspects.discard(link)
                continue
            telling = [end for end in ends if now - end.at <= fresh or is_missing(end.device)]
            if telling:
                found[link] = self._recorded.get(link, min(end.since for end in telling))
        return found

    def _both(self, link: str) -> tuple[tuple[LinkEnd, LinkEnd], tuple[LinkEnd, LinkEnd]]:
        upper, lower = self._pairs[link]
        return (upper, lower), (lower, upper)


def _says_down(end: LinkEnd, other: LinkEnd) -> bool:
    """An end says down, unless the other end says up so much later that the first word is outdated."""
    return end.word is Word.DOWN and not (other.word is Word.UP and other.at > end.at + LAG)
