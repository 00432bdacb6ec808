"""Tells a blind collector from a network that is down.

When nothing answers any more, not the core routers and not what lies behind them, the fault is as likely in front of
the first of them: the collector's own port, switch or gateway. Then nothing is known of the network, so that one alarm
says so and no device is blamed.

- The collector's gateway answers: it is not blind, whatever else does not answer.
- The gateway is lost, and no device has answered since: it is blind.
- No gateway is watched: it is blind when all of several core routers, its first hops, fell silent within a short time
  and no device has answered since. A single core router that falls silent is down: nothing tells it from a blind
  collector, and an outage of the core is what must be told.
- Any answer proves that it sees again.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from foundation.clock import SECOND, Instant
from foundation.messages import Gateway

RACE: Final = 200
"""Milliseconds: a look that began this shortly after one that went unanswered may have been answered just before the
line was lost. It proves nothing."""

MOMENT: Final = SECOND
"""So long nothing must answer before it is called blindness."""


class View(StrEnum):
    """What is known of the collector's sight."""

    SEES = "sees"
    OPEN = "open"
    """Nothing has answered since the first miss; it is not known yet whether the collector is blind."""
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Blindness:
    """Since when nothing is seen, and what told it."""

    since: Instant
    gateway: bool
    """Whether the gateway is lost; else all first hops are."""


class Sight:
    """Follows answers, misses and the gateway. Every method takes plain values and instants."""

    def __init__(self, first_hops: Set[str], *, patience: int, together: int) -> None:
        """`patience`: how long a question may stay open, from the first confirmed miss and from that of a first hop;
        `together`: within what time first hops fall silent when they do so for one reason."""
        self._first_hops = first_hops
        self._patience = patience
        self._together = together
        self.blindness: Blindness | None = None
        self.back_at: Instant = -1
        """When something answered again after the latest blindness."""
        self._answered: Instant = -1
        self._gateway: Gateway | None = None
        self._opened: Instant | None = None
        self._hop_missed: Instant | None = None

    @property
    def answered(self) -> Instant:
        """The start of the latest look that was answered; negative before the first."""
        return self._answered

    def answer(self, at: Instant) -> None:
        """A look that began at `at` was answered."""
        if at > self._answered:
            self._answered = at

    def hear(self, gateway: Gateway | None) -> None:
        """What the collector tells of its gateway; None when it watches none, or it never answered."""
        self._gateway = gateway

    def look(self, missing: Mapping[str, Instant], undecided: Mapping[str, Instant], now: Instant) -> View:
        """Judge. `missing` are all devices that miss with their first miss, `undecided` those without a verdict."""
        if self.blindness is not None:
            if self._has_answered(self.blindness.since) or (self._gateway is not None and self._gateway.answers):
                self.blindness, self.back_at = None, now
                self._opened = self._hop_missed = None
                return View.SEES
            return View.BLIND
        # A clock that was set back must not make old answers count for ever.
        self._answered = min(self._answered, now)
        blindness = self._find(missing)
        if blindness is not None and now >= blindness.since + MOMENT:
            self.blindness = blindness
            return View.BLIND
        return View.OPEN if self._is_open(missing, undecided, now) else View.SEES

    def _find(self, missing: Mapping[str, Instant]) -> Blindness | None:
        gateway = self._gateway
        if gateway is not None:
            lost = not gateway.answers and not self._has_answered(gateway.since) and bool(missing)
            return Blindness(gateway.since, gateway=True) if lost else None
        since = [missing[hop] for hop in self._first_hops if hop in missing]
        if len(since) < max(2, len(self._first_hops)) or max(since) - min(since) > self._together:
            return None
        return None if self._has_answered(min(since)) else Blindness(min(since), gateway=False)

    def _is_open(self, missing: Mapping[str, Instant], undecided: Mapping[str, Instant], now: Instant) -> bool:
        if not undecided or self._has_answered(min(undecided.values())):
            self._opened = self._hop_missed = None
            return False
        if self._gateway is not None and self._gateway.answers and self._gateway.at >= min(undecided.values()):
            return False
        if self._opened is None:
            self._opened = now
        if self._hop_missed is None and any(hop in missing for hop in self._first_hops):
            self._hop_missed = now
        asked = max(self._opened, self._hop_missed or 0)
        return 0 <= now - asked < self._patience

    def _has_answered(self, since: Instant) -> bool:
        """Whether anything has answered since a moment at which something did not."""
        return self._answered > since + RACE
