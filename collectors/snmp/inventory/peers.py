"""Neighbours that were there stay in the plan when they vanish from their table: that is how a dead one looks. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from collectors.snmp.inventory import bgp, ospf
from collectors.snmp.routing import Peer
from foundation.clock import DAY, Instant

KEPT: Final = 7 * DAY
"""After so long without it, an operator has taken the neighbour away."""
MOST_PEERS: Final = 384


def with_gone(found: Sequence[Peer], before: Sequence[Peer], now: Instant) -> tuple[Peer, ...]:
    """What is there now, then what was there within the last days; at most so many, the newest before the oldest.

    `now` is 0 where nobody keeps time: then nothing grows too old.
    """
    there = tuple(replace(peer, seen=now) for peer in found)
    known = {(peer.protocol, peer.neighbour) for peer in there}
    gone = [
        peer
        for peer in before
        if (peer.protocol, peer.neighbour) not in known and (not now or not peer.seen or now - peer.seen <= KEPT)
    ]
    gone.sort(key=lambda peer: peer.seen, reverse=True)
    return (there + tuple(gone))[:MOST_PEERS]


def peer_of(protocol: str, neighbour: str, state: str, remote_as: int | None, seen: Instant) -> Peer | None:
    """A neighbour that was kept, from the instance of its state; None where that is in no table that is asked."""
    peer: Peer | None = None
    if protocol == "ospf" and state.startswith(f"{ospf.STATE}."):
        peer = ospf.peer_at(state.removeprefix(f"{ospf.STATE}."), neighbour)
    elif protocol == "bgp":
        table = next((table for table in bgp.TABLES if state.startswith(f"{table.state}.")), None)
        if table is not None:
            peer = bgp.peer_at(table, state.removeprefix(f"{table.state}."), neighbour, remote_as)
    return None if peer is None else replace(peer, seen=seen)
