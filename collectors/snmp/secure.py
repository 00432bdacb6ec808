"""How SNMPv3 speaks over a socket: discovery, time, and what is done when an agent has restarted (RFC 3414).

An agent (an *engine*) takes signed messages only that bear its own id, count of boots and time; it tells all three to
whoever asks with an empty id, and that costs one exchange, at first contact and after a miss. So:

- a request that the agent reports as wrong, or that it does not answer, leads to one new discovery and is then sent
  again, before it counts as lost: an agent that restarted, or was replaced, is no outage and no wrong password;
- Reports are read from the raw packet, since the core skips those of another engine, and does not say what they report;
- an answer whose digest is wrong, or that is not signed though the request was, is dropped;
- an engine's time is taken from its last answer, so after a longer silence the discovery comes first.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from collectors.snmp import usm
from collectors.snmp.credentials import Login, Refusal
from collectors.snmp.gufo import (
    LARGEST,
    Answer,
    GetIter,
    Row,
    SnmpAuthError,
    SnmpDecodeError,
    SnmpV3ClientSocket,
    open_v3_socket,
)
from collectors.snmp.packets import MalformedError
from collectors.snmp.session import Underway

WINDOW: Final = 120.0
"""Seconds after which the time learned from the last answer is too old; engines allow 150 (RFC 3414, 3.2)."""

MUTE: Final = 2
"""Discoveries in succession that are answered, while the encrypted request behind them is not, before a privacy
password counts as wrong that never worked."""
MUTE_LATER: Final = 8
"""The same for one that did work: it is less likely to be wrong than the agent to be slow."""


class _Step(Enum):
    NEW = "nothing is known of the engine"
    DISCOVERING = "its id is asked for"
    TIMING = "its boots and time are asked for, signed and not encrypted"
    READY = "requests go out"


@dataclass(slots=True)
class Doubt:
    """How often the agent fell silent behind an answered discovery, for one login; kept while others take turns."""

    mute: int = 0
    most: int = MUTE


class SecureSession:
    """SNMPv3, for one login at one agent."""

    def __init__(
        self,
        address: str,
        port: int,
        login: Login,
        doubt: Doubt,
        monotonic: Callable[[], float],
        watch: Callable[[int], None],
        unwatch: Callable[[int], None],
        resynchronised: Callable[[], None],
    ) -> None:
        """`watch` and `unwatch` are told of descriptors that come and go after this; `resynchronised` of each
        discovery but the first. Raises OSError when no socket can be had."""
        self.refusal: Refusal | None = None
        self.error = 0
        self._address = address
        self._port = port
        self._login = login
        self._doubt = doubt
        self._monotonic = monotonic
        self._watch = watch
        self._unwatch = unwatch
        self._resynchronised = resynchronised
        self._step = _Step.NEW
        self._pristine = True
        """The socket knows no engine yet."""
        self._key = b""
        self._heard = 0.0
        self._mended = self._timed = False
        self._known = False
        self._oids: list[str] | None = None
        self._iterator: GetIter | None = None
        self._socket: SnmpV3ClientSocket
        self._open()
        self.send: Callable[[list[str]], None] = self._send
        self.send_rows: Callable[[GetIter], None] = self._send_rows
        self.receive: Callable[[], Answer] = self._receive
        self.receive_rows: Callable[[GetIter], list[Row | None]] = self._receive_rows

    def _open(self) -> None:
        self._socket = open_v3_socket(self._address, self._port)
        self.descriptor = self._socket.get_fd()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        # The same descriptor for a second reader; it never closes it.
        self._raw = socket.socket(family, socket.SOCK_DGRAM, 0, self.descriptor)
        self._pristine = True

    def close(self) -> None:
        """Let go of the socket."""
        del self.send, self.send_rows, self.receive, self.receive_rows
        self._raw.detach()
        del self._socket

    def is_well_formed(self, packet: bytes) -> bool:
        """See `usm`."""
        return usm.is_well_formed(packet)

    # Sending -----------------------------------------------------------------------------------------------------

    def _send(self, oids: list[str]) -> None:
        self._oids = oids
        self._iterator = None
        self._begin()

    def _send_rows(self, iterator: GetIter) -> None:
        self._oids = None
        self._iterator = iterator
        self._begin()

    def _begin(self) -> None:
        self._mended = self._timed = False
        if self._step is _Step.READY and self._monotonic() - self._heard < WINDOW:
            self._transmit()
        else:
            self._discover()

    def _transmit(self) -> None:
        if self._oids is not None:
            self._socket.send_get_many(self._oids)
        elif self._iterator is not None:
            self._socket.send_get_bulk(self._iterator)

    def _discover(self) -> None:
        """Begin anew: a socket that has learned one engine takes no other's word."""
        self._mended = True
        if self._known:
            self._known = False
            self._resynchronised()
        if not self._pristine:
            self._reopen()
        self._step = _Step.DISCOVERING
        self._socket.send_refresh()

    def _reopen(self) -> None:
        former, raw, descriptor = self._socket, self._raw, self.descriptor
        self._open()
        self._unwatch(descriptor)
        self._watch(self.descriptor)
        raw.detach()
        del former

    # Receiving ---------------------------------------------------------------------------------------------------

    def _receive(self) -> Answer:
        self._vet()
        try:
            answer = self._socket.recv_get_many()
        except SnmpAuthError:
            self._not_permitted()
            raise
        self._answered()
        return answer

    def _receive_rows(self, iterator: GetIter) -> list[Row | None]:
        self._vet()
        try:
            rows = self._socket.recv_get_bulk(iterator)
        except SnmpAuthError:
            self._not_permitted()
            raise
        except StopAsyncIteration:
            self._answered()
            raise
        self._answered()
        return rows

    def _not_permitted(self) -> None:
        """authorizationError, or a Report that came encrypted."""
        if not self._mended and (self._oids is not None or self._iterator is not None):
            self._discover()
            raise Underway
        self._answered()
        self.refusal = Refusal.NOT_PERMITTED

    def _answered(self) -> None:
        self._heard = self._monotonic()
        self._oids = self._iterator = None
        self._doubt.mute = 0
        self._doubt.most = MUTE_LATER
        self.refusal = None

    def _vet(self) -> None:
        """See that the next packet is an answer for the core to read; raises as `Session.receive` where it is none."""
        packet = self._raw.recv(LARGEST + 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        try:
            head = usm.read_head(packet)
        except MalformedError:
            self._drop()
            raise SnmpDecodeError("no SNMPv3 message") from None
        if self._step is _Step.DISCOVERING:
            self._learn_engine(head)
        elif self._step is _Step.TIMING:
            self._learn_time(packet, head)
        elif head.report:
            self._reported(head.report)
        elif self._login.auth and not usm.is_authentic(packet, head, self._login.auth, self._key):
            self._drop()
            raise SnmpDecodeError("the digest is wrong")

    def _learn_engine(self, head: usm.Head) -> None:
        self._socket.recv_refresh()
        self._pristine = False
        self._key = self._login.signing_key(self._socket.get_engine_id())
        if self._login.auth and not (head.boots and head.time):
            self._ask_time()
        else:
            self._go()

    def _ask_time(self) -> None:
        """Some agents tell their time to nobody who does not sign."""
        self._step = _Step.TIMING
        self._timed = True
        self._socket.set_keys(*self._login.keys(private=False))
        self._socket.send_refresh()
        raise Underway

    def _learn_time(self, packet: bytes, head: usm.Head) -> None:
        if head.report not in ("", usm.NOT_IN_TIME):
            self._drop()
            self._refuse(usm.REFUSALS.get(head.report, Refusal.NOT_PERMITTED))
        if not usm.is_authentic(packet, head, self._login.auth, self._key):
            self._drop()
            raise SnmpDecodeError("the digest is wrong")
        self._socket.recv_refresh()
        self._go()

    def _go(self) -> None:
        self._socket.set_keys(*self._login.keys())
        self._step = _Step.READY
        self._known = True
        self._heard = self._monotonic()
        self._transmit()
        raise Underway

    def _reported(self, report: str) -> None:
        self._drop()
        if self._oids is None and self._iterator is None:
            raise BlockingIOError  # nothing is under way: a Report that comes too late
        if not self._mended:
            self._discover()
            raise Underway
        if report == usm.NOT_IN_TIME and self._login.auth and not self._timed:
            self._ask_time()
        refusal = usm.REFUSALS.get(report)
        if refusal is None:
            raise BlockingIOError  # its time moves in jumps: the request counts as lost
        self._refuse(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        self._step = _Step.NEW
        self._oids = self._iterator = None
        self.refusal = refusal
        raise SnmpAuthError(refusal.value)

    def _drop(self) -> None:
        with suppress(OSError):  # an ICMP refusal in between: the next read tells
            self._raw.recv(1, socket.MSG_DONTWAIT)

    # Silence -----------------------------------------------------------------------------------------------------

    def unanswered(self) -> bool:
        """Nothing came in time: after a request the engine is discovered anew, once; see the module's text."""
        if self._step is _Step.READY and not self._mended:
            try:
                self._discover()
            except OSError:
                return False
            return True
        if self._step is _Step.READY and self._login.privacy:
            self._doubt.mute += 1
            if self._doubt.mute >= self._doubt.most:
                self.refusal = Refusal.PRIVACY
        else:
            self._doubt.mute = 0
            self.refusal = None
        self._step = _Step.NEW
        self._oids = self._iterator = None
        return False
