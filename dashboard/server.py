"""The web server: waitress in a thread of its own, stopped within two seconds even while walls are streaming."""

import logging
import socket
import threading
from contextlib import suppress
from typing import Any, Final

from flask import Flask
from waitress.server import create_server

from dashboard.services import Services
from dashboard.web.context import EXTENSION
from foundation.problems import OperatorError

PAGE_THREADS: Final = 8
"""Threads for pages, beside one for each stream that may be open."""

LARGEST_BACKLOG: Final = 256 * 1024
"""Bytes that may wait for one slow reader; beyond, its own thread waits, and nobody else's."""

STOP_S: Final = 1.8
"""At most so long a stop takes; threads that are still busy then are left behind."""

GIVE_UP_MS: Final = 30_000
"""A reader that takes nothing for this long is cut off by the kernel (TCP_USER_TIMEOUT)."""

_log = logging.getLogger(__name__)


class WebServer:
    """Serves one application at one address."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.app = app
        self._host = host
        self._port = port
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def port(self) -> int:
        """The port in use: the one asked for, or the one found when that was 0."""
        return int(self._server.effective_port) if self._server is not None else self._port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = "127.0.0.1" if self._host in {"0.0.0.0", "::", ""} else self._host  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Listen and serve. Raises OperatorError when the address can't be used."""
        house: Services = self.app.extensions[EXTENSION]
        try:
            server = create_server(
                self.app,
                host=self._host,
                port=self._port,
                threads=PAGE_THREADS + house.settings.wall.streams,
                connection_limit=1000,
                channel_timeout=60,
                ident=None,
                asyncore_use_poll=True,  # select() fails above descriptor 1023, and the collector holds thousands
                outbuf_high_watermark=LARGEST_BACKLOG,
                clear_untrusted_proxy_headers=True,
                max_request_body_size=1024 * 1024,
            )
        except OSError as error:
            raise OperatorError(
                f"The web server can't listen on {self._host}:{self._port}: {error.strerror or error}. "
                "Stop the program that uses it, or set another dashboard.port."
            ) from None
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVE_UP_MS))
        server.adj.socket_options = options
        self._server = server
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        self._thread.start()
        _log.info("The web server listens on %s:%d.", self._host, self.port)

    def stop(self) -> None:
        """End the streams, close every connection, and wait for the threads; calling it twice is harmless."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        house: Services = self.app.extensions[EXTENSION]
        house.live.close()
        self._stopping.set()
        server.pull_trigger()
        thread.join(timeout=STOP_S)
        if not thread.is_alive():
            # Last of all: until then this thread and the workers may still pull it.
            server.trigger.close()
        self._thread = None
        _log.info("The web server has stopped.")

    def _serve(self) -> None:
        """The loop that waitress would run, with an end: first the sockets, then the worker threads."""
        server = self._server
        while not self._stopping.is_set():
            server.asyncore.loop(timeout=1.0, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)
        for dispatcher in list(server._map.values()):
            with suppress(OSError):
                if dispatcher is server:
                    server.asyncore.dispatcher.close(server)  # its own close would take the trigger along
                elif dispatcher is not server.trigger:
                    dispatcher.handle_close()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=STOP_S / 2)
