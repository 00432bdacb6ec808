"""SNMPv2-MIB system group (RFC 3418). Rows: the router."""

from typing import Final

from simulator.ber import TIME_TICKS, integer, object_identifier, text, unsigned
from simulator.curve import Moment
from simulator.routers import Router
from simulator.views import Column, fixed
from topology.model import Role

_SYSTEM: Final = (1, 3, 6, 1, 2, 1, 1)
# Enterprise 32473 is the one set aside for examples (RFC 5612): no vendor's profile must claim these routers.
_PRODUCTS: Final = {
    Role.CORE: (1, 3, 6, 1, 4, 1, 32473, 1, 1),
    Role.AGGREGATION: (1, 3, 6, 1, 4, 1, 32473, 1, 2),
    Role.COUNTY: (1, 3, 6, 1, 4, 1, 32473, 1, 3),
    Role.ACCESS: (1, 3, 6, 1, 4, 1, 32473, 1, 4),
}
_MODELS: Final = {
    Role.CORE: "YN9000 core router",
    Role.AGGREGATION: "YN6000 aggregation router",
    Role.COUNTY: "YN3000 county router",
    Role.ACCESS: "YN200 access router",
}


def description(router: Router) -> str:
    """sysDescr."""
    return f"Yunwei simulated {_MODELS[router.device.role]}, software 5.170 (loopback, no real device)"


def model(router: Router) -> str:
    """The name of the product."""
    return _MODELS[router.device.role]


def product(router: Router) -> tuple[int, ...]:
    """sysObjectID."""
    return _PRODUCTS[router.device.role]


def _up_time(router: Router, moment: Moment) -> bytes:
    return unsigned(TIME_TICKS, (moment.now - router.boot) // 10 & 0xFFFFFFFF)


COLUMNS: Final = (
    Column((*_SYSTEM, 1), "router", lambda router, _: text(description(router)), static=True),
    Column((*_SYSTEM, 2), "router", lambda router, _: object_identifier(product(router)), static=True),
    Column((*_SYSTEM, 3), "router", _up_time),
    Column((*_SYSTEM, 4), "router", fixed(text("NOC 网管中心")), static=True),
    Column((*_SYSTEM, 5), "router", lambda router, _: text(router.device.id), static=True),
    Column((*_SYSTEM, 6), "router", lambda router, _: text(router.location), static=True),
    Column((*_SYSTEM, 7), "router", fixed(integer(6)), static=True),
)
