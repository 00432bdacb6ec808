"""Whether the collector's own gateways answer: what tells a blind collector from a network that is down."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from foundation.clock import Clock, Instant
from foundation.messages import Gateway

ROUNDS: Final = 2
"""Rounds of pings in a row in which no gateway answers before they count as lost: one packet may get lost."""
PAUSE: Final = 2.0
"""Seconds between two rounds."""


class Gateways:
    """What is known of them, from rounds of pings. Pure."""

    def __init__(self) -> None:
        self.word: Gateway | None = None
        """None until one of them has answered: a gateway that answers no pings tells nothing by its silence."""
        self._unanswered: list[Instant] = []

    def round(self, at: Instant, *, answered: bool) -> bool:
        """Take a round of pings that began at `at`; whether what is known has changed."""
        word = self.word
        if answered:
            self._unanswered.clear()
            since = word.since if word is not None and word.answers else at
            self.word = Gateway(answers=True, since=since, at=at)
            return word is None or not word.answers
        if word is None or not word.answers:
            return False
        self._unanswered.append(at)
        if len(self._unanswered) < ROUNDS:
            return False
        self.word = Gateway(answers=False, since=self._unanswered[0], at=word.at)
        return True


async def watch_gateways(
    addresses: Sequence[str],
    ping: Callable[[str], Awaitable[bool]],
    gateways: Gateways,
    changed: Callable[[], None],
    clock: Clock,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Ping the gateways for ever; `changed` is called when what is known of them has changed."""
    while True:
        at = clock.now()
        answers = await asyncio.gather(*(ping(address) for address in addresses))
        if gateways.round(at, answered=any(answers)):
            changed()
        await pause(PAUSE)
