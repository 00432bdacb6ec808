"""Ping by ICMP echo, with or without privileges (icmplib)."""

import asyncio
import logging
from typing import Final

import icmplib

from collectors.reachability.ping import TIMEOUT

log = logging.getLogger(__name__)

CONCURRENCY: Final = 96
"""Pings at once: every raw socket hears every ICMP packet of the machine, so their work grows with the square."""

PATIENCE: Final = 3.0
"""Seconds that a ping waits for its turn, at most."""


class IcmpPinger:
    """ICMP echo requests, a bounded number at once."""

    def __init__(self, *, privileged: bool) -> None:
        self._privileged = privileged
        self._turns = asyncio.Semaphore(CONCURRENCY)

    async def ping(self, address: str) -> bool:
        """Whether the device echoed in time."""
        try:
            async with asyncio.timeout(PATIENCE + TIMEOUT):
                async with self._turns:
                    host = await icmplib.async_ping(address, count=1, timeout=TIMEOUT, privileged=self._privileged)
        except (TimeoutError, OSError, icmplib.ICMPLibError):
            return False
        return bool(host.is_alive)

    def close(self) -> None:
        """Nothing is kept open between pings."""


def permitted() -> bool | None:
    """Whether ICMP must be sent with privileges: False for unprivileged sockets, True for raw ones, None for neither.

    Linux lets a group send echo requests without privileges when it lies in net.ipv4.ping_group_range.
    """
    for privileged in (False, True):
        try:
            icmplib.ICMPv4Socket(privileged=privileged).close()
        except icmplib.ICMPLibError:
            continue
        return privileged
    return None
