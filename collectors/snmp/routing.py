"""BGP and OSPF neighbours: which objects tell a neighbour's state, and how it comes out of an answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from collectors.snmp.gufo import Value
from collectors.snmp.text import number_of
from foundation.clock import Instant
from foundation.messages import RoutingReading

GONE: Final = "gone"
"""The state of a neighbour that is not listed any more."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One neighbour: where its state stands, and what its numbers mean."""

    protocol: str
    """`bgp` or `ospf`."""
    neighbour: str
    state: str
    """The instance of bgpPeerState, ospfNbrState or a vendor's like."""
    words: Mapping[int, str]
    """The MIB's word for each number of `state`."""
    up: frozenset[int]
    """The numbers that mean that the neighbours exchange routes."""
    enabled: str = ""
    """The instance of bgpPeerAdminStatus; empty where there is none."""
    since: str = ""
    """The instance of bgpPeerFsmEstablishedTime; empty where there is none."""
    remote_as: int | None = None
    seen: Instant = 0
    """When an inventory last found it in its table; 0 where nobody keeps time."""

    @property
    def oids(self) -> tuple[str, ...]:
        """All that a poll asks for."""
        return tuple(oid for oid in (self.state, self.enabled, self.since) if oid)

    def read(self, answer: Mapping[str, Value]) -> RoutingReading:
        """Its reading. A row that is gone is a neighbour that is down: OSPF takes dead ones off the table."""
        number = number_of(answer, self.state)
        word = GONE if number is None else self.words.get(number, str(number))
        # bgpPeerAdminStatus: stop(1), start(2)
        enabled = not self.enabled or number_of(answer, self.enabled) != 1
        since = number_of(answer, self.since) if self.since else None
        return RoutingReading(self.protocol, self.neighbour, word, number in self.up, enabled, since, self.remote_as)
