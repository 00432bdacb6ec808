"""Hands readable sockets to their channels, many at a time.

asyncio makes a handle and a context switch for each readable socket of each round. With thousands of sockets a poll of
our own, which the loop watches as *one* descriptor, saves a good part of what an answer costs.
"""

import asyncio
import select
from collections.abc import Callable
from typing import Final

MOST_AT_ONCE: Final = 128
"""Sockets served before the loop gets its turn again."""


class SocketHub:
    """An epoll of its own inside the running event loop (Linux)."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._epoll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}
        self._loop.add_reader(self._epoll.fileno(), self._serve)

    def add(self, descriptor: int, reader: Callable[[], None]) -> None:
        """Call `reader` whenever the descriptor is readable."""
        self._readers[descriptor] = reader
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove(self, descriptor: int) -> None:
        """No longer. A descriptor must be removed before it is closed."""
        del self._readers[descriptor]
        if not self._epoll.closed:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Watch nothing any more; calling it twice is harmless."""
        if not self._epoll.closed:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()

    def _serve(self) -> None:
        readers = self._readers
        for descriptor, _event in self._epoll.poll(0, MOST_AT_ONCE):
            # One that was served before may have closed this one.
            reader = readers.get(descriptor)
            if reader is not None:
                reader()
