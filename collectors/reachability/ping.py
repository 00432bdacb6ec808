"""The ping that tells a silent agent from a dead device: by ICMP, by UDP echo, or not at all."""

from typing import Final, Protocol

TIMEOUT: Final = 1.0
"""Seconds that an echo may take."""


class Pinger(Protocol):
    """Asks devices for an echo."""

    async def ping(self, address: str) -> bool:
        """Whether the device echoed within TIMEOUT. Never raises for what the network does."""
        ...

    def close(self) -> None:
        """Let go of sockets."""
        ...
