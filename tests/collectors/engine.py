"""A scripted SNMPv3 engine that signs and does not encrypt: for what net-snmp's own agent never does."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from tests.collectors import ber

STATS = "1.3.6.1.6.3.15.1.1"
NOT_IN_TIME, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_DIGEST = (f"{STATS}.{number}.0" for number in (2, 3, 4, 5))


def password_key(password: str, engine: bytes) -> bytes:
    """RFC 3414, A.2.2: the key of HMAC-SHA-96 at an engine."""
    octets = password.encode()
    stream = (octets * (1_048_576 // len(octets) + 1))[:1_048_576]
    key = hashlib.sha1(stream, usedforsecurity=False).digest()
    return hashlib.sha1(key + engine + key, usedforsecurity=False).digest()


@dataclass(frozen=True)
class Question:
    """A request as it came in."""

    message: int
    signed: bool
    engine: bytes
    boots: int
    time: int
    user: bytes
    authentic: bool
    request: int
    oids: tuple[str, ...]


Behaviour = Callable[["Engine", Question], list[bytes]]


def honest(engine: "Engine", question: Question) -> list[bytes]:
    """What RFC 3414 says."""
    if question.engine != engine.id:
        return [engine.report(question, UNKNOWN_ENGINE, signed=False)]
    if question.user != b"yunwei":
        return [engine.report(question, UNKNOWN_USER, signed=False)]
    if not question.authentic:
        return [engine.report(question, WRONG_DIGEST, signed=False)]
    if (question.boots, question.time) != (engine.boots, engine.time):
        return [engine.report(question, NOT_IN_TIME)]
    return [engine.answer(question)]


class Engine(asyncio.DatagramProtocol):
    """Knows the user `yunwei` with SHA-1 and the password `sign-with-this`; tells its uptime, whatever is asked."""

    def __init__(self, id: bytes = b"\x80\x00\x1f\x88\x04test") -> None:
        self.become(id)
        self.boots, self.time = 3, 1_000
        self.behaviour: Behaviour = honest
        self.shy = False
        """It tells its boots and time to nobody who does not sign."""
        self.forgetful = False
        """Its Reports do not repeat the request's id."""
        self.questions: list[Question] = []
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str | object, int] = ("", 0)

    def become(self, id: bytes) -> None:
        """Be another engine."""
        self.id = id
        self._key = password_key("sign-with-this", id)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It listens."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Answer one request."""
        self._peer = addr
        question = self._read(data)
        self.questions.append(question)
        for packet in self.behaviour(self, question):
            self.send(packet)

    def send(self, packet: bytes) -> None:
        """Send something to who asked last."""
        assert self._transport is not None
        self._transport.sendto(packet, self._peer)

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()

    def answer(self, question: Question, ticks: int = 4_200, *, signed: bool = True, key: bytes | None = None) -> bytes:
        """A response with this uptime for every instance."""
        bindings = b"".join(ber.tlv(0x30, ber.oid(name) + ber.ticks(ticks)) for name in question.oids)
        return self._message(question, self._pdu(0xA2, question.request, bindings), signed=signed, key=key)

    def report(self, question: Question, what: str, *, signed: bool = True) -> bytes:
        """A Report."""
        number = 0 if self.forgetful else question.request
        bindings = ber.tlv(0x30, ber.oid(what) + ber.counter32(1))
        return self._message(question, self._pdu(0xA8, number, bindings), signed=signed and question.authentic)

    def _pdu(self, tag: int, request: int, bindings: bytes) -> bytes:
        return ber.tlv(tag, ber.integer(request) + ber.integer(0) * 2 + ber.tlv(0x30, bindings))

    def _message(self, question: Question, pdu: bytes, *, signed: bool, key: bytes | None = None) -> bytes:
        known = signed or not self.shy
        digest = bytes(12) if signed else b""
        parameters = (
            ber.octets(self.id)
            + ber.integer(self.boots if known else 0)
            + ber.integer(self.time if known else 0)
            + ber.octets(question.user)
            + ber.octets(digest)
            + ber.octets(b"")
        )
        header = ber.integer(question.message) + ber.integer(65_507) + ber.octets(bytes([signed])) + ber.integer(3)
        scoped = ber.tlv(0x30, ber.octets(self.id) + ber.octets(b"") + pdu)
        packet = ber.tlv(0x30, ber.integer(3) + ber.tlv(0x30, header) + ber.octets(ber.tlv(0x30, parameters)) + scoped)
        if signed:
            mark = b"\x04\x0c" + bytes(12)
            right = hmac.digest(self._key if key is None else key, packet, "sha1")[:12]
            packet = packet.replace(mark, b"\x04\x0c" + right, 1)
        return packet

    def _read(self, packet: bytes) -> Question:
        _, message, _ = ber.read(packet, 0)
        _, _version, at = ber.read(message, 0)
        _, header, at = ber.read(message, at)
        _, security, at = ber.read(message, at)
        _, scoped, _ = ber.read(message, at)
        _, number, place = ber.read(header, 0)
        _, _size, place = ber.read(header, place)
        _, flags, place = ber.read(header, place)
        parts = []
        _, inside, _ = ber.read(security, 0)
        place = 0
        while place < len(inside):
            _, part, place = ber.read(inside, place)
            parts.append(part)
        engine, boots, time, user, digest, _privacy = parts
        _, _context, place = ber.read(scoped, 0)
        _, _name, place = ber.read(scoped, place)
        _, pdu, _ = ber.read(scoped, place)
        _, request, place = ber.read(pdu, 0)
        _, _status, place = ber.read(pdu, place)
        _, _index, place = ber.read(pdu, place)
        _, bindings, _ = ber.read(pdu, place)
        names, place = [], 0
        while place < len(bindings):
            _, binding, place = ber.read(bindings, place)
            names.append(ber.text(ber.read(binding, 0)[1]))
        blank = packet.replace(b"\x04\x0c" + digest, b"\x04\x0c" + bytes(12), 1) if digest else packet
        authentic = bool(digest) and hmac.digest(self._key, blank, "sha1")[:12] == digest
        numbers = (int.from_bytes(part, "big") for part in (number, boots, time, request))
        message_id, boots_now, time_now, request_id = numbers
        return Question(
            message_id, bool(flags[0] & 1), engine, boots_now, time_now, user, authentic, request_id, tuple(names)
        )


async def start_engine() -> Engine:
    """An engine on a free port of 127.0.0.1."""
    _, engine = await asyncio.get_running_loop().create_datagram_endpoint(Engine, local_addr=("127.0.0.1", 0))
    return engine
