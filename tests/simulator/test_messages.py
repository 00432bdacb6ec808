"""Reading requests: well-formed ones as they are, malformed ones with the codec's own error and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ber import BerError, Oid, integer, octets, tlv
from simulator.messages import Kind, names_asked, pair, parse_request
from tests.simulator.asking import request
from tests.simulator.test_ber import oids


@pytest.mark.slow
@given(
    st.sampled_from([Kind.GET, Kind.GET_NEXT, Kind.GET_BULK]),
    st.lists(oids, max_size=6),
    st.integers(-(2**31), 2**31 - 1),
    st.binary(max_size=20),
)
def test_a_request_is_taken_apart_as_it_was_made(kind: Kind, names: list[Oid], number: int, community: bytes) -> None:
    parsed = parse_request(request(kind, names, number=number, community=community, first=3, second=20))
    assert (parsed.kind, parsed.community, parsed.request_id) == (kind, community, integer(number))
    assert (parsed.non_repeaters, parsed.max_repetitions) == (3, 20)
    assert len(names_asked(parsed.varbinds)) == len(names)


@given(st.binary(max_size=80))
def test_reading_any_bytes_raises_nothing_but_the_codecs_own_error(data: bytes) -> None:
    with contextlib.suppress(BerError):
        names_asked(parse_request(data).varbinds)


@given(st.data())
def test_a_request_with_one_byte_changed_or_its_end_cut_off_raises_nothing_but_the_codecs_own_error(
    data: st.DataObject,
) -> None:
    whole = request(Kind.GET, [(1, 3, 6, 1, 2, 1, 1, 3, 0), (1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 300)])
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255))
    for damaged in (whole[:at] + bytes((value,)) + whole[at + 1 :], whole[:at]):
        with contextlib.suppress(BerError):
            names_asked(parse_request(damaged).varbinds)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        request(Kind.GET, [(1, 3)]) + b"\0",
        request(Kind.GET, [(1, 3)], version=3),
        tlv(0x30, integer(1) + octets(b"public") + tlv(0xA2, integer(1) * 3 + tlv(0x30, b""))),
        tlv(0x30, integer(1) + octets(b"public") + tlv(0xA0, integer(1) * 2 + tlv(0x30, b""))),
        b"\x30\x80" + request(Kind.GET, [(1, 3)])[2:],
    ],
    ids=["empty", "bytes behind it", "version 3", "a response", "a field missing", "indefinite length"],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(BerError):
        parse_request(data)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_a_pair_is_a_sequence_of_both_elements(name: bytes, value: bytes) -> None:
    assert pair(octets(name), octets(value)) == tlv(0x30, octets(name) + octets(value))
