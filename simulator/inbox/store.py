"""What has been received, and the mischief on demand; safe to use from several threads."""

import threading
from collections import deque
from dataclasses import dataclass, field

from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it arrived."""

    id: str
    channel: str
    """`email` or `sms`."""
    at: Instant
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: bool = False
    """It has an HTML form beside the text."""
    message_id: str = ""
    in_reply_to: str = ""
    key: str = ""
    """The idempotency key of a text message."""


@dataclass(slots=True)
class Mischief:
    """What one channel does to the next messages."""

    refuse: int = 0
    """So many are refused."""
    delay_ms: int = 0
    """Each answer comes so much later."""


@dataclass(slots=True)
class Post:
    """The last messages and what is counted. The mischief of a channel is asked for once a message."""

    keep: int
    refused: int = 0
    _messages: deque[Message] = field(default_factory=deque)
    _by_key: dict[str, Message] = field(default_factory=dict)
    _mischief: dict[str, Mischief] = field(default_factory=lambda: {"email": Mischief(), "sms": Mischief()})
    _received: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, channel: str, at: Instant, **content: object) -> Message:
        """Keep a message; one with the key of a kept message is not kept again: that one is returned."""
        key = str(content.get("key", ""))
        with self._lock:
            if key and key in self._by_key:
                return self._by_key[key]
            self._received += 1
            message = Message(id=f"{channel}-{self._received}", channel=channel, at=at, **content)  # type: ignore[arg-type]
            self._messages.append(message)
            if key:
                self._by_key[key] = message
            while len(self._messages) > self.keep:
                gone = self._messages.popleft()
                if self._by_key.get(gone.key) is gone:
                    del self._by_key[gone.key]
            return message

    def find(self, id_or_key: str) -> Message | None:
        """A kept message by its id, or by its idempotency key."""
        with self._lock:
            known = self._by_key.get(id_or_key)
            return known or next((message for message in self._messages if message.id == id_or_key), None)

    def latest(self) -> list[Message]:
        """All kept messages, the newest first."""
        with self._lock:
            return list(reversed(self._messages))

    def clear(self) -> None:
        """Forget all messages."""
        with self._lock:
            self._messages.clear()
            self._by_key.clear()

    def plan(self, channel: str, *, refuse: int, delay_ms: int) -> None:
        """Set what `channel` does to the next messages."""
        with self._lock:
            self._mischief[channel] = Mischief(refuse, delay_ms)

    def mischief(self, channel: str) -> tuple[bool, int]:
        """For the message that arrives now: whether to refuse it, and how long to wait first, in milliseconds."""
        with self._lock:
            plan = self._mischief[channel]
            if plan.refuse:
                plan.refuse -= 1
                self.refused += 1
                return True, plan.delay_ms
            return False, plan.delay_ms
