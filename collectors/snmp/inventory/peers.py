"""Neighbours that were there stay in the plan when they vanish from their table: that is how a dead one looks. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

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
