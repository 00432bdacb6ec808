"""One agent's socket on the event loop, with at most one request under way.

The reader is registered once for the socket's life, and the deadline is an entry in the shared timetable that is void
once its token is old: a request costs no future, no task and no timer handle.
"""

import logging
import socket
from collections.abc import Callable
from typing import Final

from collectors.reachability.patience import REFUSAL_PAUSE
from collectors.schedule.timetable import Timetable
from collectors.snmp.gufo import Answer, GetIter, SnmpAuthError, SnmpDecodeError, Value, is_panic, open_socket
from collectors.snmp.hub import SocketHub
from collectors.snmp.packets import is_well_formed
from collectors.telemetry import Telemetry
from foundation.clock import Clock

log = logging.getLogger(__name__)

Row = tuple[str, Value]

Done = Callable[[Answer | None, float], None]
"""Called with the values and the round trip in seconds; with None and the time waited when no answer came. An *empty*
answer is the agent's error status."""

RowsDone = Callable[[list[Row | None] | None, float], None]
"""The same for a step of a walk: rows in order, a last None where the column ended; an empty list at its end."""

MOST_UNREAD: Final = 8
"""Packets read at most before a request counts as unanswered."""

LARGEST: Final = 4096
"""Bytes of an answer at most: the core takes no more."""

REJECTED: Final[Answer] = {}


class Channel:
    """SNMP requests to one agent, answered by callback. Made and used on the event loop."""

    __slots__ = (
        "_address",
        "_clock",
        "_deadline",
        "_done",
        "_fd",
        "_hub",
        "_iterator",
        "_rows_done",
        "_sent",
        "_serial",
        "_socket",
        "_telemetry",
        "_timetable",
        "_waiting",
        "_wary",
        "came",
    )  # fmt: skip

    def __init__(
        self,
        address: str,
        port: int,
        community: str,
        hub: SocketHub,
        timetable: Timetable,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        """Raises OSError when no socket can be had."""
        self._socket = open_socket(address, port, community)
        self._address = address
        self._wary = False
        self._fd = self._socket.get_fd()
        self._timetable = timetable
        self._clock = clock
        self._telemetry = telemetry
        self._serial = 0
        self._waiting = False
        self._sent = 0.0
        self.came = 0.0
        """When the last request was settled, on the monotonic clock: who is called back need not ask for the time."""
        self._done: Done | None = None
        self._rows_done: RowsDone | None = None
        self._iterator: GetIter | None = None
        self._deadline = self._expire  # bound once: a bound method is a new object at each access
        self._hub = hub
        hub.add(self._fd, self._readable)
        telemetry.sockets += 1

    def ask(self, oids: list[str], wait: float, done: Done) -> None:
        """GET these instances; `done` is called exactly once unless the channel is closed or asked anew."""
        self._iterator = None
        self._done = done
        self._begin(wait)
        try:
            self._socket.send_get_many(oids)
        except OSError:
            self._send_again(oids)

    def walk(self, iterator: GetIter, wait: float, done: RowsDone) -> None:
        """The next step of a GETBULK walk of one column."""
        self._iterator = iterator
        self._rows_done = done
        self._begin(wait)
        try:
            self._socket.send_get_bulk(iterator)
        except OSError:
            self._send_again(None)

    def forget(self) -> None:
        """Settle nothing for the request under way; its answer will be counted as a duplicate."""
        self._serial += 1
        self._waiting = False

    def close(self) -> None:
        """Forget the request under way and let go of the socket; calling it twice is harmless."""
        if self._fd >= 0:
            self._hub.remove(self._fd)
            self.forget()
            self._fd = -1
            self._done = self._rows_done = None
            self._telemetry.sockets -= 1
            # gufo closes the descriptor with the object.
            del self._socket

    def _begin(self, wait: float) -> None:
        self._serial += 1
        self._waiting = True
        self._telemetry.requests += 1
        self._sent = now = self._clock.monotonic()
        self._timetable.enter(now + wait, self._deadline, self._serial)

    def _send_again(self, oids: list[str] | None) -> None:
        """The error may be an ICMP refusal of an *earlier* request, which the kernel reports late: try once more."""
        try:
            if oids is not None:
                self._socket.send_get_many(oids)
            elif self._iterator is not None:
                self._socket.send_get_bulk(self._iterator)
        except OSError:
            self._refused()

    def _readable(self) -> None:
        if not self._receive():
            self._telemetry.foreign += 1

    def _receive(self) -> bool:
        """Read one packet and settle the request by it. False when there was none that is ours."""
        if self._wary and self._drop_malformed():
            return True
        # A walk's iterator moves on with what it reads: an answer too late must not move it.
        iterator = self._iterator if self._waiting else None
        rows: list[Row | None] = []
        answer = REJECTED
        try:
            if iterator is None:
                answer = self._socket.recv_get_many()
            else:
                rows = self._socket.recv_get_bulk(iterator)
        except BlockingIOError:
            return False
        except SnmpDecodeError:
            self._telemetry.malformed += 1
            return True
        except SnmpAuthError:
            pass
        except StopAsyncIteration:
            # The column's end, or an error status: gufo doesn't tell them apart.
            pass
        except OSError:
            # TimeoutError("connection refused") is one of these.
            if self._waiting:
                self._refused()
            return True
        except BaseException as error:
            if not is_panic(error):
                raise
            self._telemetry.malformed += 1
            self._beware()
            return True
        if not self._waiting:
            self._telemetry.duplicates += 1
            return True
        self._settle()
        took = self.came - self._sent
        if iterator is None:
            if not answer:
                self._telemetry.rejected += 1
            assert self._done is not None
            self._done(answer, took)
        else:
            assert self._rows_done is not None
            self._rows_done(rows, took)
        return True

    def _beware(self) -> None:
        """The core writes some lines to standard error at each panic, past all logs: one agent shall not fill them."""
        if not self._wary:
            self._wary = True
            log.warning(
                "The agent at %s sent a packet that is no SNMP at all; from now on each of its packets is checked "
                "before it is read. See what answers at that address.",
                self._address,
            )

    def _drop_malformed(self) -> bool:
        """Take the next packet off the socket if it has not the form of an answer."""
        borrowed = socket.socket(fileno=self._fd)
        try:
            # The last byte is there to see that a packet was cut off: it is malformed then.
            packet = borrowed.recv(LARGEST + 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            if len(packet) <= LARGEST and is_well_formed(packet):
                return False
            borrowed.recv(1, socket.MSG_DONTWAIT)
        except OSError:
            # Nothing to read, or an ICMP refusal: the core tells which.
            return False
        finally:
            borrowed.detach()
        self._telemetry.malformed += 1
        return True

    def _settle(self) -> None:
        self._waiting = False
        self._serial += 1
        self.came = self._clock.monotonic()

    def _refused(self) -> None:
        """Nobody listens there: no use waiting long, nor asking again at once."""
        self._telemetry.refused += 1
        self._timetable.enter(self._clock.monotonic() + REFUSAL_PAUSE, self._deadline, self._serial)

    def _expire(self, serial: int) -> None:
        if serial != self._serial or not self._waiting:
            return
        # When the loop was held up, the answer may have been there in time and only not been read yet.
        for _ in range(MOST_UNREAD):
            if not self._receive():
                break
            if serial != self._serial:
                return
        self._settle()
        self._telemetry.timeouts += 1
        took = self.came - self._sent
        if self._iterator is None:
            assert self._done is not None
            self._done(None, took)
        else:
            assert self._rows_done is not None
            self._rows_done(None, took)
