"""Addresses and identifiers, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.inventory.octets import address_of, arcs_of, identifier_of, mac_of, network_address_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (bytes.fromhex("488eef7166e0"), "48:8e:ef:71:66:e0"),
        (bytes.fromhex("0011223344556677"), "00:11:22:33:44:55:66:77"),
        (bytes(6), ""),
        (b"", ""),
        (b"\x01\x02", ""),
        (None, ""),
        (17, ""),
    ],
)
def test_a_mac_is_six_or_eight_octets_that_are_not_all_zero(value: Value, text: str) -> None:
    assert mac_of(value) == text


def test_an_address_has_four_or_sixteen_octets() -> None:
    assert str(address_of((10, 1, 2, 3))) == "10.1.2.3"
    assert str(address_of(bytes.fromhex("20010db8" + "00" * 11 + "01"))) == "2001:db8::1"
    for none in ((), (1, 2, 3), (10, 1, 2, 300), (-1, 0, 0, 0)):
        assert address_of(none) is None


def test_a_network_address_says_its_family_first() -> None:
    assert network_address_of(b"\x01\x0a\x01\x02\x03") == "10.1.2.3"
    assert network_address_of(b"\x06abcdef") == ""
    assert network_address_of(b"\x01\x0a\x01") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"GigabitEthernet0/0/1", "GigabitEthernet0/0/1"),
        (b"Gi0/1\0", "Gi0/1"),
        (bytes.fromhex("b4fbf9adb881"), "b4:fb:f9:ad:b8:81"),
        (b"\x01\x02\x03", "01:02:03"),
        ("1.3.6.1", "1.3.6.1"),
        (612, "612"),
        ("端口1".encode(), "端口1"),
        (b"port-6", "port-6"),
    ],
)
def test_an_identifier_is_text_where_it_reads_as_text(value: Value, text: str) -> None:
    assert identifier_of(value) == text


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_an_index_is_its_arcs(arcs: list[int]) -> None:
    assert arcs_of(".".join(map(str, arcs))) == tuple(arcs)


@given(st.text(max_size=10))
def test_what_is_no_index_has_no_arcs_and_never_fails(text: str) -> None:
    assert all(arc >= 0 for arc in arcs_of(text))
