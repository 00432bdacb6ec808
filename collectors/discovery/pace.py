"""The pace at which packets leave, for all addresses together."""

import asyncio
from collections.abc import Awaitable, Callable

from foundation.clock import Clock


class Pace:
    """So many packets a second, evenly."""

    def __init__(
        self, per_second: float, clock: Clock, *, rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._rest = rest
        self._spacing = 1 / per_second
        self._clock = clock
        self._free_at = clock.monotonic()

    async def turn(self) -> None:
        """Wait until one more packet may go."""
        now = self._clock.monotonic()
        at = max(self._free_at, now)
        self._free_at = at + self._spacing
        if at > now:
            await self._rest(at - now)

    def charge(self, packets: int) -> None:
        """Packets went that nobody waited a turn for: the next turn comes the later."""
        self._free_at = max(self._free_at, self._clock.monotonic()) + packets * self._spacing
