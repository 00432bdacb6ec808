"""The latest look at each device: what its sensors and routing neighbours said. In memory: a restart forgets it."""

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.clock import Instant
from foundation.messages import HealthReading, Message, Observation, Reach, RoutingReading


@dataclass(frozen=True, slots=True)
class Look:
    """What a device told when all was asked of it."""

    at: Instant
    health: tuple[HealthReading, ...]
    routing: tuple[RoutingReading, ...]
    uptime_s: float | None
    poll_ms: float


@dataclass(frozen=True, slots=True)
class Contact:
    """How the latest look of any kind ended."""

    at: Instant
    reach: Reach
    rtt_ms: float | None


class Looks:
    """Fed with observations by one thread, read by any: each device's entry is replaced whole."""

    def __init__(self) -> None:
        self._whole: dict[str, Look] = {}
        self._contacts: dict[str, Contact] = {}

    def apply(self, messages: Iterable[Message]) -> None:
        """Take in what was observed."""
        for message in messages:
            if not isinstance(message, Observation):
                continue
            self._contacts[message.device] = Contact(message.at, message.reach, message.rtt_ms)
            if message.complete:
                self._whole[message.device] = Look(
                    message.at, message.health, message.routing, message.uptime_s, message.poll_ms
                )

    def whole(self, device: str) -> Look | None:
        """The latest look at everything; None before the first one since the start."""
        return self._whole.get(device)

    def contact(self, device: str) -> Contact | None:
        """The latest look of any kind."""
        return self._contacts.get(device)
