"""One UDP socket for a whole province: a packet's destination address says whom it is for.

Bound to all addresses, because no socket can be bound to 127.0.0.0/8 alone; what did not arrive over loopback is
dropped, by the kernel where it lets us (SO_BINDTODEVICE) and here in any case. An answer leaves from the address that
was asked (IP_PKTINFO, ip(7)).
"""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Final

from foundation.problems import OperatorError

_PKTINFO: Final = 8
"""IP_PKTINFO of <linux/in.h>; Python's socket module does not name it in every version."""
_INFO: Final = struct.Struct("=I4s4s")
_ANCILLARY: Final = socket.CMSG_SPACE(_INFO.size)
_LARGEST: Final = 65_535
_BUFFER: Final = 8 * 1024 * 1024
_ROUNDS: Final = 4
_RECEIVED: Final = 512
_ANSWERED: Final = 16
"""A wake-up has four rounds of taking over what waits in the kernel and answering a few: taking over is twenty times
as quick as answering, so a burst larger than the kernel's buffer (an ordinary user gets 200 KiB) is not lost."""
_BACKLOG: Final = 20_000
"""Packets taken over and not yet answered; beyond, they are lost as in a full buffer."""

Peer = tuple[str, int]


class LoopbackSocket:
    """A UDP socket on loopback that answers at every 127.a.b.c."""

    def __init__(self, port: int, purpose: str) -> None:
        """Bind the socket; `purpose` names it in errors.

        Raises OperatorError when the port is taken or not permitted.
        """
        self.dropped = 0
        """Packets lost for want of room: answers the kernel did not take, requests above the backlog."""
        self.foreign = 0
        """Packets that did not arrive over loopback."""
        self._loopback = socket.if_nametoindex("lo")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._take: Callable[[bytes, bytes, Peer], None] | None = None
        self._begin: Callable[[], None] | None = None
        self._backlog: deque[tuple[bytes, bytes, Peer]] = deque()
        self._going_on = False
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._socket.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
            # Older kernels keep this to root; the check of each packet remains.
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
            self._socket.bind(("0.0.0.0", port))  # noqa: S104 - see the docstring
        except OSError as error:
            self._socket.close()
            raise OperatorError(
                f"UDP port {port} for {purpose} can't be opened: {error.strerror}. "
                "Stop what uses it, or choose another port."
            ) from None
        self.port: int = self._socket.getsockname()[1]

    @property
    def closed(self) -> bool:
        """Whether the port has been let go."""
        return self._socket.fileno() < 0

    def start(self, begin: Callable[[], None], take: Callable[[bytes, bytes, Peer], None]) -> None:
        """Read from now on, on the running loop: `begin` is called at each wake-up, `take` for each packet with its
        bytes, its destination address (4 bytes) and its sender."""
        self._begin, self._take = begin, take
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._drain)

    def send(self, data: bytes, source: bytes, peer: Peer) -> None:
        """Send from one of our addresses."""
        try:
            self._socket.sendmsg((data,), ((socket.IPPROTO_IP, _PKTINFO, _INFO.pack(0, source, b"\0\0\0\0")),), 0, peer)
        except OSError:
            self.dropped += 1

    def close(self) -> None:
        """Stop reading and let the port go."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._loop = None
        self._socket.close()

    def _drain(self) -> None:
        """Take over and answer; what is left is gone on with after the rest of the loop had its turn."""
        assert self._begin is not None
        assert self._take is not None
        self._begin()
        backlog, take = self._backlog, self._take
        for _ in range(_ROUNDS):
            self._receive()
            for _ in range(min(_ANSWERED, len(backlog))):
                take(*backlog.popleft())
            if not backlog:
                return
        if not self._going_on and self._loop is not None:
            self._going_on = True
            self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._going_on = False
        if self._loop is not None:
            self._drain()

    def _receive(self) -> None:
        receive, backlog = self._socket.recvmsg, self._backlog
        for _ in range(_RECEIVED):
            try:
                data, ancillary, flags, peer = receive(_LARGEST, _ANCILLARY)
            except OSError:
                return
            for _level, kind, content in ancillary:
                if kind == _PKTINFO and len(content) >= _INFO.size:
                    interface, _local, destination = _INFO.unpack_from(content)
                    if interface != self._loopback or destination[0] != 127 or flags & socket.MSG_TRUNC:
                        self.foreign += 1
                    elif len(backlog) < _BACKLOG:
                        backlog.append((data, destination, peer))
                    else:
                        self.dropped += 1
