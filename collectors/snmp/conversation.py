"""Requests to one agent that are awaited: for the inventory, where convenience counts more than microseconds."""

import asyncio
from dataclasses import dataclass
from typing import Final

from collectors.reachability.patience import ATTEMPTS, Patience
from collectors.snmp.channel import Channel, Row
from collectors.snmp.gufo import Answer, GetIter, Value
from collectors.snmp.sizing import RequestSize
from collectors.telemetry import Telemetry

MOST_ROWS: Final = 4_096
"""Of one column: a walk that is longer is stopped."""
REPETITIONS: Final = 40
FEW_REPETITIONS: Final = 8
"""For a second attempt at a column whose long answers don't come through."""


class Unanswered(Exception):  # noqa: N818 - it is an outcome, not a defect
    """The agent did not answer any of the attempts."""


@dataclass(slots=True)
class Timing:
    """What the requests of a conversation cost."""

    requests: int = 0
    timeouts: int = 0


class Conversation:
    """Awaited requests over a channel, retried, split where the agent can't take them whole."""

    def __init__(self, channel: Channel, patience: Patience, size: RequestSize, telemetry: Telemetry) -> None:
        self.timing = Timing()
        self._channel = channel
        self._patience = patience
        self._size = size
        self._telemetry = telemetry

    async def get(self, oids: list[str]) -> Answer:
        """The values of these instances; those that don't exist are left out. Raises Unanswered."""
        merged: Answer = {}
        start = 0
        while start < len(oids):
            part = oids[start : start + self._size.size]
            merged.update(await self._get_part(part))
            start += len(part)
        return merged

    async def _get_part(self, part: list[str]) -> Answer:
        for attempt in range(ATTEMPTS):
            answer = await self._ask(part, self._patience.attempt(attempt))
            if answer is None:
                continue
            if answer or len(part) == 1:
                return answer
            # An error status, or nothing there at all: halves find the part that can be answered.
            middle = len(part) // 2
            return {**await self._get_part(part[:middle]), **await self._get_part(part[middle:])}
        if len(part) > 1 and self._size.shrink():
            # The agent may be well, and its long answers lost on the way.
            middle = len(part) // 2
            return {**await self._get_part(part[:middle]), **await self._get_part(part[middle:])}
        raise Unanswered

    async def walk(self, column: str) -> dict[str, Value]:
        """All instances of a column, by the index after the column's OID, in the agent's order. Raises Unanswered."""
        try:
            return await self._walk(column, REPETITIONS)
        except Unanswered:
            return await self._walk(column, FEW_REPETITIONS)

    async def _walk(self, column: str, repetitions: int) -> dict[str, Value]:
        iterator = GetIter(column, repetitions)
        found: dict[str, Value] = {}
        last: tuple[int, ...] = ()
        cut = len(column) + 1
        while True:
            rows = await self._step(iterator)
            for row in rows:
                if row is None:
                    return found
                oid, value = row
                index = oid[cut:]
                position = tuple(int(arc) for arc in index.split(".") if arc)
                if position <= last or len(found) >= MOST_ROWS:
                    self._telemetry.broken_walks += 1
                    return found
                last = position
                found[index] = value
            if not rows:
                return found

    async def _step(self, iterator: GetIter) -> list[Row | None]:
        for attempt in range(ATTEMPTS):
            rows = await self._ask_rows(iterator, self._patience.attempt(attempt))
            if rows is not None:
                return rows
        raise Unanswered

    async def _ask(self, oids: list[str], wait: float) -> Answer | None:
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def done(answer: Answer | None, took: float) -> None:
            self._settle(answer is not None, took)
            if not future.done():
                future.set_result(answer)

        self._channel.ask(oids, wait, done)
        return await future

    async def _ask_rows(self, iterator: GetIter, wait: float) -> list[Row | None] | None:
        future: asyncio.Future[list[Row | None] | None] = asyncio.get_running_loop().create_future()

        def done(rows: list[Row | None] | None, took: float) -> None:
            self._settle(rows is not None, took)
            if not future.done():
                future.set_result(rows)

        self._channel.walk(iterator, wait, done)
        return await future

    def _settle(self, answered: bool, took: float) -> None:
        self.timing.requests += 1
        if answered:
            self._patience.answered(took)
        else:
            self.timing.timeouts += 1
