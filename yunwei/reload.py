"""The wish for a reload, by signal or by command, and what became of it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from foundation.problems import OperatorError
from yunwei.control.server import Tell


class Reload:
    """On the event loop only. Those who ask while one is under way learn what becomes of the next."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []

    def ask(self) -> None:
        """Reload as soon as may be."""
        self.asked.set()

    async def command(self, _request: Mapping[str, Any], _tell: Tell) -> Mapping[str, Any]:
        """Reload, and answer when the new configuration is in force. Raises OperatorError when it is refused."""
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(outcome)
        self.ask()
        await outcome
        return {}

    def done(self) -> None:
        """A platform has started."""
        for outcome in self._take():
            outcome.set_result(None)

    def refused(self, sentence: str) -> None:
        """The new configuration was not taken, and why."""
        for outcome in self._take():
            outcome.set_exception(OperatorError(sentence))

    def _take(self) -> list[asyncio.Future[None]]:
        waiting, self._waiting = self._waiting, []
        return [outcome for outcome in waiting if not outcome.done()]
