"""BGP neighbours: BGP4-MIB (RFC 4273), and the vendors' tables that know VRFs and IPv6."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.inventory.octets import IPV4, IPV6, InetAddress, address_of, arcs_of
from collectors.snmp.inventory.tables import Row, read_columns, read_rows
from collectors.snmp.routing import Peer
from collectors.snmp.text import text_of

WORDS: Final[Mapping[int, str]] = {
    1: "idle", 2: "connect", 3: "active", 4: "opensent", 5: "openconfirm", 6: "established",
}  # fmt: skip
"""bgpPeerState; the vendors' tables use the same."""
UP: Final = frozenset({6})

MOST_PEERS: Final = 256


@dataclass(frozen=True, slots=True)
class PeerTable:
    """One vendor's table of BGP neighbours. An absent column is empty."""

    vendor: str
    """What the sysObjectID of devices that may have it starts with; empty for all."""
    state: str
    enabled: str
    """stop(1) or halted(1), start(2) or running(2)."""
    since: str
    """Seconds since the neighbour is established."""
    remote_as: str
    vrf: str = ""
    """The VRF's name, by the same index."""


STANDARD: Final = PeerTable(
    "", "1.3.6.1.2.1.15.3.1.2", "1.3.6.1.2.1.15.3.1.3", "1.3.6.1.2.1.15.3.1.16", "1.3.6.1.2.1.15.3.1.9"
)
HUAWEI: Final = PeerTable(
    "1.3.6.1.4.1.2011.",
    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5",
    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.11",
    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.7",
    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.2",
    "1.3.6.1.4.1.2011.5.25.177.1.1.1.1.6",
)
"""HUAWEI-BGP-VPN-MIB hwBgpPeerTable. Index: instance, AFI, SAFI, address type, length, octets."""
JUNIPER: Final = PeerTable(
    "1.3.6.1.4.1.2636.",
    "1.3.6.1.4.1.2636.5.1.1.2.1.1.1.2",
    "1.3.6.1.4.1.2636.5.1.1.2.1.1.1.3",
    "1.3.6.1.4.1.2636.5.1.1.2.4.1.1.1",
    "1.3.6.1.4.1.2636.5.1.1.2.1.1.1.13",
)
"""BGP4-V2-MIB-JUNIPER jnxBgpM2PeerTable. Index: routing instance, then type and octets of both ends, no lengths."""
CISCO: Final = PeerTable(
    "1.3.6.1.4.1.9.",
    "1.3.6.1.4.1.9.9.187.1.2.5.1.3",
    "1.3.6.1.4.1.9.9.187.1.2.5.1.4",
    "1.3.6.1.4.1.9.9.187.1.2.5.1.19",
    "1.3.6.1.4.1.9.9.187.1.2.5.1.11",
)
"""CISCO-BGP4-MIB cbgpPeer2Table. Index: address type, length, octets."""

VENDORS: Final = (HUAWEI, JUNIPER, CISCO)
TABLES: Final = (*VENDORS, STANDARD)

PUBLIC: Final = frozenset({"", "_public_", "public", "default"})
"""How vendors call what is no VRF."""

LENGTHS: Final = {1: IPV4, 2: IPV6}
"""InetAddressType: ipv4, ipv6."""


async def read_bgp(talk: Conversation, object_id: str) -> tuple[Peer, ...]:
    """All neighbours, each once: the vendor's table tells more, the standard one fills in. Raises Unanswered."""
    found: dict[str, Peer] = {}
    for table in TABLES:
        if not object_id.startswith(table.vendor):
            continue
        rows = await read_rows(talk, table.state, [table.remote_as], MOST_PEERS)
        if table.vrf:
            await read_columns(talk, rows, [table.vrf])
        for peer in peers_of(table, rows):
            found.setdefault(peer.neighbour, peer)
        if found:
            # A vendor's table has all that the standard one has.
            break
    return tuple(found.values())


def peers_of(table: PeerTable, rows: Mapping[str, Row]) -> list[Peer]:
    """A table's rows as neighbours. One that appears for several address families is one neighbour."""
    found: dict[str, Peer] = {}
    for index, row in rows.items():
        neighbour = neighbour_of(table, index, text_of(row.get(table.vrf)) if table.vrf else "")
        remote_as = row.get(table.remote_as)
        if neighbour and neighbour not in found:
            found[neighbour] = peer_at(table, index, neighbour, remote_as if isinstance(remote_as, int) else None)
    return list(found.values())


def peer_at(table: PeerTable, index: str, neighbour: str, remote_as: int | None) -> Peer:
    """The neighbour at an index of a table."""
    return Peer(
        "bgp",
        neighbour,
        f"{table.state}.{index}",
        WORDS,
        UP,
        f"{table.enabled}.{index}",
        f"{table.since}.{index}",
        # Agents that know only two octets tell a larger number as a negative one.
        None if remote_as is None else remote_as % 2**32,
    )


def neighbour_of(table: PeerTable, index: str, vrf: str) -> str:
    """The neighbour's address, with its VRF before it; empty for an index that is none."""
    arcs = arcs_of(index)
    if table is HUAWEI:
        address = _with_length(arcs[3:])
    elif table is CISCO:
        address = _with_length(arcs)
    elif table is JUNIPER:
        # The VRF's name is nowhere near; its number tells it from others.
        vrf = f"instance {arcs[0]}" if arcs and arcs[0] else ""
        local = LENGTHS.get(arcs[1], 0) if len(arcs) > 1 else 0
        remote = arcs[2 + local :]
        address = address_of(remote[1:]) if local and remote and LENGTHS.get(remote[0]) == len(remote) - 1 else None
    else:
        address = address_of(arcs) if len(arcs) == IPV4 else None
    if address is None:
        return ""
    return str(address) if vrf in PUBLIC else f"{vrf}/{address}"


def _with_length(arcs: tuple[int, ...]) -> InetAddress | None:
    """An address after its type and its length."""
    return address_of(arcs[2:]) if len(arcs) > 2 and len(arcs) == 2 + arcs[1] else None
