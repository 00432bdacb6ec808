"""Ping by the UDP echo service (RFC 862): for the simulated province, and for networks that filter ICMP."""

import asyncio
import itertools
import logging
from typing import Final

from collectors.reachability.ping import TIMEOUT
from foundation.problems import OperatorError

log = logging.getLogger(__name__)

MARK: Final = b"yunwei-echo-"


class _Echoes(asyncio.DatagramProtocol):
    """The one socket that all echo requests leave by."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, asyncio.Future[bool]] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """An echo, when its address and number are those of a request under way; anything else is ignored."""
        future = self.waiting.get(str(addr[0]).encode() + data)
        if future is not None and not future.done():
            future.set_result(True)

    def error_received(self, exc: Exception) -> None:
        """An ICMP refusal for one of the requests: it simply goes unanswered."""


class UdpEchoPinger:
    """Echo requests to one port of every device."""

    def __init__(self, transport: asyncio.DatagramTransport, echoes: _Echoes, port: int) -> None:
        self._transport = transport
        self._echoes = echoes
        self._port = port
        self._numbers = itertools.count()

    async def ping(self, address: str) -> bool:
        """Whether the device echoed in time."""
        payload = MARK + str(next(self._numbers)).encode()
        key = address.encode() + payload
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._echoes.waiting[key] = future
        try:
            self._transport.sendto(payload, (address, self._port))
            async with asyncio.timeout(TIMEOUT):
                return await future
        except (TimeoutError, OSError):
            return False
        finally:
            del self._echoes.waiting[key]

    def close(self) -> None:
        """Close the socket."""
        self._transport.close()


async def open_udp_echo(port: int) -> UdpEchoPinger:
    """A pinger on a socket of its own. Raises OperatorError when no socket can be had."""
    try:
        transport, echoes = await asyncio.get_running_loop().create_datagram_endpoint(
            _Echoes,
            local_addr=("0.0.0.0", 0),  # noqa: S104 - it only ever answers to numbers that it sent
        )
    except OSError as error:
        raise OperatorError(f"No socket for UDP echo can be opened: {error.strerror}.") from None
    return UdpEchoPinger(transport, echoes, port)
