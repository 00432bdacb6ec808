"""The codec: what it writes, it and others read back; whatever it reads, it raises nothing but its own error."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder as peer_decoder  # type: ignore[import-untyped]
from pyasn1.codec.ber import encoder as peer_encoder
from pyasn1.type.univ import Integer, ObjectIdentifier, OctetString  # type: ignore[import-untyped]

from simulator import ber

steps = st.integers(0, 2**32 - 1)
oids = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 2**32 - 81))
).flatmap(lambda top: st.lists(steps, max_size=40).map(lambda rest: (*top, *rest)))


@given(oids)
def test_an_oid_reads_back_as_it_was_written(oid: ber.Oid) -> None:
    assert ber.decode_oid(ber.encode_oid(oid)) == oid


@given(oids)
def test_an_oid_is_written_as_pyasn1_writes_it(oid: ber.Oid) -> None:
    assert ber.object_identifier(oid) == peer_encoder.encode(ObjectIdentifier(oid))


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_integer_is_written_in_its_shortest_form_and_reads_back_here_and_at_the_peer(value: int) -> None:
    element = ber.integer(value)
    assert peer_decoder.decode(element) == (Integer(value), b"")
    # pyasn1 takes a byte more than needed for -128, -32768 …
    assert len(element) <= len(peer_encoder.encode(Integer(value)))
    start, stop = ber.expect(element, 0, len(element), ber.INTEGER)
    assert ber.integer_content(element, start, stop) == value


@given(st.integers(0, 2**64 - 1))
def test_an_unsigned_value_of_64_bits_reads_as_positive_at_the_peer(value: int) -> None:
    element = ber.unsigned(ber.COUNTER64, value)
    # The same content under the tag of INTEGER is a signed number for the peer: it must not turn negative.
    read, rest = peer_decoder.decode(bytes((ber.INTEGER,)) + element[1:])
    assert (int(read), rest) == (value, b"")


@given(st.binary(max_size=70_000))
def test_octets_of_any_length_read_back(value: bytes) -> None:
    element = ber.octets(value)
    start, stop = ber.expect(element, 0, len(element), ber.OCTET_STRING)
    assert (element[start:stop], stop) == (value, len(element))


@given(st.integers(0, 300))
def test_octets_are_written_as_pyasn1_writes_them(length: int) -> None:
    assert ber.octets(bytes(length)) == peer_encoder.encode(OctetString(bytes(length)))


@given(st.binary(max_size=40), st.integers(0, 40))
def test_reading_any_bytes_raises_nothing_but_the_codecs_own_error(data: bytes, at: int) -> None:
    try:
        _, start, stop = ber.header(data, at, len(data))
        assert at < start <= stop <= len(data)
    except ber.BerError:
        pass
    with contextlib.suppress(ber.BerError):
        assert ber.encode_oid(ber.decode_oid(data)) == data


@pytest.mark.parametrize(
    "content",
    [b"", b"\x2b\x86", b"\x2b\x80\x01", b"\x2b\x9f\xff\xff\xff\xff\x7f", bytes([43]) + bytes(130)],
    ids=["empty", "cut short", "padded", "above 32 bits", "too many steps"],
)
def test_a_malformed_oid_is_refused(content: bytes) -> None:
    with pytest.raises(ber.BerError):
        ber.decode_oid(content)


@pytest.mark.parametrize("oid", [(), (1,), (3, 1), (1, 40), (1, 3, -1), (1, 3, 2**32)])
def test_an_oid_that_can_not_be_written_is_refused(oid: ber.Oid) -> None:
    with pytest.raises(ber.BerError):
        ber.encode_oid(oid)


@pytest.mark.parametrize(
    "text", ["", ".", "1", "1..3", "1.3.x", "1.3.-1", "1.3.4294967296", "1.3.²", "1.3.99999999999999"]
)
def test_a_text_that_is_no_oid_is_refused(text: str) -> None:
    with pytest.raises(ber.BerError):
        ber.parse_oid(text)


def test_an_oid_is_read_with_and_without_its_leading_dot() -> None:
    assert ber.parse_oid(".1.3.6.1") == ber.parse_oid("1.3.6.1") == (1, 3, 6, 1)
