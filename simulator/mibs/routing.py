"""BGP4-MIB (RFC 4273) and OSPF-MIB ospfNbrTable (RFC 4750): the routing neighbours at the far ends of lines.

A BGP neighbour is configured, so its row stays whatever its state; OSPF takes a dead neighbour off the table.
"""

from typing import Final

from simulator.ber import GAUGE32, Oid, integer, octets, unsigned
from simulator.curve import Moment
from simulator.mibs.addresses import ip_address, ip_steps
from simulator.routers import Port, Router, Session
from simulator.views import Column, fixed

_BGP: Final = (1, 3, 6, 1, 2, 1, 15)
_PEER: Final = (*_BGP, 3, 1)
_NEIGHBOUR: Final = (1, 3, 6, 1, 2, 1, 14, 10, 1)
_IDLE, _ACTIVE, _ESTABLISHED = 1, 3, 6
_STOP, _START = 1, 2
_INIT, _FULL = 3, 8
_BGP_PORT: Final = 179

Neighbour = tuple[Session, Port, Port]
"""A row: the session, its own port and the far one."""


def bgp_rows(router: Router) -> list[tuple[Oid, Neighbour]]:
    """The rows of the BGP neighbours' family."""
    return [(ip_steps(row[2].address), row) for row in _sessions(router, "bgp")]


def ospf_rows(router: Router) -> list[tuple[Oid, Neighbour]]:
    """The rows of the OSPF neighbours' family: those that are heard."""
    return [((*ip_steps(row[2].address), 0), row) for row in _sessions(router, "ospf") if row[1].link_lives]


def speaker_rows(router: Router) -> list[tuple[Oid, Router]]:
    """The row of the scalars: only of a router that speaks BGP."""
    return [((0,), router)] if _sessions(router, "bgp") else []


def _sessions(router: Router, protocol: str) -> list[Neighbour]:
    return [
        (port.session, port, port.peer)
        for port in router.ports
        if port.session is not None and port.session.protocol == protocol and port.peer is not None
    ]


def _bgp_state(row: Neighbour, _: Moment) -> bytes:
    session, port, far = row
    if port.shut:
        return integer(_IDLE)
    return integer(_ESTABLISHED if port.link_lives and not session.lost and not far.shut else _ACTIVE)


def _since(row: Neighbour, moment: Moment) -> bytes:
    """bgpPeerFsmEstablishedTime: seconds since it was established, or since it no longer is."""
    session, port, far = row
    changed = max(session.changed, port.router.boot, far.router.boot)
    return unsigned(GAUGE32, max(0, moment.now - changed) // 1000)


COLUMNS: Final = (
    Column((*_BGP, 1), "speaker", fixed(octets(b"\x10")), static=True),
    Column((*_BGP, 2), "speaker", lambda router, _: integer(router.autonomous_system), static=True),
    Column((*_BGP, 4), "speaker", lambda router, _: ip_address(router.device.address), static=True),
    Column((*_PEER, 1), "bgp", lambda row, _: ip_address(row[2].router.device.address), static=True),
    Column((*_PEER, 2), "bgp", _bgp_state),
    Column((*_PEER, 3), "bgp", lambda row, _: integer(_STOP if row[1].shut else _START)),
    Column((*_PEER, 4), "bgp", fixed(integer(4)), static=True),
    Column((*_PEER, 5), "bgp", lambda row, _: ip_address(row[1].address), static=True),
    Column((*_PEER, 6), "bgp", fixed(integer(_BGP_PORT)), static=True),
    Column((*_PEER, 7), "bgp", lambda row, _: ip_address(row[2].address), static=True),
    Column((*_PEER, 8), "bgp", fixed(integer(_BGP_PORT)), static=True),
    Column((*_PEER, 9), "bgp", lambda row, _: integer(row[2].router.autonomous_system), static=True),
    Column((*_PEER, 16), "bgp", _since),
    Column((*_NEIGHBOUR, 1), "ospf", lambda row, _: ip_address(row[2].address), static=True),
    Column((*_NEIGHBOUR, 2), "ospf", fixed(integer(0)), static=True),
    Column((*_NEIGHBOUR, 3), "ospf", lambda row, _: ip_address(row[2].router.device.address), static=True),
    Column((*_NEIGHBOUR, 4), "ospf", fixed(integer(2)), static=True),
    Column((*_NEIGHBOUR, 5), "ospf", fixed(integer(1)), static=True),
    Column((*_NEIGHBOUR, 6), "ospf", lambda row, _: integer(_INIT if row[0].lost or row[2].shut else _FULL)),
)
