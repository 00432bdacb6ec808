"""How SNMPv1 and v2c speak over a socket; SNMPv3 is in secure.py.

A session belongs to a channel, which binds its methods once. For v2c they are the Rust core's own, so that the way of
nearly all requests has nothing of this in it.
"""

import socket
from collections.abc import Callable
from typing import Final, Protocol

from collectors.snmp.credentials import Refusal
from collectors.snmp.gufo import LARGEST, Answer, GetIter, Row, open_socket, open_v1_socket
from collectors.snmp.packets import NO_SUCH_NAME, error_of, is_well_formed


class Underway(Exception):  # noqa: N818 - it is an outcome, not a defect
    """A packet was read that did not settle the request, and another one was sent on its behalf."""


class Session(Protocol):
    """One login at one agent, on a socket that it watches itself."""

    descriptor: int
    refusal: Refusal | None
    """Why the agent does not take the login, as far as it said so since its last good answer."""
    error: int
    """The error-status of the last step of a walk, where it can be known."""
    send: Callable[[list[str]], None]
    """GET these instances; raises OSError."""
    send_rows: Callable[[GetIter], None]
    """The next step of a walk; raises OSError."""
    receive: Callable[[], Answer]
    """The answer to `send`. Raises BlockingIOError where there is none, Underway, SnmpDecodeError, SnmpAuthError where
    the agent refuses the login, OSError for an ICMP refusal; the core's panic."""
    receive_rows: Callable[[GetIter], list[Row | None]]
    """The same for `send_rows`; StopAsyncIteration at the walk's end."""

    def unanswered(self) -> bool:
        """Nothing came in time. True when something else was sent instead, and the wait begins anew."""
        ...

    def is_well_formed(self, packet: bytes) -> bool:
        """Whether the core may be given this packet."""
        ...

    def close(self) -> None:
        """Let go of the socket; gufo closes the descriptor with its object."""
        ...


def peek(descriptor: int) -> bytes:
    """The next packet, left where it is; one octet more than LARGEST of a packet that is too long.

    Raises BlockingIOError where there is none, OSError for an ICMP refusal, which is gone then.
    """
    borrowed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 0, descriptor)
    try:
        return borrowed.recv(LARGEST + 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    finally:
        borrowed.detach()


def drop(descriptor: int) -> None:
    """Take the next packet off the socket, unread."""
    borrowed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 0, descriptor)
    try:
        borrowed.recv(1, socket.MSG_DONTWAIT)
    except OSError:
        pass  # another reader's, or an ICMP refusal: gone either way
    finally:
        borrowed.detach()


class CommunitySession:
    """SNMPv2c."""

    def __init__(self, address: str, port: int, community: str) -> None:
        """Raises OSError when no socket can be had."""
        self._socket = open_socket(address, port, community)
        self.descriptor = self._socket.get_fd()
        self.refusal: Refusal | None = None
        self.error = 0
        self.send: Callable[[list[str]], None] = self._socket.send_get_many
        self.send_rows: Callable[[GetIter], None] = self._socket.send_get_bulk
        self.receive: Callable[[], Answer] = self._socket.recv_get_many
        self.receive_rows: Callable[[GetIter], list[Row | None]] = self._receive_rows

    def _receive_rows(self, iterator: GetIter) -> list[Row | None]:
        self.error = error_of(peek(self.descriptor))[0]
        return self._socket.recv_get_bulk(iterator)

    def unanswered(self) -> bool:
        """Nothing can be mended; and what the agent said before, it says no more."""
        self.refusal = None
        return False

    def is_well_formed(self, packet: bytes) -> bool:
        """See `packets`."""
        return is_well_formed(packet)

    def close(self) -> None:
        """Let go of the socket."""
        del self.send, self.send_rows, self.receive, self.receive_rows, self._socket


FORGET_AFTER: Final = 360
"""Requests after which instances that were absent are asked for again: an hour of quick looks."""


class OldSession:
    """SNMPv1 (RFC 1157): walks by GETNEXT, and a GET that fails as a whole where one instance is absent.

    The error-index names the absent one, which is then left out and remembered; where it names none, halves find it.
    To who asks, an absent instance is left out of the answer, as in the later versions.
    """

    def __init__(self, address: str, port: int, community: str) -> None:
        """Raises OSError when no socket can be had."""
        self._socket = open_v1_socket(address, port, community)
        self.descriptor = self._socket.get_fd()
        self.refusal: Refusal | None = None
        self.error = 0
        self.absent: set[str] = set()
        """Instances that the agent has not, or can't tell."""
        self._asked: list[str] = []
        self._parts: list[list[str]] = []
        self._merged: Answer = {}
        self._sent = 0
        self.send: Callable[[list[str]], None] = self._send
        self.send_rows: Callable[[GetIter], None] = self._socket.send_get_next
        self.receive: Callable[[], Answer] = self._receive
        self.receive_rows: Callable[[GetIter], list[Row | None]] = self._receive_rows

    def _send(self, oids: list[str]) -> None:
        self._sent += 1
        if self._sent % FORGET_AFTER == 0:
            self.absent.clear()
        # Where all of them are absent, they are asked for all the same: something must go out.
        self._asked = [oid for oid in oids if oid not in self.absent] or oids
        self._parts.clear()
        self._merged = {}
        self._socket.send_get_many(self._asked)

    def _receive(self) -> Answer:
        status, index = error_of(peek(self.descriptor))
        answer = self._socket.recv_get_many()
        if status == 0:
            self._merged.update(answer)
        elif not self._leave_out(status, index):
            self._merged.clear()
            self._parts.clear()
        if self._parts:
            self._asked = self._parts.pop()
            self._socket.send_get_many(self._asked)
            raise Underway
        return self._merged

    def _leave_out(self, status: int, index: int) -> bool:
        """Plan what is asked next after an error. False where nothing but fewer instances would help."""
        asked = self._asked
        if status != NO_SUCH_NAME and not (status > NO_SUCH_NAME and 1 <= index <= len(asked)):
            return False
        if len(asked) == 1:
            self.absent.add(asked[0])
        elif 1 <= index <= len(asked):
            self.absent.add(asked[index - 1])
            self._parts.append([oid for place, oid in enumerate(asked, start=1) if place != index])
        else:
            middle = len(asked) // 2
            self._parts += [asked[middle:], asked[:middle]]
        return True

    def _receive_rows(self, iterator: GetIter) -> list[Row | None]:
        status = error_of(peek(self.descriptor))[0]
        # noSuchName is how this version says that a walk is at the end of everything.
        self.error = 0 if status == NO_SUCH_NAME else status
        return [self._socket.recv_get_next(iterator)]

    def unanswered(self) -> bool:
        """Nothing can be mended; and what the agent said before, it says no more."""
        self.refusal = None
        return False

    def is_well_formed(self, packet: bytes) -> bool:
        """See `packets`."""
        return is_well_formed(packet)

    def close(self) -> None:
        """Let go of the socket."""
        del self.send, self.send_rows, self.receive, self.receive_rows, self._socket
