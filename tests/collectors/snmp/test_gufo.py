"""What we rely on in gufo-snmp's private core. When one of these fails after an upgrade, read snmp/gufo.py again."""

import os
import select
import socket
from collections.abc import Iterator
from random import Random

import pytest

from collectors.snmp.gufo import (
    GetIter,
    SnmpAuthError,
    SnmpDecodeError,
    SnmpEncodeError,
    SnmpV2cClientSocket,
    is_panic,
    open_socket,
)
from collectors.snmp.oids import IF_DESCR, SYS_DESCR, SYS_UPTIME
from tests.collectors import ber
from tests.collectors.ber import Request


class Wire:
    """A gufo socket, and the agent's end of the line in the test's hand."""

    def __init__(self) -> None:
        self.agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.agent.bind(("127.0.0.1", 0))
        self.agent.settimeout(5)
        self.port = self.agent.getsockname()[1]
        self.client: SnmpV2cClientSocket = open_socket("127.0.0.1", self.port, "public")
        self._peer: tuple[str, int] = ("", 0)

    def ask(self, *names: str) -> Request:
        self.client.send_get_many(list(names))
        return self.take()

    def take(self) -> Request:
        packet, self._peer = self.agent.recvfrom(65_535)
        return ber.parse(packet)

    def send(self, packet: bytes) -> None:
        self.agent.sendto(packet, self._peer)
        select.select([self.client.get_fd()], [], [], 5)


@pytest.fixture
def wire() -> Iterator[Wire]:
    line = Wire()
    yield line
    line.agent.close()


def test_an_answer_comes_as_a_dictionary_of_plain_values(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME, SYS_DESCR)
    wire.send(ber.answer(request, [(SYS_UPTIME, ber.ticks(5)), (SYS_DESCR, ber.octets(b"\xff"))]))
    assert wire.client.recv_get_many() == {SYS_UPTIME: 5, SYS_DESCR: b"\xff"}


def test_a_late_answer_is_skipped_and_the_right_one_behind_it_found(wire: Wire) -> None:
    late = wire.ask(SYS_UPTIME)
    request = wire.ask(SYS_UPTIME)
    wire.send(ber.answer(late, [(SYS_UPTIME, ber.ticks(1))]))
    with pytest.raises(BlockingIOError):
        wire.client.recv_get_many()
    wire.send(ber.answer(late, [(SYS_UPTIME, ber.ticks(1))]))
    wire.send(ber.answer(request, [(SYS_UPTIME, ber.ticks(2))]))
    assert wire.client.recv_get_many() == {SYS_UPTIME: 2}


def test_an_answer_of_another_community_is_skipped(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME)
    wire.send(ber.answer(request, [(SYS_UPTIME, ber.ticks(1))], community=b"other"))
    with pytest.raises(BlockingIOError):
        wire.client.recv_get_many()


def test_a_duplicate_of_the_last_answer_is_returned_again(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME)
    packet = ber.answer(request, [(SYS_UPTIME, ber.ticks(1))])
    wire.send(packet)
    wire.send(packet)
    assert wire.client.recv_get_many() == wire.client.recv_get_many() == {SYS_UPTIME: 1}


def test_what_cannot_be_decoded_costs_one_error_and_the_next_packet_is_read(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME)
    packet = ber.answer(request, [(SYS_UPTIME, ber.ticks(1))])
    for broken in (b"", b"\x30\x03xyz", packet[:-2], ber.answer(request, [], version=0)):
        wire.send(broken)
        with pytest.raises(SnmpDecodeError):
            wire.client.recv_get_many()
    wire.send(packet)
    assert wire.client.recv_get_many() == {SYS_UPTIME: 1}


@pytest.mark.parametrize("error", [1, 2, 5], ids=["tooBig", "noSuchName", "genErr"])
def test_an_error_status_comes_as_an_empty_answer(wire: Wire, error: int) -> None:
    request = wire.ask(SYS_UPTIME)
    wire.send(ber.answer(request, [(SYS_UPTIME, b"\x05\x00")], error=error))
    assert wire.client.recv_get_many() == {}


