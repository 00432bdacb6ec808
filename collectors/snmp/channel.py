"""One agent's socket on the event loop, with at most one request under way.

The reader is registered once for the socket's life, and the deadline is an entry in the shared timetable that is void
once its token is old: a request costs no future, no task and no timer handle. What SNMP's versions do differently is in
the session whose functions are bound here once; so is the pacing, where there is any.
"""

import logging
from collections.abc import Callable
from typing import Final

from collectors.reachability.patience import REFUSAL_PAUSE
from collectors.schedule.timetable import Timetable
from collectors.snmp.credentials import Keyring, Login, Refusal, Version
from collectors.snmp.gufo import LARGEST, Answer, GetIter, Row, SnmpAuthError, SnmpDecodeError, is_panic
from collectors.snmp.hub import SocketHub
from collectors.snmp.secure import Doubt, SecureSession
from collectors.snmp.session import CommunitySession, OldSession, Session, Underway, drop, peek
from collectors.telemetry import Telemetry
from foundation.clock import Clock

log = logging.getLogger(__name__)

Done = Callable[[Answer | None, float], None]
"""Called with the values and the round trip in seconds; with None and the time waited when no answer came. An *empty*
answer is the agent's error status, or its refusal of the login (`Channel.refusal`)."""

RowsDone = Callable[[list[Row | None] | None, float], None]
"""The same for a step of a walk: rows in order, a last None where the column ended; an empty list at its end."""

MOST_UNREAD: Final = 8
"""Packets read at most before a request counts as unanswered."""

CREDIT: Final = 0.1
"""Seconds of unused pace that are carried on: the timetable is only looked at every so often, so a request that was put
off goes out late, and those behind it make up for that."""

REJECTED: Final[Answer] = {}
DENIED: Final[Answer] = {}
"""Told from REJECTED by identity: the agent refuses the login."""


