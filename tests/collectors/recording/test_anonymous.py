"""An anonymised recording tells how the device behaves and not whose it is."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.recording.anonymous import anonymised
from collectors.recording.anonymous.addresses import Addresses
from collectors.recording.anonymous.words import Words
from collectors.recording.records import (
    ADDRESS,
    BYTES,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTETS,
    Oid,
    Record,
    line_of,
    oid_of,
)
from tests.collectors.recording.making import records

KEY = bytes(range(32))
ADDRESSES = Addresses(KEY)


def shared_bits(one: bytes, other: bytes) -> int:
    size = len(one) * 8
    return size - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


ipv4 = st.tuples(st.integers(1, 223).filter(lambda first: first != 127), *[st.integers(0, 255)] * 3).map(bytes)
near = ipv4.flatmap(
    lambda one: st.tuples(st.just(one), st.integers(0, 24)).map(
        lambda pair: (pair[0], (int.from_bytes(pair[0], "big") ^ 1 << 23 - min(pair[1], 23)).to_bytes(4, "big"))
    )
)


@given(near)
def test_addresses_share_as_long_a_network_afterwards_as_before(pair: tuple[bytes, bytes]) -> None:
    one, other = pair
    assert shared_bits(ADDRESSES.ipv4(one), ADDRESSES.ipv4(other)) == shared_bits(one, other)


@given(ipv4)
def test_no_address_is_its_own_replacement(address: bytes) -> None:
    assert ADDRESSES.ipv4(address) != address
    assert ADDRESSES.ipv4(address)[0] == address[0]


@pytest.mark.parametrize("text", ["0.0.0.0", "127.0.0.1", "255.255.255.0", "224.0.0.5"])
def test_what_is_nobodys_address_stays(text: str) -> None:
    address = bytes(map(int, text.split(".")))
    assert ADDRESSES.ipv4(address) == address


@given(st.binary(min_size=6, max_size=6).filter(lambda mac: any(mac) and not mac[0] & 1))
def test_a_mac_keeps_its_maker_and_loses_the_rest(mac: bytes) -> None:
    assert ADDRESSES.mac(mac)[:3] == mac[:3]
    assert ADDRESSES.mac(mac)[3:] != mac[3:]


word = st.text(string.ascii_letters, min_size=6, max_size=12).map(lambda text: "q" + text)
"""Words of no vocabulary: nothing begins so."""
mac = st.tuples(st.sampled_from([0, 4, 0xF4]), *[st.integers(32, 255)] * 5).map(bytes)
host = st.tuples(st.sampled_from([10, 59, 172]), *[st.integers(31, 223)] * 3).map(bytes)


def dotted(address: bytes) -> str:
    return ".".join(map(str, address))


def telling(name: str, contact: str, alias: str, serial: str, address: bytes, port: bytes) -> list[Record]:
    """A device that tells these wherever devices tell them: values, texts, indexes."""

    def octets(oid: str, value: bytes | str) -> Record:
        return Record(oid_of(oid), OCTETS, value.encode() if isinstance(value, str) else value)

    index, length_first = dotted(address), f"{len(name)}.{dotted(name.encode())}"
    return [
        octets("1.3.6.1.2.1.1.1.0", f"Linux {name} 5.10 Version 5.170, S/N: {serial}, {index} {port.hex(':')}"),
        Record(oid_of("1.3.6.1.2.1.1.2.0"), OBJECT_IDENTIFIER, oid_of("1.3.6.1.4.1.2011.2.23.291")),
        octets("1.3.6.1.2.1.1.4.0", f"{contact}@example.cn"),
        octets("1.3.6.1.2.1.1.5.0", f"{name}.gov.cn"),
        octets("1.3.6.1.2.1.1.6.0", f"{contact} 昭通市镇雄县 3"),
        Record(oid_of("1.3.6.1.2.1.2.2.1.8.1"), INTEGER, 1),
        octets("1.3.6.1.2.1.2.2.1.2.1", "GigabitEthernet0/0/1"),
        octets("1.3.6.1.2.1.2.2.1.6.1", port),
        Record(oid_of(f"1.3.6.1.2.1.4.20.1.1.{index}"), ADDRESS, address),
        Record(oid_of(f"1.3.6.1.2.1.4.22.1.2.7.{index}"), OCTETS, port),
        Record(oid_of(f"1.3.6.1.2.1.4.34.1.3.1.4.{index}"), INTEGER, 7),
        Record(oid_of(f"1.3.6.1.2.1.15.3.1.2.{index}"), INTEGER, 6),
        Record(oid_of(f"1.3.6.1.2.1.17.4.3.1.2.{dotted(port)}"), INTEGER, 1),
        octets("1.3.6.1.2.1.31.1.1.1.18.1", f"to {alias}, {name}"),
        octets("1.3.6.1.2.1.47.1.1.1.1.11.1", serial),
        octets("1.3.6.1.4.1.2011.5.25.31.1.1.3.1.4.67371017", serial),
        octets("1.3.6.1.4.1.2011.5.9.9.1.2.1", f"{alias} fan 3 ok"),
        Record(oid_of(f"1.3.6.1.4.1.2011.5.2.1.1.1.2.{length_first}"), INTEGER, 1),
        Record(oid_of(f"1.3.6.1.4.1.25506.2.9.1.1.3.{index}.5"), INTEGER, 1),
        Record(oid_of("1.3.6.1.4.1.9.9.1.1.1.1"), OBJECT_IDENTIFIER, oid_of(f"1.3.6.1.2.1.4.20.1.1.{index}")),
        octets("1.0.8802.1.1.2.1.4.1.1.5.0.1.1", port),
        octets("1.0.8802.1.1.2.1.4.1.1.9.0.1.1", name.upper()),
        Record(oid_of(f"1.0.8802.1.1.2.1.4.2.1.3.0.1.1.1.4.{index}"), INTEGER, 1),
    ]  # fmt: skip


@pytest.mark.slow
@given(word, word, word, word, host, mac)
def test_no_name_text_serial_or_address_survives_in_any_form(
    name: str, contact: str, alias: str, serial: str, address: bytes, port: bytes
) -> None:
    original = telling(name, contact, alias, serial, address, port)
    found = anonymised(original, KEY)
    text = "\n".join(map(line_of, found)).lower() + "\n"
    text += "\n".join(record.value.decode("latin-1") for record in found if isinstance(record.value, bytes)).lower()
    for secret in (name, contact, alias, serial):
        lower = secret.lower()
        assert lower not in text
        assert lower.encode().hex() not in text
        assert f".{dotted(lower.encode())}" not in text
        assert f".{dotted(secret.encode())}" not in text
    for octets in (address, port):
        assert octets.hex() not in text
        assert octets.hex(":") not in text
        assert dotted(octets) not in text
    assert "昭通" not in "".join(
        record.value.decode("utf-8", "ignore") for record in found if isinstance(record.value, bytes)
    )
    assert len(found) == len(original)


def test_what_tells_the_device_family_and_its_ports_is_kept() -> None:
    device = telling("qkunming", "qzhang", "qline", "q2102350", bytes([10, 53, 99, 77]), bytes([0, 40, 50, 60, 70, 80]))
    found = {record.oid: record.value for record in anonymised(device, KEY)}
    descr = found[oid_of("1.3.6.1.2.1.1.1.0")]
    assert isinstance(descr, bytes)
    assert b"Version 5.170" in descr
    assert found[oid_of("1.3.6.1.2.1.1.2.0")] == oid_of("1.3.6.1.4.1.2011.2.23.291")
    assert found[oid_of("1.3.6.1.2.1.2.2.1.2.1")] == b"GigabitEthernet0/0/1"
    assert found[oid_of("1.3.6.1.2.1.2.2.1.8.1")] == 1
    fan = found[oid_of("1.3.6.1.4.1.2011.5.9.9.1.2.1")]
    assert isinstance(fan, bytes)
    assert fan.endswith(b" fan 3 ok")


def test_the_same_original_has_the_same_replacement_everywhere() -> None:
    address = bytes([10, 53, 99, 77])
    found = anonymised(telling("qkunming", "qzhang", "qline", "q21", address, bytes([0, 40, 50, 60, 70, 80])), KEY)
    (own,) = [record for record in found if record.oid[:10] == oid_of("1.3.6.1.2.1.4.20.1.1")]
    assert isinstance(own.value, bytes)
    assert own.oid[10:] == tuple(own.value)
    (arp,) = [record for record in found if record.oid[:10] == oid_of("1.3.6.1.2.1.4.22.1.2")]
    (port,) = [record for record in found if record.oid == oid_of("1.3.6.1.2.1.2.2.1.6.1")]
    assert (arp.value, arp.oid[11:]) == (port.value, tuple(own.value))
    names = {record.oid: record.value for record in found}
    first = names[oid_of("1.3.6.1.2.1.1.5.0")]
    heard = names[oid_of("1.0.8802.1.1.2.1.4.1.1.9.0.1.1")]
    assert isinstance(first, bytes)
    assert isinstance(heard, bytes)
    assert first.lower().startswith(heard.lower())


@pytest.mark.slow
@given(st.lists(records, max_size=30, unique_by=lambda record: record.oid))
def test_numbers_and_structure_are_kept_whatever_the_device_tells(original: list[Record]) -> None:
    found = anonymised(original, KEY)
    assert [record.oid for record in found] == sorted(record.oid for record in found)
    kinds: Callable[[list[Record]], list[tuple[int, int]]] = lambda some: sorted((len(r.oid), r.tag) for r in some)  # noqa: E731
    assert kinds(found) == kinds(original)
    numbers: Callable[[list[Record]], list[tuple[int, int]]] = lambda some: sorted(  # noqa: E731
        (record.tag, record.value) for record in some if isinstance(record.value, int)
    )
    assert numbers(found) == numbers(original)


@pytest.mark.slow
@given(st.lists(records, max_size=10), st.binary(min_size=16, max_size=16))
def test_binary_values_stay_as_long_as_they_were(original: list[Record], key: bytes) -> None:
    before: dict[Oid, Record] = {record.oid: record for record in original}
    found = anonymised(list(before.values()), key)
    sizes = [len(record.value) for record in found if isinstance(record.value, bytes) and record.tag != OCTETS]
    assert sorted(sizes) == sorted(
        len(record.value)
        for record in before.values()
        if isinstance(record.value, bytes) and record.tag in BYTES - {OCTETS}
    )


@pytest.mark.parametrize(
    "text",
    [
        "GigabitEthernet0/0/1",
        "Vlan100",
        "10GE1/0/1",
        "FAN 1",
        "CPU 0 utilization 12.5 %",
        "38.5",
        "power supply 2 failed",
    ],
)
def test_a_text_that_only_says_what_a_part_is_stays(text: str) -> None:
    assert Words(KEY, ADDRESSES).open(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("fe80::a8bb:ccff:fe00:100", "a8bb"),
        ("0011-2233-4455", "4455"),
        ("call 13888012345", "13888012345"),
        ("白塔路 12 号", "白塔路"),
    ],
)
def test_a_text_that_says_where_or_who_is_replaced(text: str, gone: str) -> None:
    assert gone not in Words(KEY, ADDRESSES).open(text)