def test_an_authorization_error_has_its_own_exception(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME)
    wire.send(ber.answer(request, [], error=16))
    with pytest.raises(SnmpAuthError):
        wire.client.recv_get_many()


def test_an_absent_instance_is_left_out(wire: Wire) -> None:
    request = wire.ask(SYS_UPTIME, SYS_DESCR)
    wire.send(ber.answer(request, [(SYS_UPTIME, ber.ticks(1)), (SYS_DESCR, b"\x81\x00")]))
    assert wire.client.recv_get_many() == {SYS_UPTIME: 1}


def test_a_closed_port_is_told_on_receiving(wire: Wire) -> None:
    wire.agent.close()
    wire.client.send_get_many([SYS_UPTIME])
    select.select([wire.client.get_fd()], [], [], 5)
    with pytest.raises(TimeoutError):
        wire.client.recv_get_many()


def test_a_walk_tells_where_the_column_ends(wire: Wire) -> None:
    iterator = GetIter(IF_DESCR, 5)
    wire.client.send_get_bulk(iterator)
    request = wire.take()
    assert (request.kind, request.repetitions, request.oids) == (ber.GET_BULK, 5, (IF_DESCR,))
    rows = [(f"{IF_DESCR}.{index}", ber.octets(b"x")) for index in (1, 2)]
    wire.send(ber.answer(request, [*rows, ("1.3.6.1.2.1.2.2.1.3.1", ber.integer(6))]))
    assert wire.client.recv_get_bulk(iterator) == [(f"{IF_DESCR}.1", b"x"), (f"{IF_DESCR}.2", b"x"), None]


def test_a_walk_at_the_end_of_everything_stops(wire: Wire) -> None:
    iterator = GetIter(IF_DESCR, 5)
    wire.client.send_get_bulk(iterator)
    request = wire.take()
    wire.send(ber.answer(request, [(IF_DESCR, b"\x82\x00")]))
    with pytest.raises(StopAsyncIteration):
        wire.client.recv_get_bulk(iterator)


def test_150_values_fit_into_a_request_and_250_do_not(wire: Wire) -> None:
    names = [f"1.3.6.1.2.1.31.1.1.1.18.{4_000_000_000 + number}" for number in range(250)]
    assert len(wire.ask(*names[:150]).oids) == 150
    with pytest.raises(SnmpEncodeError):
        wire.client.send_get_many(names)


def test_a_closed_socket_gives_its_descriptor_back() -> None:
    client = open_socket("127.0.0.1", 9, "public")
    descriptor = client.get_fd()
    os.fstat(descriptor)
    del client
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_broken_length_makes_the_core_panic_and_the_socket_goes_on(wire: Wire) -> None:
    """When this fails, gufo has mended it: take `is_panic` away."""
    request = wire.ask(SYS_UPTIME)
    wire.send(b"\x30\xbb")
    with pytest.raises(BaseException, match="index out of bounds") as caught:
        wire.client.recv_get_many()
    assert is_panic(caught.value)
    wire.send(ber.answer(request, [(SYS_UPTIME, ber.ticks(1))]))
    assert wire.client.recv_get_many() == {SYS_UPTIME: 1}


@pytest.mark.slow
def test_no_bit_flipped_or_cut_packet_raises_anything_but_the_known_errors(wire: Wire) -> None:
    random = Random(7)
    for _ in range(1_000):
        request = wire.ask(SYS_UPTIME, SYS_DESCR)
        packet = bytearray(ber.answer(request, [(SYS_UPTIME, ber.ticks(99)), (SYS_DESCR, ber.octets(b"hello"))]))
        for _ in range(random.randint(1, 3)):
            packet[random.randrange(len(packet))] = random.randrange(256)
        wire.send(bytes(packet[: random.randint(0, len(packet))] if random.random() < 0.3 else packet))
        try:
            assert isinstance(wire.client.recv_get_many(), dict)
        except (BlockingIOError, SnmpDecodeError, SnmpAuthError):
            continue
        except BaseException as error:
            if not is_panic(error):
                raise
