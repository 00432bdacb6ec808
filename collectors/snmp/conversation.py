"""Requests to one agent that are awaited: for the inventory, where convenience counts more than microseconds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from collectors.budget.exchange import seen_octets
from collectors.reachability.patience import ATTEMPTS, Patience
from collectors.snmp.channel import Channel
from collectors.snmp.credentials import Refusal, Version
from collectors.snmp.gufo import Answer, GetIter, Row, Value
from collectors.snmp.oids import SYS_UPTIME
from collectors.snmp.sizing import RequestSize
from collectors.telemetry import Telemetry

Outcome = TypeVar("Outcome")

MOST_ROWS: Final = 4_096
"""Of one column: a walk that is longer is stopped."""
MOST_STEPS: Final = 1_024
"""Requests of one walk by GETBULK; by GETNEXT, which brings one row a request, the rows are the limit."""
LONGEST_WALK: Final = 45.0
"""Seconds from the first answer of a walk to its last."""


class Unanswered(Exception):  # noqa: N818 - it is an outcome, not a defect
    """The agent did not answer any of the attempts."""


class Refused(Unanswered):
    """The agent is there and refuses the login, or every one of them; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(slots=True)
class Timing:
    """What the requests of a conversation cost."""

    requests: int = 0
    timeouts: int = 0
    octets: int = 0
    """What they put on the line, both ways, headers included: an estimate."""
    unfinished: int = 0
    """Walks that the agent did not let come to their end: what they found is not all there is."""


