"""Whether a line that is told down was lost by itself, or went with a device at one of its ends.

The alarm of a line waits until both its ends have spoken since: an end that answers was not the cause, one that falls
silent gets its verdict first. It waits for evidence, never for ever.
"""

from collections.abc import Iterator
from typing import Final

from alerting.judge.causes import Causes
from alerting.judge.links import LinkWatch, Outage
from alerting.reachability.together import went_after
from alerting.settings import JudgingSettings
from foundation.clock import Instant
from topology.model import Link
from topology.network import Network

NEVER: Final = -1


class Lines:
    """Holds lines that are told down, asks for looks at their ends, and names the device that took a line with it."""

    def __init__(self, network: Network, links: LinkWatch, causes: Causes, settings: JudgingSettings) -> None:
        self._network = network
        self._links = links
        self._causes = causes
        self._settings = settings
        self._held: dict[str, Instant] = {}
        self._let_go: dict[str, Instant] = {}
        """Lines whose hold is over, with the outage that it was about."""
        self._looks: dict[str, Instant] = {}
        """Lines of a device that came back, with the moment from which what their ends say counts."""
        self._asked: dict[str, Instant] = {}
        self._polls: set[str] = set()

    def take_polls(self) -> set[str]:
        """Devices to look at now, since the last call."""
        polls, self._polls = self._polls, set()
        return polls

    def is_held(self, link: str) -> bool:
        """Whether it is not known yet what took a line that is told down."""
        return link in self._held

    def is_lost(self, link: Link) -> bool:
        """Whether it carries nothing to its lower end: it is told down, or its upper end is down or cut off."""
        return self._links.outage(link.id) is not None or link.upper in self._causes.verdicts

    def forget(self, link: str) -> None:
        """Nobody says any more that the line is down."""
        self._held.pop(link, None)
        self._let_go.pop(link, None)
        self._looks.pop(link, None)

    def due(self, now: Instant) -> set[str]:
        """Lines to judge again: those that are held, and those whose device has had its time to return."""
        due = {link for link, at in self._looks.items() if now >= at}
        for link in due:
            # What its ends said is older than the device's return: they are asked, and their answer counts.
            if self._links.told_at(link) < self._looks[link] and now < self._looks[link] + self._settings.hold:
                self._ask(self._ends(link), self._looks[link], now)
            else:
                del self._looks[link]
        return due | self._held.keys()

    def waits(self, link: str, outage: Outage, now: Instant) -> bool:
        """Whether a line's alarm must wait: an end of it has said nothing since, or misses and has no verdict yet."""
        if self._let_go.get(link) == outage.since:
            return False
        since = self._held.setdefault(link, now)
        ends = [end for end in self._ends(link) if self._causes.answered.get(end, NEVER) < outage.since]
        unheard = [end for end in ends if end not in self._causes.missing]
        unjudged = [end for end in ends if end in self._causes.missing and end not in self._causes.verdicts]
        if (unheard or unjudged) and since <= now < since + self._settings.hold:
            self._ask(unheard, outage.since, now)
            return True
        del self._held[link]
        self._let_go[link] = outage.since
        return False

    def takers(self, link: str, now: Instant) -> Iterator[tuple[str, str]]:
        """What may have taken a line with it, each with the end that it is about: an end that is down, or was until
        lately. What cuts an end off takes no line that an answering end told to be down."""
        since = self._links.since(link)
        if since is None:
            return
        causes = self._causes
        for end in self._ends(link):
            verdict = causes.verdicts.get(end)
            if verdict is None or not went_after(since, causes.lived(end)):
                continue
            if verdict.is_down:
                yield end, f"device:{end}"
        for end in self._ends(link):
            back = causes.returned(end)
            if back is not None and back.was_down and went_after(since, back.lived) and self.is_returning(link, now):
                yield end, f"device:{end}"

    def is_returning(self, link: str, now: Instant) -> bool:
        """Whether an end of a line came back so lately that what is told of the line may be outdated."""
        for end in self._ends(link):
            back = self._causes.returned(end)
            if back is None:
                continue
            # Its ports come up after it, and its neighbours tell that when they are next looked at.
            counts_from = back.at + self._settings.return_grace
            if self._links.told_at(link) < counts_from and now < counts_from + self._settings.hold:
                self._looks[link] = counts_from
                return True
        return False

    def _ends(self, link: str) -> tuple[str, ...]:
        found = self._network.links.get(link)
        return () if found is None else (found.upper, found.lower)

    def _ask(self, devices: list[str] | tuple[str, ...], since: Instant, now: Instant) -> None:
        """Look at these devices, once for every moment that is in question."""
        wanted = {device for device in devices if not since <= self._asked.get(device, NEVER) <= now}
        self._asked |= dict.fromkeys(wanted, now)
        self._polls |= wanted
