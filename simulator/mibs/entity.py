"""ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433) and ENTITY-STATE-MIB (RFC 4268): a chassis, its main board with a
temperature sensor and, in the bigger routers, two power supplies and two fans."""

from dataclasses import dataclass
from typing import Final

from simulator.ber import TIME_TICKS, Oid, integer, object_identifier, text, unsigned
from simulator.curve import Moment
from simulator.mibs.system import model, product
from simulator.routers import Router
from simulator.views import Column, fixed
from topology.model import Role

_ENTRY: Final = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
_SENSOR: Final = (1, 3, 6, 1, 2, 1, 99, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """A physical part of a router."""

    index: int
    description: str
    contained_in: int
    physical_class: int
    """entPhysicalClass: 3 chassis, 6 powerSupply, 7 fan, 9 module, 8 sensor."""
    position: int
    name: str


PARTS: Final = (
    Part(1, "Chassis", 0, 3, -1, "Chassis"),
    Part(10, "Main processing unit", 1, 9, 1, "MPU 1"),
    Part(1001, "Main board inlet temperature", 10, 8, 1, "Temperature 1"),
)
SENSOR: Final = 1001

SUPPLIES: Final = (
    Part(2001, "Power supply", 1, 6, 1, "Power Supply 1"),
    Part(2002, "Power supply", 1, 6, 2, "Power Supply 2"),
)
FANS: Final = (
    Part(3001, "Fan", 1, 7, 1, "Fan 1"),
    Part(3002, "Fan", 1, 7, 2, "Fan 2"),
)
_STATE: Final = (1, 3, 6, 1, 2, 1, 131, 1, 1, 1)
_UNLOCKED, _ENABLED, _DISABLED, _PROVIDING = 4, 3, 2, 4

PhysicalPart = tuple[Router, Part]


def part_rows(router: Router) -> list[tuple[Oid, PhysicalPart]]:
    """The rows of the parts' family."""
    return [((part.index,), (router, part)) for part in (*PARTS, *units(router.device.role))]


def unit_rows(router: Router) -> list[tuple[Oid, PhysicalPart]]:
    """The rows of what can fail by itself."""
    return [((part.index,), (router, part)) for part in units(router.device.role)]


def units(role: Role) -> tuple[Part, ...]:
    """Power supplies and fans: an access router has neither, but an adapter on the wall."""
    return () if role is Role.ACCESS else (*SUPPLIES, *FANS)


def _oper(row: PhysicalPart, _: Moment) -> bytes:
    router, part = row
    return integer(_DISABLED if part.index in router.failed else _ENABLED)


def _serial(row: PhysicalPart, _: Moment) -> bytes:
    router, part = row
    return text(f"YN{router.device.id}-{part.index}" if part.physical_class != 8 else "")


def _temperature(router: Router, moment: Moment) -> bytes:
    return integer(round(router.vitals.temperature(moment) * 10))


COLUMNS: Final = (
    Column((*_ENTRY, 2), "part", lambda row, _: text(row[1].description), static=True),
    Column((*_ENTRY, 3), "part", lambda row, _: object_identifier(product(row[0])), static=True),
    Column((*_ENTRY, 4), "part", lambda row, _: integer(row[1].contained_in), static=True),
    Column((*_ENTRY, 5), "part", lambda row, _: integer(row[1].physical_class), static=True),
    Column((*_ENTRY, 6), "part", lambda row, _: integer(row[1].position), static=True),
    Column((*_ENTRY, 7), "part", lambda row, _: text(row[1].name), static=True),
    Column((*_ENTRY, 11), "part", _serial, static=True),
    Column((*_ENTRY, 13), "part", lambda row, _: text(model(row[0])), static=True),
    Column((*_ENTRY, 16), "part", fixed(integer(2)), static=True),
    # entStateAdmin unlocked(4), entStateOper enabled(3) or disabled(2), entStateStandby providingService(4).
    Column((*_STATE, 2), "unit", fixed(integer(_UNLOCKED)), static=True),
    Column((*_STATE, 3), "unit", _oper),
    Column((*_STATE, 6), "unit", fixed(integer(_PROVIDING)), static=True),
    # entPhySensorType celsius(8), scale units(9), one decimal: 41.5 °C is 415.
    Column((*_SENSOR, 1), "sensor", fixed(integer(8)), static=True),
    Column((*_SENSOR, 2), "sensor", fixed(integer(9)), static=True),
    Column((*_SENSOR, 3), "sensor", fixed(integer(1)), static=True),
    Column((*_SENSOR, 4), "sensor", _temperature),
    Column((*_SENSOR, 5), "sensor", fixed(integer(1)), static=True),
    Column((*_SENSOR, 6), "sensor", fixed(text("degrees Celsius")), static=True),
    Column((*_SENSOR, 7), "sensor", lambda router, now: unsigned(TIME_TICKS, router.ticks(now.now) & 0xFFFFFFFF)),
    Column((*_SENSOR, 8), "sensor", fixed(unsigned(0x42, 1000)), static=True),
)
