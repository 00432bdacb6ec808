"""Records one device: a walk, at a pace that a weak device bears, and what happens when it falls silent."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from collectors.recording.records import Oid, Record
from collectors.recording.session import ErrorStatusError, Rows, Session, SilentError
from collectors.recording.walk import ROOTS, Walk
from foundation.clock import Clock

UPTIME: Final = (1, 3, 6, 1, 2, 1, 1, 3, 0)
REGAIN: Final = 20
"""Good answers after which more objects are asked for at once again."""
PAUSES: Final = (5.0, 15.0, 30.0)
"""Seconds of rest for a device that fell silent altogether, before it is asked again."""
LONGEST_REST: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLimits:
    """How much, and how fast."""

    objects: int = 1_000_000
    """At most; an agent that never ends is ended here."""
    requests_per_second: float = 20.0
    """At most. Beyond that the device rests as long after each answer as it took to give it."""
    repetitions: int = 25
    """Objects asked for in one request; fewer where the agent can't."""
    skipped: int = 200
    """Places at most that are stepped over."""


@dataclass(slots=True)
class Recorded:
    """How a recording went, or how it stands."""

    objects: int = 0
    requests: int = 0
    timeouts: int = 0
    last: Oid | None = None
    complete: bool = False
    """The walk came to its end."""
    silent: bool = False
    """The device fell silent and did not come back."""
    skipped: list[Oid] = field(default_factory=list)
    """After which objects something could not be read."""


class Recorder:
    """Walks one device and hands out its objects in order. One request is under way at a time."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        limits: RecordingLimits,
        *,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._clock = clock
        self._limits = limits
        self._rest = rest
        self._repetitions = limits.repetitions
        self._good = 0
        self._regain = REGAIN
        self._doubted: Oid | None = None
        """What was asked last without an answer, though the device is there: once may be a lost packet."""
        self.state = Recorded()

    async def run(
        self, write: Callable[[Record], None], *, roots: Iterable[Oid] = ROOTS, last: Oid | None = None
    ) -> Recorded:
        """Walk until the end, a limit, or lasting silence. `last` resumes a former walk behind that object.

        Raises OperatorError when the device refuses the credentials.
        """
        walk, state = Walk(roots, last), self.state
        state.skipped = walk.skipped
        while (after := walk.asks) is not None:
            if state.objects >= self._limits.objects or len(walk.skipped) > self._limits.skipped:
                return state
            try:
                rows = await self._paced(after)
            except ErrorStatusError:
                if not self._ask_for_fewer():
                    walk.step_over()
                continue
            except SilentError:
                if self._ask_for_fewer():
                    continue
                if not await self._is_there():
                    state.silent = True
                    return state
                if self._doubted == after:
                    walk.step_over()
                self._doubted = after
                continue
            for record in walk.took(rows.records, rows.ended):
                write(record)
                state.objects += 1
                state.last = record.oid
            self._ask_for_more()
        state.complete = True
        return state

    async def _paced(self, after: Oid) -> Rows:
        began = self._clock.monotonic()
        self.state.requests += 1
        try:
            rows = await self._session.after(after, self._repetitions)
        except SilentError:
            self.state.timeouts += 1
            self._good = 0
            raise
        took = self._clock.monotonic() - began
        await self._rest(max(1 / self._limits.requests_per_second - took, min(took, LONGEST_REST)))
        return rows

    def _ask_for_fewer(self) -> bool:
        """False when it is one already."""
        self._good = 0
        if self._repetitions == 1:
            return False
        self._repetitions = max(1, self._repetitions // 4)
        # Each failure makes the next attempt at more rarer: every one costs a timeout.
        self._regain *= 2
        return True

    def _ask_for_more(self) -> None:
        self._good += 1
        if self._good >= self._regain and self._repetitions < self._limits.repetitions:
            self._repetitions = min(self._limits.repetitions, self._repetitions * 2)
            self._good = 0

    async def _is_there(self) -> bool:
        """Whether it answers at all, given time to come back."""
        for pause in (0.0, *PAUSES):
            if pause:
                await self._rest(pause)
            self.state.requests += 1
            try:
                await self._session.get([UPTIME])
            except SilentError:
                self.state.timeouts += 1
                continue
            except ErrorStatusError:
                pass
            return True
        return False
