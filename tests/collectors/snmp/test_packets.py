"""What has the form of an answer passes; whatever would make the core panic does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp.oids import SYS_DESCR, SYS_UPTIME
from collectors.snmp.packets import is_well_formed
from tests.collectors import ber
from tests.collectors.ber import Request

REQUEST = Request(b"public", ber.GET, 0x1234567, 0, (SYS_UPTIME,))
VALUES = {
    "1.3.6.1.2.1.1.3.0": ber.ticks(99),
    "1.3.6.1.2.1.1.1.0": ber.octets(b"router" * 60),
    "1.3.6.1.2.1.1.2.0": ber.oid("1.3.6.1.4.1.2011.2.62"),
    "1.3.6.1.2.1.4.20.1.1.10.0.0.1": ber.tlv(0x40, bytes([10, 0, 0, 1])),
    "1.3.6.1.2.1.31.1.1.1.6.1": ber.counter64(2**64 - 1),
    "1.3.6.1.2.1.2.2.1.8.1": ber.integer(-1),
    "1.3.6.1.2.1.2.2.1.8.2": ber.tlv(0x81, b""),
}


def test_an_answer_with_values_of_every_type_is_well_formed() -> None:
    assert is_well_formed(ber.answer(REQUEST, list(VALUES.items())))
    assert is_well_formed(ber.answer(REQUEST, [], error=1))


def test_a_packet_cut_anywhere_or_with_something_behind_it_is_not() -> None:
    packet = ber.answer(REQUEST, list(VALUES.items()))
    assert not any(is_well_formed(packet[:length]) for length in range(len(packet)))
    assert not is_well_formed(packet + b"\0")


def test_an_indefinite_or_overlong_length_is_not() -> None:
    for broken in (b"\x30\xbb", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 200):
        assert not is_well_formed(broken)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_garbage_never_is_and_never_raises(packet: bytes) -> None:
    assert not is_well_formed(packet)


@pytest.mark.slow
@settings(max_examples=500)
@given(st.data())
def test_a_changed_octet_raises_nothing(data: st.DataObject) -> None:
    packet = bytearray(ber.answer(REQUEST, [(SYS_UPTIME, ber.ticks(99)), (SYS_DESCR, ber.octets(b"hello"))]))
    packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    assert is_well_formed(bytes(packet)) in {True, False}
