"""Interface addresses from both generations of the address table."""

import asyncio

import pytest

from collectors.snmp.gufo import Value
from collectors.snmp.inventory.addresses import (
    IP_AD_ENT_IF_INDEX,
    IP_AD_ENT_NET_MASK,
    IP_ADDRESS_IF_INDEX,
    IP_ADDRESS_PREFIX,
    classic,
    mask_length,
    modern,
    read_addresses,
)
from tests.collectors import ber
from tests.collectors.agent import router
from tests.collectors.snmp.inventory.talking import agent_with, talking

PREFIX = "1.3.6.1.2.1.4.32.1.5"
V6 = "32.1.7.248.0.47.0.0.0.0.0.0.0.0.1.48"


@pytest.mark.parametrize(
    ("index", "prefix", "text"),
    [
        ("1.4.172.29.193.37", f"{PREFIX}.7.1.4.172.29.193.36.30", "172.29.193.37/30"),
        (f"2.16.{V6}", f"{PREFIX}.12.2.16.{V6}.64", "2001:7f8:2f::130/64"),
        (f"4.20.{V6}.0.0.0.12", f"{PREFIX}.12.2.16.{V6}.64", "2001:7f8:2f::130/64"),
        ("1.4.10.0.0.1", "0.0", "10.0.0.1/32"),
        ("1.4.10.0.0.1", None, "10.0.0.1/32"),
        ("1.4.10.0.0.1", f"{PREFIX}.7.1.4.10.0.0.0.200", "10.0.0.1/32"),
        ("1.4.10.0.0", None, ""),
        ("1.4.10.0.0.999", None, ""),
        ("", None, ""),
        ("1", None, ""),
    ],
)
def test_the_newer_tables_index_holds_the_address_and_its_prefix_row_the_length(
    index: str, prefix: Value, text: str
) -> None:
    assert modern(index, prefix) == text


@pytest.mark.parametrize(
    ("mask", "length"),
    [
        ("255.255.255.252", 30),
        ("0.0.0.0", 0),
        ("255.255.255.255", 32),
        ("255.0.255.0", 32),
        ("none", 32),
        (None, 32),
    ],
)
def test_a_mask_that_is_none_counts_as_whole(mask: Value, length: int) -> None:
    assert mask_length(mask) == length
    assert classic("10.1.2.3", mask) == f"10.1.2.3/{length}"


def test_where_the_newer_table_has_only_ipv6_the_older_one_fills_in() -> None:
    objects = router({1: "up1"}) | {
        f"{IP_ADDRESS_IF_INDEX}.2.16.{V6}": ber.integer(1),
        f"{IP_ADDRESS_PREFIX}.2.16.{V6}": ber.oid(f"{PREFIX}.1.2.16.{V6}.64"),
        f"{IP_AD_ENT_IF_INDEX}.10.0.0.1": ber.integer(1),
        f"{IP_AD_ENT_NET_MASK}.10.0.0.1": ber.tlv(0x40, bytes((255, 255, 255, 252))),
    }

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            assert await read_addresses(talk) == {1: ("10.0.0.1/30", "2001:7f8:2f::130/64")}

    asyncio.run(play())


def test_where_the_newer_table_has_ipv4_the_older_one_is_not_asked() -> None:
    objects = router({1: "up1"}) | {f"{IP_ADDRESS_IF_INDEX}.1.4.10.0.0.1": ber.integer(1)}

    async def play() -> None:
        async with agent_with(objects) as agent, talking(agent) as talk:
            assert await read_addresses(talk) == {1: ("10.0.0.1/32",)}
            assert not any(oid.startswith(IP_AD_ENT_IF_INDEX) for request in agent.requests for oid in request.oids)

    asyncio.run(play())
