"""The in-process bus: bounded mailboxes between the rooms.

A publisher never waits and never fails because of a reader. A reader takes everything that is waiting as one batch,
which is what makes the hot path cheap. A full mailbox drops its *oldest* message and counts it: the newest truth is
kept, and the loss is seen in `/metrics`.

Publishing is safe from any thread; a mailbox is read either by one coroutine (`batch`) or by threads (`take`).
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

from foundation.messages import Message

M = TypeVar("M", bound=Message)


class Mailbox(Generic[M]):
    """One reader's bounded queue of the message types it asked for."""

    def __init__(self, name: str, kinds: tuple[type[M], ...], capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a mailbox holds at least one message")
        self.name = name
        self.kinds = kinds
        self.dropped = 0
        self._capacity = capacity
        self._waiting: deque[M] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    def put(self, message: M) -> None:
        """Add a message, dropping the oldest when full."""
        with self._lock:
            if len(self._waiting) >= self._capacity:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(message)
            loop, wake = self._loop, self._wake
            # Only the first message after a batch wakes the reader: a burst costs one wake-up.
            first = len(self._waiting) == 1
        if first and loop is not None and wake is not None:
            # A loop that closes meanwhile refuses; its reader is gone, and the message waits for the next one.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(wake.set)

    def take(self) -> list[M]:
        """Everything that waits, without waiting."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
            return taken

    async def batch(self) -> list[M]:
        """Wait until there is something, and take all of it."""
        running = asyncio.get_running_loop()
        with self._lock:
            if self._wake is None or self._loop is not running:
                self._loop = running
                self._wake = asyncio.Event()
            wake = self._wake
        while True:
            wake.clear()
            taken = self.take()
            if taken:
                return taken
            await wake.wait()


class Bus:
    """Hands each published message to every mailbox that asked for its type."""

    def __init__(self) -> None:
        self._subscribing = threading.Lock()
        self._mailboxes: tuple[Mailbox[Message], ...] = ()
        self._routes: dict[type, tuple[Mailbox[Message], ...]] = {}

    def subscribe(self, name: str, *kinds: type[M], capacity: int = 20_000) -> Mailbox[M]:
        """A new mailbox for these message types, holding at most `capacity` messages."""
        mailbox: Mailbox[M] = Mailbox(name, kinds, capacity)
        with self._subscribing:
            self._mailboxes = (*self._mailboxes, mailbox)  # type: ignore[arg-type]
            self._routes = {}
        return mailbox

    def publish(self, message: Message) -> None:
        """Hand one message on. Never blocks and never raises for a reader's sake."""
        kind = type(message)
        # Held by name: a route worked out while another thread subscribes must not end up in the new table.
        routes = self._routes
        route = routes.get(kind)
        if route is None:
            route = tuple(mailbox for mailbox in self._mailboxes if kind in mailbox.kinds)
            routes[kind] = route
        for mailbox in route:
            mailbox.put(message)

    def publish_all(self, messages: Iterable[Message]) -> None:
        """Hand several messages on, in order."""
        for message in messages:
            self.publish(message)

    @property
    def mailboxes(self) -> tuple[Mailbox[Message], ...]:
        """All mailboxes, for the platform's own figures."""
        return self._mailboxes
