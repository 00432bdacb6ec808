"""Tables that an inventory can do without: an agent that chokes on one must not cost us its interfaces."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from collectors.snmp.conversation import Conversation, Refused, Unanswered

T = TypeVar("T")

LONGEST: Final = 15.0
"""Seconds that one table may take."""
ALTOGETHER: Final = 30.0
"""Seconds that all of them may take: over a slow line the interfaces must not wait for ever."""
MOST_FAILURES: Final = 2
"""Tables that may fail before the others are not asked for any more."""


class SpareTables:
    """Reads tables as long as the agent bears it."""

    def __init__(self, talk: Conversation) -> None:
        """`talk` is the conversation that the tables are read by. Made on the running loop."""
        self.failures = 0
        self._talk = talk
        self._ends = asyncio.get_running_loop().time() + ALTOGETHER

    async def read(self, work: Callable[[], Awaitable[T]], otherwise: T, longest: float = LONGEST) -> T:
        """What `work` finds; `otherwise` where the agent does not answer it, not to its end, or takes too long.

        Raises Refused: an agent that does not take our login any more will answer nothing else either. Raises
        Unanswered when it answers nothing at all any more: that it is gone must not be noticed a table later each time.
        """
        now = asyncio.get_running_loop().time()
        if self.failures >= MOST_FAILURES or now >= self._ends:
            self.failures += 1
            return otherwise
        unfinished = self._talk.timing.unfinished
        try:
            async with asyncio.timeout_at(min(now + longest, self._ends)):
                found = await work()
        except Refused:
            raise
        except Unanswered:
            if not await self._talk.answers():
                raise
            self.failures += 1
            return otherwise
        except TimeoutError:
            self.failures += 1
            return otherwise
        if self._talk.timing.unfinished == unfinished:
            return found
        self.failures += 1
        # A part is better than nothing, though not better than what was whole.
        return otherwise or found
