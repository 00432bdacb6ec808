"""LLDP-MIB (IEEE 802.1AB-2005): who this router is, its ports, and whom it hears on them."""

from typing import Final

from simulator.ber import Oid, integer, octets, text
from simulator.mibs.system import description
from simulator.routers import Port, Router
from simulator.views import Column, fixed

_OBJECTS: Final = (1, 0, 8802, 1, 1, 2, 1)
_LOCAL: Final = (*_OBJECTS, 3)
_LOCAL_PORT: Final = (*_LOCAL, 7, 1)
_REMOTE: Final = (*_OBJECTS, 4, 1, 1)
_MAC_ADDRESS: Final = 4
_INTERFACE_NAME: Final = 5
_ROUTER: Final = b"\x02\x08"
"""LldpSystemCapabilitiesMap: bit 4, router, of a BITS value whose first bit is the highest."""


def chassis(router: Router) -> bytes:
    """lldpLocChassisId: the first port's address."""
    return router.ports[0].mac


def remote_rows(router: Router) -> list[tuple[Oid, Port]]:
    """The rows of the neighbours' family: the far port of every link that carries frames both ways."""
    return [((0, port.index, 1), port.peer) for port in router.ports if port.peer is not None and port.link_lives]


COLUMNS: Final = (
    Column((*_LOCAL, 1), "router", fixed(integer(_MAC_ADDRESS)), static=True),
    Column((*_LOCAL, 2), "router", lambda router, _: octets(chassis(router)), static=True),
    Column((*_LOCAL, 3), "router", lambda router, _: text(router.device.id), static=True),
    Column((*_LOCAL, 4), "router", lambda router, _: text(description(router)), static=True),
    Column((*_LOCAL_PORT, 2), "port", fixed(integer(_INTERFACE_NAME)), static=True),
    Column((*_LOCAL_PORT, 3), "port", lambda port, _: text(port.name), static=True),
    Column((*_LOCAL_PORT, 4), "port", lambda port, _: text(port.alias), static=True),
    Column((*_REMOTE, 4), "neighbour", fixed(integer(_MAC_ADDRESS)), static=True),
    Column((*_REMOTE, 5), "neighbour", lambda port, _: octets(chassis(port.router)), static=True),
    Column((*_REMOTE, 6), "neighbour", fixed(integer(_INTERFACE_NAME)), static=True),
    Column((*_REMOTE, 7), "neighbour", lambda port, _: text(port.name), static=True),
    Column((*_REMOTE, 8), "neighbour", lambda port, _: text(port.alias), static=True),
    Column((*_REMOTE, 9), "neighbour", lambda port, _: text(port.router.device.id), static=True),
    Column((*_REMOTE, 10), "neighbour", lambda port, _: text(description(port.router)), static=True),
    Column((*_REMOTE, 11), "neighbour", fixed(octets(_ROUTER)), static=True),
    Column((*_REMOTE, 12), "neighbour", fixed(octets(_ROUTER)), static=True),
)
