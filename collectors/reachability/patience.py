"""How long to wait for an answer, from the device's own round trips as TCP does (RFC 6298), and how often to ask."""

from math import ceil, log
from typing import Final

SHORTEST: Final = 0.3
"""Seconds. Below this an agent that is briefly busy would count as lost."""
LONGEST: Final = 3.0
"""Seconds. Above this an outage would be seen too late."""
ATTEMPTS: Final = 4
"""Requests that go unanswered before a device counts as missed: over about five seconds, so that a line which flickers
for three is no outage."""
MOST_ATTEMPTS: Final = 10
"""Requests on a line that loses many."""
LONGEST_DOUBT: Final = 3.0
"""Seconds that the attempts beyond ATTEMPTS may take together: who judges waits for the parents of what misses, and not
for long."""
BY_CHANCE: Final = 1e-7
"""The chance of a look at which a device that is well seems to be missed: one in years, of one device."""
NEGLIGIBLE: Final = 0.01
"""A share of lost requests at which ATTEMPTS are enough."""
REMEMBERED: Final = 64
"""Requests over which the share of lost ones is reckoned."""
FIRST: Final = 8
"""How many answered requests the first lost one weighs as much as: what is known of a new device settles quickly."""
REFUSAL_PAUSE: Final = 1.0
"""Seconds from a refused request to the next: a restarting agent refuses for about that long."""


class Patience:
    """The waits for one device, in seconds."""

    __slots__ = ("_first", "_mean", "_spread", "_weight", "attempts", "loss", "wait")

    def __init__(self, first: float) -> None:
        self._first = min(first, LONGEST)
        self._mean = 0.0
        self._spread = 0.0
        self.wait = self._first
        """For the first attempt."""
        self.loss = 0.0
        """The share of requests that are lost while the device is well."""
        self.attempts = ATTEMPTS
        """Requests that go unanswered before the device counts as missed: more on a line that loses many."""
        self._weight = 1 / FIRST

    def answered(self, round_trip: float) -> None:
        """An answer came after this long."""
        if self.loss:
            self.loss -= self.loss * self._weight
            if self.loss < NEGLIGIBLE:
                self.loss, self.attempts = 0.0, ATTEMPTS
        mean = self._mean
        if mean == 0.0:
            self._mean = round_trip
            self._spread = round_trip / 2
        else:
            off = round_trip - mean
            self._mean = mean + off / 8
            self._spread += ((off if off > 0 else -off) - self._spread) / 4
        wait = self._mean + 4 * self._spread
        self.wait = SHORTEST if wait < SHORTEST else LONGEST if wait > LONGEST else wait

    def lost(self, requests: int) -> None:
        """So many requests went unanswered, though the device is well: it has answered since."""
        for _ in range(min(requests, REMEMBERED)):
            self.loss += (1 - self.loss) * self._weight
            self._weight = 1 / min(REMEMBERED, 1 / self._weight + FIRST)
        needed = ceil(log(BY_CHANCE) / log(self.loss)) if 0 < self.loss < 1 else ATTEMPTS
        self.attempts = max(ATTEMPTS, min(MOST_ATTEMPTS, needed, ATTEMPTS + int(LONGEST_DOUBT / self.wait)))

    @property
    def mean(self) -> float | None:
        """The mean round trip in seconds; None while none is known."""
        return self._mean or None

    def remember(self, round_trip: float, wait: float) -> None:
        """Begin with the mean round trip and the wait that an earlier run found; what can't be is passed over."""
        if 0.0 < round_trip < LONGEST and SHORTEST <= wait <= LONGEST:
            self._mean = round_trip
            self._spread = max(0.0, wait - round_trip) / 4
            self.wait = wait

    def attempt(self, number: int) -> float:
        """The wait of attempt 0, 1, 2 …: the later ones are long enough for a device that has become slow. Those beyond
        ATTEMPTS are there for lost packets alone, and need no longer wait than the first."""
        if number == 0 or number >= ATTEMPTS:
            return self.wait
        return min(LONGEST, max(2 * self.wait, self._first))

    def forget(self) -> None:
        """The device is down: when it is back, its way may be another."""
        self._mean = self._spread = 0.0
        self.wait = self._first
