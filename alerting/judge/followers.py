"""The timelines that follow from others: links from ports and devices, then sites and private networks from all."""

from collections.abc import Iterable

from alerting.judge.book import AlertBook
from alerting.judge.journal import Journal
from alerting.judge.line_states import LineStates
from alerting.judge.links import LinkWatch
from alerting.judge.states import States
from alerting.judge.wholes import Wholes
from alerting.timeline.track import DEVICE, IntervalEffect
from alerting.timeline.tracks import Tracks
from foundation.clock import Instant
from foundation.messages import StateChange
from topology.network import Network


class Followers:
    """Keeps those timelines current, once verdicts fall. Until then they are unknown."""

    def __init__(
        self, network: Network, links: LinkWatch, states: States, book: AlertBook, tracks: Tracks, journal: Journal
    ) -> None:
        self._states = states
        self._journal = journal
        self.lines = LineStates(network, links, states, book, tracks.links)
        self._wholes = Wholes(network, tracks)
        self._seeded = False
        self._between: list[IntervalEffect] = []
        """What the timelines of links have entered since the last turn."""
        links.between = self._change_again

    def _change_again(self, link: str, at: Instant) -> None:
        """Before the first verdicts links are unknown, and stay so."""
        effect = self.lines.change_again(link, at) if self._seeded else None
        if effect is not None:
            self._between.append(effect)

    def _is_over(self, effect: IntervalEffect) -> bool:
        """Whether a device that was lost, by what its timeline entered, answers again."""
        latest = self._states.latest(effect.id)
        return latest is not None and latest.state.is_served and latest.at > effect.start

    def turn(self, links: Iterable[str], alerted: Iterable[str], now: Instant) -> None:
        """Follow what has entered since the last call. `links`: those on which something was said; `alerted`: devices
        on which alerts began or ceased to fire."""
        entered = self._states.take_entered()
        found, self._between = self._between, []
        for effect in entered:
            if effect.kind == DEVICE:
                if effect.state.is_lost and self._seeded and self._is_over(effect):
                    found += self.lines.flash(effect)
                self.lines.follow(effect)
        for device in alerted:
            self.lines.touch(device)
        found += self.lines.turn(links, now)
        if self._seeded:
            found += self._wholes.turn([*entered, *found])
        else:
            self._seeded = True
            found += self._wholes.seed(now)
        self._journal.intervals += found
        self._journal.messages += [
            StateChange(effect.kind, effect.id, effect.state, effect.start, effect.cause) for effect in found
        ]
