"""Bytes of an exchange, held against packets that the simulator's encoder makes."""

from collectors.budget.exchange import HEADERS, Cost, name_bytes, request_cost
from simulator.ber import OBJECT_IDENTIFIER, encode_oid, integer, octets, parse_oid, tlv

NAMES = ["1.3.6.1.2.1.1.3.0", *(f"1.3.6.1.2.1.31.1.1.1.{column}.436207616" for column in range(1, 19))]


def get(names: list[str], value: bytes, kind: int = 0xA0) -> int:
    pairs = b"".join(tlv(0x30, tlv(OBJECT_IDENTIFIER, encode_oid(parse_oid(name))) + value) for name in names)
    body = integer(1_234_567_890) + integer(0) + integer(0) + tlv(0x30, pairs)
    return HEADERS + len(tlv(0x30, integer(1) + octets(b"public") + tlv(kind, body)))


def test_a_name_has_the_size_that_its_encoding_has() -> None:
    for name in NAMES:
        assert name_bytes(name) == len(tlv(OBJECT_IDENTIFIER, encode_oid(parse_oid(name))))


def test_a_request_is_estimated_to_a_few_bytes() -> None:
    cost = request_cost(NAMES)
    assert abs(cost.down - get(NAMES, b"\x05\x00")) <= 12
    # A Counter64 of an ordinary size: five bytes and two around them.
    assert abs(cost.up - get(NAMES, b"\x46\x05\x00\x00\x00\x00\x00", 0xA2)) <= 12


def test_version_three_costs_more_both_ways() -> None:
    plain, secure = request_cost(NAMES), request_cost(NAMES, secure=True)
    assert secure.down > plain.down + 50
    assert secure.up > plain.up + 50


def test_costs_add_up() -> None:
    assert Cost(1, 2).plus(Cost(3, 4)) == Cost(4, 6)
    assert Cost(100, 150).times(0.5) == Cost(50, 75)
    assert Cost(3, 4).total == 7
