"""IP-MIB ipAddrTable (RFC 4293, deprecated and everywhere): the addresses of lines and of the loopback."""

from typing import Final

from simulator.ber import IP_ADDRESS, Oid, integer, tlv
from simulator.curve import Moment
from simulator.routers import Port, Router
from simulator.views import Column, fixed

_ENTRY: Final = (1, 3, 6, 1, 2, 1, 4, 20, 1)


def ip_steps(address: str) -> Oid:
    """An address as the four steps of an index."""
    return tuple(int(part) for part in address.split("."))


def ip_address(address: str) -> bytes:
    """An IpAddress element."""
    return tlv(IP_ADDRESS, bytes(ip_steps(address)))


def address_rows(router: Router) -> list[tuple[Oid, Port]]:
    """The rows of the addresses' family."""
    return [(ip_steps(port.address), port) for port in router.ports if port.address]


def _mask(port: Port, _: Moment) -> bytes:
    return ip_address("255.255.255.252" if port.link is not None else "255.255.255.255")


COLUMNS: Final = (
    Column((*_ENTRY, 1), "address", lambda port, _: ip_address(port.address), static=True),
    Column((*_ENTRY, 2), "address", lambda port, _: integer(port.index), static=True),
    Column((*_ENTRY, 3), "address", _mask, static=True),
    Column((*_ENTRY, 4), "address", fixed(integer(1)), static=True),
    Column((*_ENTRY, 5), "address", fixed(integer(65_535)), static=True),
)
