"""The platform's side: takes one request a connection, tells how it goes on, and ends with an answer or a refusal.

Each message is one line of JSON. The request is `{"do": name, …}`; what comes back is any number of
`{"progress": {…}}`, then `{"done": {…}}` or `{"refused": "a sentence"}`.
"""

import asyncio
import json
import logging
import os
import stat
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from foundation.problems import OperatorError
from yunwei.control.client import is_running
from yunwei.control.socket_path import SOCKET, socket_path

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 8
"""Connections."""
LONGEST_REQUEST: Final = 16_384
"""Bytes."""
SIGN_OF_LIFE_SECONDS: Final = 20.0
REQUEST_SECONDS: Final = 5.0
"""How long a request may take to arrive."""

T = TypeVar("T")
Tell = Callable[[Mapping[str, Any]], Awaitable[None]]
Handler = Callable[[Mapping[str, Any], Tell], Awaitable[Mapping[str, Any]]]
"""Does what is asked, with the request, and a way to tell how far it is; raises OperatorError to refuse."""


async def telling(tell: Tell, work: Awaitable[T]) -> T:
    """The result of work that may take longer than who asked waits in silence: it is told now and then that it goes on.

    Raises what the work raises. Work on a thread goes on to its end when who asked has gone.
    """
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=SIGN_OF_LIFE_SECONDS))[0]:
            await tell({})
    finally:
        task.cancel()
    return await task


class ControlServer:
    """Listens from `start` to `stop`."""

    def __init__(self, data: Path, handlers: Mapping[str, Handler]) -> None:
        self._data = data
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self._connections = 0

    async def start(self) -> None:
        """Listen. Raises OperatorError when another platform uses the same data directory, or no socket can be had."""
        if await asyncio.to_thread(is_running, self._data):
            raise OperatorError(
                f"A platform with the data directory {self._data} runs already. Stop it first, or give this one "
                "another data directory."
            )
        path = self._data / SOCKET
        mask = os.umask(0o177)
        try:
            path.unlink(missing_ok=True)  # of one that was killed
            with socket_path(self._data) as name:
                self._server = await asyncio.start_unix_server(self._serve, name, limit=LONGEST_REQUEST)
        except OSError as error:
            raise OperatorError(
                f"The data directory {self._data} can't be written ({error.strerror}): no socket for commands can be "
                "opened there. Give the directory to the platform's user, or name another one."
            ) from None
        finally:
            os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    async def stop(self) -> None:
        """Listen no more; calling it twice is harmless."""
        if self._server is not None:
            self._server.close()
            self._server = None
            (self._data / SOCKET).unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(message: Mapping[str, Any]) -> None:
            writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
            await writer.drain()

        self._connections += 1
        try:
            if self._connections > MOST_AT_ONCE:
                await say({"refused": "The platform is busy with other commands. Try again in a moment."})
                return
            await say(await self._answer(reader, lambda progress: say({"progress": progress})))
        except (ConnectionError, TimeoutError, asyncio.LimitOverrunError, ValueError):
            pass  # who asked has gone, or sent no request
        finally:
            self._connections -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, tell: Tell) -> Mapping[str, Any]:
        async with asyncio.timeout(REQUEST_SECONDS):
            request = json.loads(await reader.readline())
        handler = self._handlers.get(str(request.get("do"))) if isinstance(request, dict) else None
        if handler is None:
            return {"refused": "The running platform does not know this command: it is of another version. Restart it."}
        try:
            return {"done": await handler(request, tell)}
        except OperatorError as error:
            return {"refused": str(error)}
        except ConnectionError:
            raise
        except Exception:
            log.exception("The command %s failed by a defect.", request["do"])
            return {"refused": "The command failed by a defect of the platform; its log has the whole story."}
