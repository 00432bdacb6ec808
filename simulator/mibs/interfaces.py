"""IF-MIB (RFC 2863): ifNumber, ifTable, ifXTable, ifTableLastChange. Rows: the ports, and the router for scalars."""

from collections.abc import Callable
from typing import Final

from simulator.ber import COUNTER32, COUNTER64, GAUGE32, TIME_TICKS, integer, octets, text, unsigned
from simulator.curve import Moment
from simulator.routers import Port, Router
from simulator.views import Column, fixed

_ENTRY: Final = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_X_ENTRY: Final = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_PACKET: Final = 620
"""Octets of an average packet."""
_MASK32: Final = 0xFFFFFFFF
_MASK64: Final = 0xFFFFFFFFFFFFFFFF

Count = Callable[[Port, Moment], int]


def _if_number(router: Router, _: Moment) -> bytes:
    return integer(len(router.ports))


def _table_last_change(router: Router, _: Moment) -> bytes:
    return unsigned(TIME_TICKS, router.since_boot(router.renumbered))


def _last_change(port: Port, _: Moment) -> bytes:
    return unsigned(TIME_TICKS, port.router.since_boot(port.changed))


def _speed(port: Port, _: Moment) -> bytes:
    return unsigned(GAUGE32, min(port.speed_mbps * 1_000_000, _MASK32))


def _narrow(count: Count) -> Callable[[Port, Moment], bytes]:
    return lambda port, moment: unsigned(COUNTER32, count(port, moment) & _MASK32)


def _wide(count: Count) -> Callable[[Port, Moment], bytes]:
    return lambda port, moment: unsigned(COUNTER64, count(port, moment) & _MASK64)


def _in_packets(port: Port, moment: Moment) -> int:
    return port.in_octets(moment) // _PACKET


def _out_packets(port: Port, moment: Moment) -> int:
    return port.out_octets(moment) // _PACKET


def _in_multicasts(port: Port, moment: Moment) -> int:
    return port.in_octets(moment) // (_PACKET * 400)


def _out_multicasts(port: Port, moment: Moment) -> int:
    return port.out_octets(moment) // (_PACKET * 400)


def _zero(_: Port, __: Moment) -> int:
    return 0


def _port(
    prefix: tuple[int, ...], number: int, read: Callable[[Port, Moment], bytes], *, static: bool = False
) -> Column:
    return Column((*prefix, number), "port", read, static)


COLUMNS: Final = (
    Column((1, 3, 6, 1, 2, 1, 2, 1), "router", _if_number, static=True),
    Column((1, 3, 6, 1, 2, 1, 31, 1, 5), "router", _table_last_change),
    _port(_ENTRY, 1, lambda port, _: integer(port.index), static=True),
    _port(_ENTRY, 2, lambda port, _: text(port.name), static=True),
    _port(_ENTRY, 3, lambda port, _: integer(port.kind), static=True),
    _port(_ENTRY, 4, fixed(integer(1500)), static=True),
    _port(_ENTRY, 5, _speed, static=True),
    _port(_ENTRY, 6, lambda port, _: octets(port.mac), static=True),
    _port(_ENTRY, 7, lambda port, _: integer(port.admin)),
    _port(_ENTRY, 8, lambda port, _: integer(port.oper)),
    _port(_ENTRY, 9, _last_change),
    _port(_ENTRY, 10, _narrow(Port.in_octets)),
    _port(_ENTRY, 11, _narrow(_in_packets)),
    _port(_ENTRY, 13, _narrow(_zero)),
    _port(_ENTRY, 14, _narrow(Port.in_errors)),
    _port(_ENTRY, 15, _narrow(_zero)),
    _port(_ENTRY, 16, _narrow(Port.out_octets)),
    _port(_ENTRY, 17, _narrow(_out_packets)),
    _port(_ENTRY, 19, _narrow(Port.out_discards)),
    _port(_ENTRY, 20, _narrow(Port.out_errors)),
    _port(_X_ENTRY, 1, lambda port, _: text(port.name), static=True),
    _port(_X_ENTRY, 2, _narrow(_in_multicasts)),
    _port(_X_ENTRY, 3, _narrow(_zero)),
    _port(_X_ENTRY, 4, _narrow(_out_multicasts)),
    _port(_X_ENTRY, 5, _narrow(_zero)),
    _port(_X_ENTRY, 6, _wide(Port.in_octets)),
    _port(_X_ENTRY, 7, _wide(_in_packets)),
    _port(_X_ENTRY, 8, _wide(_in_multicasts)),
    _port(_X_ENTRY, 9, _wide(_zero)),
    _port(_X_ENTRY, 10, _wide(Port.out_octets)),
    _port(_X_ENTRY, 11, _wide(_out_packets)),
    _port(_X_ENTRY, 12, _wide(_out_multicasts)),
    _port(_X_ENTRY, 13, _wide(_zero)),
    _port(_X_ENTRY, 14, fixed(integer(1)), static=True),
    _port(_X_ENTRY, 15, lambda port, _: unsigned(GAUGE32, port.speed_mbps), static=True),
    _port(_X_ENTRY, 16, fixed(integer(2)), static=True),
    _port(_X_ENTRY, 17, lambda port, _: integer(2 if port.kind == 24 else 1), static=True),
    _port(_X_ENTRY, 18, lambda port, _: text(port.alias), static=True),
    _port(_X_ENTRY, 19, fixed(unsigned(TIME_TICKS, 0)), static=True),
)