class Channel:
    """SNMP requests to one agent, answered by callback. Made and used on the event loop."""

    __slots__ = (
        "_address",
        "_clock",
        "_deadline",
        "_done",
        "_doubts",
        "_fear_long",
        "_free_at",
        "_hub",
        "_iterator",
        "_later",
        "_oids",
        "_open_now",
        "_place",
        "_receive_rows",
        "_receive_values",
        "_rows_done",
        "_send",
        "_send_now",
        "_send_rows",
        "_sent",
        "_serial",
        "_session",
        "_spacing",
        "_telemetry",
        "_timetable",
        "_wait",
        "_waiting",
        "_wary",
        "came",
        "keyring",
        "packets_in",
        "packets_out",
        "put_off",
    )  # fmt: skip

    def __init__(
        self,
        address: str,
        port: int,
        keyring: Keyring,
        hub: SocketHub,
        timetable: Timetable,
        clock: Clock,
        telemetry: Telemetry,
        spacing: float = 0.0,
    ) -> None:
        """`spacing` is the least distance of two packets to this agent, in seconds; 0 sets none, and costs nothing.

        Raises OSError when no socket can be had.
        """
        self.keyring = keyring
        self._place = (address, port)
        self._address = address
        self._wary = self._fear_long = False
        self._timetable = timetable
        self._clock = clock
        self._telemetry = telemetry
        self._serial = 0
        self._waiting = False
        self._sent = 0.0
        self._wait = 0.0
        self.came = 0.0
        """When the last request was settled, on the monotonic clock: who is called back need not ask for the time."""
        self.packets_out = 0
        """Packets sent so far, repeated ones included."""
        self.packets_in = 0
        """Packets received so far that settled a request or moved it on."""
        self.put_off = 0
        """Requests that the spacing put off."""
        self._done: Done | None = None
        self._rows_done: RowsDone | None = None
        self._iterator: GetIter | None = None
        self._oids: list[str] = []
        self._deadline = self._expire  # bound once: a bound method is a new object at each access
        self._later = self._send_late
        self._hub = hub
        self._spacing = spacing
        self._free_at = 0.0
        self._doubts: dict[str, Doubt] = {}
        self._session: Session
        self._send: Callable[[list[str]], None]
        self._send_now: Callable[[list[str]], None]
        self._send_rows: Callable[[GetIter], None]
        self._receive_values: Callable[[], Answer]
        self._receive_rows: Callable[[GetIter], list[Row | None]]
        self._enter()
        self._open_now = True
        telemetry.sockets += 1

    # Logins ------------------------------------------------------------------------------------------------------

    @property
    def login(self) -> Login:
        """The login in use."""
        return self.keyring.login

    @property
    def version(self) -> Version:
        """The SNMP version in use."""
        return self.keyring.login.version

    @property
    def refusal(self) -> Refusal | None:
        """Why the agent refuses the login in use, where it said so; looked at after an empty answer or none."""
        return self._session.refusal

    @property
    def last_error(self) -> int:
        """The error-status of the last step of a walk, where it can be known: 0 there and without error."""
        return self._session.error

    def turn(self) -> bool:
        """Use the next login. False, and nothing changes, when there is only one. Only when no request is under way.

        Raises OSError when no socket can be had; the present one stays in use then.
        """
        if not self.keyring.turn():
            return False
        self._change()
        return True

    def remember(self, name: str) -> bool:
        """Use the login of this name, as one that is known to work. False when there is none of this name."""
        before = self.keyring.login
        found = self.keyring.remember(name)
        if self.keyring.login is not before:
            self._change()
        return found

    def pace(self, spacing: float) -> None:
        """Set the least distance of two packets to this agent, in seconds; 0 for none."""
        self._spacing = spacing
        self._bind()

    def _change(self) -> None:
        former = self._session
        self.forget()
        self._enter()
        self._hub.remove(former.descriptor)
        former.close()

    def _enter(self) -> None:
        """Open a session for the login in use."""
        self._session = self._open(self.keyring.login)
        self._hub.add(self._session.descriptor, self._readable)
        self._bind()

    def _bind(self) -> None:
        session = self._session
        self._send_now = session.send
        self._send = self._send_paced if self._spacing > 0 else session.send
        self._send_rows = self._send_rows_paced if self._spacing > 0 else session.send_rows
        self._receive_values = session.receive
        self._receive_rows = session.receive_rows

    def _open(self, login: Login) -> Session:
        address, port = self._place
        if login.version is Version.V2C:
            return CommunitySession(address, port, login.community)
        if login.version is Version.V1:
            return OldSession(address, port, login.community)
        return SecureSession(
            address,
            port,
            login,
            self._doubts.setdefault(login.name, Doubt()),
            self._clock.monotonic,
            self._watch,
            self._hub.remove,
            self._telemetry.resynchronised,
        )

    def _watch(self, descriptor: int) -> None:
        self._hub.add(descriptor, self._readable)

    # Requests ----------------------------------------------------------------------------------------------------

    def ask(self, oids: list[str], wait: float, done: Done) -> None:
        """GET these instances; `done` is called exactly once unless the channel is closed or asked anew."""
        self._iterator = None
        self._done = done
        self._begin(wait)
        try:
            self._send(oids)
        except OSError:
            self._send_again(oids)

    def walk(self, iterator: GetIter, wait: float, done: RowsDone) -> None:
        """The next step of a walk of one column: GETBULK, or GETNEXT by SNMPv1."""
        self._iterator = iterator
        self._rows_done = done
        self._begin(wait)
        try:
            self._send_rows(iterator)
        except OSError:
            self._send_again([])

    def forget(self) -> None:
        """Settle nothing for the request under way; its answer will be counted as a duplicate."""
        self._serial += 1
        self._waiting = False

    def close(self) -> None:
        """Forget the request under way and let go of the socket; calling it twice is harmless."""
        if self._open_now:
            self._open_now = False
            self._hub.remove(self._session.descriptor)
            self.forget()
            self._done = self._rows_done = None
            self._telemetry.sockets -= 1
            del self._send, self._send_now, self._send_rows, self._receive_values, self._receive_rows
            self._session.close()

    def _begin(self, wait: float) -> None:
        self._serial += 1
        self._waiting = True
        self._telemetry.requests += 1
        self.packets_out += 1
        self._wait = wait
        self._sent = now = self._clock.monotonic()
        self._timetable.enter(now + wait, self._deadline, self._serial)

    def _send_again(self, oids: list[str]) -> None:
        """The error may be an ICMP refusal of an *earlier* request, which the kernel reports late: try once more."""
        try:
            if self._iterator is None:
                self._session.send(oids)
            else:
                self._session.send_rows(self._iterator)
        except OSError:
            self._refused()

    def _go_on(self) -> None:
        """A packet came and another went out for the same request: the wait begins anew."""
        self._telemetry.requests += 1
        self.packets_in += 1
        self._wait_anew()

    def _wait_anew(self) -> None:
        self.packets_out += 1
        self._serial += 1
        self._sent = now = self._clock.monotonic()
        self._timetable.enter(now + self._wait, self._deadline, self._serial)

    # Pacing ------------------------------------------------------------------------------------------------------

    def _send_paced(self, oids: list[str]) -> None:
        sent = self._sent
        if sent < self._free_at:
            self._oids = oids
            self._put_off()
        else:
            self._free_at = sent + self._spacing
            self._send_now(oids)

    def _send_rows_paced(self, iterator: GetIter) -> None:
        if self._sent < self._free_at:
            self._put_off()
        else:
            self._free_at = self._sent + self._spacing
            self._session.send_rows(iterator)

    def _put_off(self) -> None:
        """The request that has just begun is too early: the timetable sends it, and then its deadline begins."""
        self.put_off += 1
        self.packets_out -= 1
        self._serial += 1
        self._timetable.enter(self._free_at, self._later, self._serial)

    def _send_late(self, serial: int) -> None:
        if serial != self._serial or not self._waiting:
            return
        self._wait_anew()
        self._free_at = max(self._free_at, self._sent - CREDIT) + self._spacing
        self._send_again(self._oids)

    # Answers -----------------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        if not self._receive():
            self._telemetry.foreign += 1

    def _receive(self) -> bool:
        """Read one packet and settle the request by it. False when there was none that is ours."""
        if (self._wary or self._fear_long) and self._vet():
            return True
        # A walk's iterator moves on with what it reads: an answer too late must not move it.
        iterator = self._iterator if self._waiting else None
        rows: list[Row | None] = []
        answer = REJECTED
        try:
            if iterator is None:
                answer = self._receive_values()
            else:
                rows = self._receive_rows(iterator)
        except BlockingIOError:
            return False
        except Underway:
            self._go_on()
            return True
        except SnmpDecodeError:
            self._telemetry.malformed += 1
            # It may have been cut off because it was too long for the core: the next one's length is looked at.
            self._fear_long = True
            return True
        except SnmpAuthError:
            answer = DENIED
        except StopAsyncIteration:
            # The column's end, or an error status: `last_error` tells which.
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
        self._settle(answer, rows)
        return True

    def _settle(self, answer: Answer, rows: list[Row | None]) -> None:
        self._waiting = False
        self._serial += 1
        self.packets_in += 1
        self.came = self._clock.monotonic()
        took = self.came - self._sent
        if self._iterator is None:
            if not answer:
                self._telemetry.rejected += 1
                self._note(answer is DENIED)
            assert self._done is not None
            self._done(answer, took)
        else:
            if not rows:
                self._note(answer is DENIED)
            assert self._rows_done is not None
            self._rows_done(rows, took)

    def _note(self, denied: bool) -> None:
        """Remember whether the login is refused, so that who is called back can ask."""
        if not denied:
            self._session.refusal = None
        elif self._session.refusal is None:
            self._session.refusal = Refusal.NOT_PERMITTED

    def _beware(self) -> None:
        """The core writes some lines to standard error at each panic, past all logs: one agent shall not fill them."""
        if not self._wary:
            self._wary = True
            log.warning(
                "The agent at %s sent a packet that is no SNMP at all; from now on each of its packets is checked "
                "before it is read. See what answers at that address.",
                self._address,
            )

    def _vet(self) -> bool:
        """Take the next packet off the socket if it is not for the core to read; True when it was dealt with."""
        descriptor = self._session.descriptor
        try:
            packet = peek(descriptor)
        except OSError:
            # Nothing to read, or an ICMP refusal, which is gone now.
            return False
        if len(packet) > LARGEST and self._waiting:
            drop(descriptor)
            self._telemetry.malformed += 1
            self._fear_long = False
            # As good as the agent's own tooBig: fewer values will fit.
            self._settle(REJECTED, [])
            return True
        self._fear_long = False
        if len(packet) <= LARGEST and (not self._wary or self._session.is_well_formed(packet)):
            return False
        drop(descriptor)
        self._telemetry.malformed += 1
        return True

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
        if self._session.unanswered():
            self._telemetry.requests += 1
            self._wait_anew()
            return
        self._waiting = False
        self._serial += 1
        self.came = self._clock.monotonic()
        self._telemetry.timeouts += 1
        took = self.came - self._sent
        if self._iterator is None:
            assert self._done is not None
            self._done(None, took)
        else:
            assert self._rows_done is not None
            self._rows_done(None, took)