class Conversation:
    """Awaited requests over a channel, retried, split where the agent can't take them whole."""

    def __init__(self, channel: Channel, patience: Patience, size: RequestSize, telemetry: Telemetry) -> None:
        self.timing = Timing()
        self.silent_since: float | None = None
        """When the first of the requests was sent, on the monotonic clock, since which none has been answered; None
        when the last one was."""
        self._channel = channel
        self._patience = patience
        self._size = size
        self._telemetry = telemetry

    async def greet(self) -> Answer:
        """sysUpTime by the first login that is answered, which is remembered.

        Raises Refused where the agent says of one that it is not right, and answers none; else Unanswered.
        """
        keyring = self._channel.keyring
        refusal: Refusal | None = None
        for attempt in range(max(ATTEMPTS, len(keyring))):
            answer = await self._ask([SYS_UPTIME], self._patience.attempt(min(attempt, ATTEMPTS - 1)))
            if answer or (answer is not None and self._channel.refusal is None):
                keyring.prove()
                return answer
            refusal = self._channel.refusal or refusal
            if not keyring.proved or answer is not None:
                self._channel.turn()
        raise Unanswered if refusal is None else Refused(refusal)

    async def answers(self) -> bool:
        """Whether one small request, asked once, is answered: a table was not, and the agent may be gone."""
        return await self._ask([SYS_UPTIME], self._patience.attempt(1)) is not None

    async def get(self, oids: Sequence[str]) -> Answer:
        """The values of these instances; those that don't exist are left out. Raises Unanswered."""
        merged: Answer = {}
        start = 0
        while start < len(oids):
            part = list(oids[start : start + self._size.size - 1])
            merged.update(await self._get_part(part))
            start += len(part)
        return merged

    async def _get_part(self, part: list[str]) -> Answer:
        # With the agent's clock, which every agent has, an answer is empty only for an error status.
        clocked = SYS_UPTIME in part
        asked = part if clocked else [SYS_UPTIME, *part]
        answer = await self._persist(lambda wait: self._ask(asked, wait), can_shrink=len(part) > 1)
        if answer:
            if not clocked:
                answer.pop(SYS_UPTIME, None)
            return answer
        if answer is not None:
            self._raise_if_refused()
        if len(part) == 1:
            return {}
        if answer is None:
            # The agent is well, and its long answers are lost on the way.
            self._size.shrink()
        middle = len(part) // 2
        first, second = await self._get_part(part[:middle]), await self._get_part(part[middle:])
        if answer is not None and first and second:
            # Both halves went through: the whole was too big.
            self._size.shrink()
        return {**first, **second}

    async def walk(self, column: str, most: int = MOST_ROWS) -> dict[str, Value]:
        """All instances of a column, by the index after the column's OID, in the agent's order. Raises Unanswered.

        A walk ends, and is counted as broken, at `most` rows, after MOST_STEPS requests or LONGEST_WALK seconds, and
        where the agent leads back to a row that it has told before. Rows out of order are taken as they come.
        """
        best: dict[str, Value] = {}
        while True:
            found, whole = await self._walk(column, most)
            if len(found) > len(best):
                best = found
            if whole:
                return found
            # An error status, or long answers that are lost: ask for fewer rows at a time.
            if self._channel.version is Version.V1 or not self._size.fewer():
                self._telemetry.broken_walks += 1
                self.timing.unfinished += 1
                return best

    async def walk_table(self, columns: Sequence[str], most: int = MOST_ROWS) -> dict[str, dict[str, Value]]:
        """Several columns of one table, by column and index. Raises Unanswered.

        The first one is walked and tells the rows, so it must be a column that every row has. Of the others exactly
        those instances are asked for, in full packets: what is absent leaves a gap, and never moves another's value.
        """
        first, *others = columns
        found = {first: await self.walk(first, most)}
        answer = await self.get([f"{column}.{index}" for index in found[first] for column in others])
        for column in others:
            found[column] = {
                index: answer[instance] for index in found[first] if (instance := f"{column}.{index}") in answer
            }
        return found

    async def _walk(self, column: str, most: int) -> tuple[dict[str, Value], bool]:
        """What was found, and whether the walk came to its end or a limit."""
        bulky = self._channel.version is not Version.V1
        iterator = GetIter(column, self._size.repetitions)
        found: dict[str, Value] = {}
        steps, began = 0, -1.0
        cut = len(column) + 1
        while True:
            rows = await self._persist(lambda wait: self._ask_rows(iterator, wait), can_shrink=bulky)
            if rows is None:
                return found, False
            steps += 1
            began = self._channel.came if began < 0 else began
            for row in rows:
                if row is None:
                    return found, True
                index = row[0][cut:]
                if index in found or len(found) >= most:
                    self._telemetry.broken_walks += 1
                    return found, True
                found[index] = row[1]
            if not rows:
                self._raise_if_refused()
                return found, not self._channel.last_error
            if (bulky and steps >= MOST_STEPS) or self._channel.came - began > LONGEST_WALK:
                self._telemetry.broken_walks += 1
                return found, True

    def _raise_if_refused(self) -> None:
        refusal = self._channel.refusal
        if refusal is not None and refusal is not Refusal.NOT_PERMITTED:
            raise Refused(refusal)

    async def _persist(self, send: Callable[[float], Awaitable[Outcome | None]], *, can_shrink: bool) -> Outcome | None:
        """The outcome of the first attempt that is answered; None where the agent answers small requests only.

        Raises Unanswered.
        """
        for attempt in range(ATTEMPTS):
            outcome = await send(self._patience.attempt(attempt))
            if outcome is not None:
                return outcome
            if can_shrink and attempt == 1 and await self._ask([SYS_UPTIME], self._patience.attempt(1)) is not None:
                return None
        raise Unanswered

    async def _ask(self, oids: list[str], wait: float) -> Answer | None:
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def done(answer: Answer | None, took: float) -> None:
            self._settle(answer is not None, took)
            self.timing.octets += seen_octets(oids, (answer or {}).items())
            if not future.done():
                future.set_result(answer)

        self._channel.ask(oids, wait, done)
        return await future

    async def _ask_rows(self, iterator: GetIter, wait: float) -> list[Row | None] | None:
        future: asyncio.Future[list[Row | None] | None] = asyncio.get_running_loop().create_future()

        def done(rows: list[Row | None] | None, took: float) -> None:
            self._settle(rows is not None, took)
            self.timing.octets += seen_octets((SYS_UPTIME,), (row for row in rows or () if row is not None))
            if not future.done():
                future.set_result(rows)

        self._channel.walk(iterator, wait, done)
        return await future

    def _settle(self, answered: bool, took: float) -> None:
        self.timing.requests += 1
        if answered:
            self.silent_since = None
            self._patience.answered(took)
        else:
            if self.silent_since is None:
                self.silent_since = self._channel.came - took
            self.timing.timeouts += 1
