"""The inbox from start to stop."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from waitress.server import create_server

from foundation.clock import Clock
from foundation.problems import OperatorError
from simulator.inbox.gateway import create_gateway
from simulator.inbox.mail import serve_mail
from simulator.inbox.settings import InboxSettings
from simulator.inbox.store import Post

log = logging.getLogger(__name__)

_THREADS: Final = 4
_PATIENCE: Final = 0.4
"""Seconds that stopping waits for requests under way."""


class Inbox:
    """A mail server and an SMS gateway on 127.0.0.1."""

    def __init__(self, settings: InboxSettings, clock: Clock) -> None:
        self.post = Post(settings.keep)
        self.smtp_port = settings.smtp_port
        """The port in use, once started."""
        self.http_port = settings.http_port
        self._settings = settings
        self._clock = clock
        self._mail: asyncio.Server | None = None
        self._web: Any = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Listen on both ports.

        Raises OperatorError when one is taken, or the token can't be read.
        """
        token = None if self._settings.token is None else self._settings.token.resolve()
        app = create_gateway(self.post, self._clock, token)
        self._mail = await serve_mail(self.post, self._clock, self._settings.smtp_port)
        self.smtp_port = int(self._mail.sockets[0].getsockname()[1])
        try:
            self._web = create_server(
                app, host="127.0.0.1", port=self._settings.http_port, threads=_THREADS, ident=None, connection_limit=100
            )
        except OSError as error:
            self._mail.close()
            raise OperatorError(
                f"TCP port {self._settings.http_port} for the inbox's SMS gateway can't be opened: "
                f"{error.strerror or error}. Stop what uses it, or choose another port."
            ) from None
        self.http_port = int(self._web.effective_port)
        self._thread = threading.Thread(target=self._web.run, name="inbox", daemon=True)
        self._thread.start()
        log.info("The inbox takes messages.", extra={"smtp_port": self.smtp_port, "http_port": self.http_port})

    async def stop(self) -> None:
        """Close both; calling it twice is harmless."""
        if self._mail is not None:
            self._mail.close()
            self._mail = None
        if self._thread is not None:
            web, thread = self._web, self._thread
            self._thread = None
            # First the workers, who may still pull the trigger. Then the server's own thread closes its sockets: with
            # none left, its loop returns.
            await asyncio.to_thread(web.task_dispatcher.shutdown, True, _PATIENCE)
            web.trigger.pull_trigger(lambda: web.asyncore.close_all(web._map, ignore_all=True))
            await asyncio.to_thread(thread.join, _PATIENCE)


async def run_inbox(settings: InboxSettings, clock: Clock, *, started: Callable[[], None] | None = None) -> None:
    """Take messages until cancelled; `started` is called once both ports listen.

    Raises OperatorError when a port is taken.
    """
    inbox = Inbox(settings, clock)
    await inbox.start()
    try:
        if started is not None:
            started()
        await asyncio.Event().wait()
    finally:
        await inbox.stop()
