"""OSPF neighbours: ospfNbrTable (OSPF-MIB, RFC 4750). A dead neighbour's row is taken off it."""

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.inventory.octets import address_of, arcs_of
from collectors.snmp.routing import Peer

STATE: Final = "1.3.6.1.2.1.14.10.1.6"
"""ospfNbrState, by address and the ifIndex of a line without addresses."""

WORDS: Final[Mapping[int, str]] = {
    1: "down", 2: "attempt", 3: "init", 4: "twoWay", 5: "exchangeStart", 6: "exchange", 7: "loading", 8: "full",
}  # fmt: skip
UP: Final = frozenset({4, 8})
"""full; and twoWay, where two routers of a broadcast network stay of which neither is the designated one."""

MOST_PEERS: Final = 256


async def read_ospf(talk: Conversation) -> tuple[Peer, ...]:
    """All neighbours. Raises Unanswered."""
    return peers_of(await talk.walk(STATE, MOST_PEERS))


def peers_of(indexes: Iterable[str]) -> tuple[Peer, ...]:
    """A neighbour for each index of the table."""
    return tuple(peer_at(index, neighbour) for index in indexes if (neighbour := neighbour_of(index)))


def peer_at(index: str, neighbour: str) -> Peer:
    """The neighbour at an index."""
    return Peer("ospf", neighbour, f"{STATE}.{index}", WORDS, UP)


def neighbour_of(index: str) -> str:
    """Its address; on a line without addresses that and the ifIndex. Empty for an index that is none."""
    arcs = arcs_of(index)
    address = address_of(arcs[:4])
    if len(arcs) != 5 or address is None:
        return ""
    return f"{address} if{arcs[4]}" if arcs[4] else str(address)
