"""What a channel is: something that takes one message and says how that went."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One claimed message, as plain values."""

    id: int
    attempt: int
    """Counts from 1; together with the id it names this claim."""
    key: str
    channel: str
    kind: str
    recipient: str
    address: str
    subject: str
    body: str
    html: str
    message_key: str
    thread_key: str
    resend: bool
    """An earlier attempt may have arrived."""


class DeliveryError(Exception):
    """A message was not delivered, as far as is known. The text is one sentence, without secrets."""

    def __init__(self, reason: str, *, permanent: bool = False, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        """Trying again is useless."""
        self.uncertain = uncertain
        """It may have been delivered after all."""


class Channel(Protocol):
    """A way by which messages leave."""

    async def send(self, message: Outgoing) -> str:
        """Hand a message over. Returns the provider's id, or an empty text.

        Raises DeliveryError.
        """
        ...

    async def accepted(self, message: Outgoing) -> str | None:
        """Ask the provider about an attempt of unknown outcome: its id when it has the message, else None."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
