"""The interfaces of a device: ifTable and ifXTable (IF-MIB, RFC 2863)."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from collectors.snmp import oids
from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Answer, Value
from collectors.snmp.interfaces import RawInterface, speed_of
from collectors.snmp.inventory.model import Inventory, PolledInterface
from collectors.snmp.inventory.octets import mac_of
from collectors.snmp.text import number_of, text_of

IF_PHYS_ADDRESS: Final = "1.3.6.1.2.1.2.2.1.6"

DETAILS: Final = (
    oids.IF_DESCR, oids.IF_NAME, oids.IF_ALIAS, oids.IF_TYPE, oids.IF_SPEED, oids.IF_HIGH_SPEED, oids.IF_ADMIN_STATUS,
    IF_PHYS_ADDRESS,
)  # fmt: skip

CHANGEABLE: Final = (
    oids.IF_NAME, oids.IF_ALIAS, oids.IF_SPEED, oids.IF_HIGH_SPEED, oids.IF_ADMIN_STATUS, oids.IF_OPER_STATUS,
)  # fmt: skip
"""What may change while ifTableLastChange stays: it tells of rows that came and went, not of what is in them."""

COUNTERS: Final = (
    oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS, oids.IF_IN_OCTETS, oids.IF_OUT_OCTETS,
    oids.IF_IN_ERRORS, oids.IF_OUT_ERRORS, oids.IF_IN_DISCARDS, oids.IF_OUT_DISCARDS, oids.IF_DISCONTINUITY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ports:
    """All interfaces, and the values of DETAILS that tell them apart."""

    raw: tuple[RawInterface, ...]
    details: Answer


async def read_ports(talk: Conversation, most: int) -> Ports:
    """Every interface, at most so many. Raises Unanswered."""
    states = await talk.walk(oids.IF_OPER_STATUS)
    indexes = [int(index) for index in states if index.isdigit()][:most]
    details = await talk.get([oids.under(column, index) for index in indexes for column in DETAILS])
    found: list[RawInterface] = []
    for index in indexes:
        admin = number_of(details, oids.under(oids.IF_ADMIN_STATUS, index))
        oper = states[str(index)]
        # A row that vanished since the walk has no admin status any more.
        if admin is not None and isinstance(oper, int):
            found.append(_interface(index, details, admin, oper))
    return Ports(tuple(found), details)


def _interface(index: int, details: Answer, admin: int, oper: int) -> RawInterface:
    def text(column: str) -> str:
        # Interned: thousands of devices call their ports the same.
        return sys.intern(text_of(details.get(oids.under(column, index))))

    def number(column: str) -> int | None:
        return number_of(details, oids.under(column, index))

    return RawInterface(
        index,
        text(oids.IF_NAME),
        text(oids.IF_DESCR),
        text(oids.IF_ALIAS),
        number(oids.IF_TYPE) or 0,
        speed_of(number(oids.IF_SPEED), number(oids.IF_HIGH_SPEED)),
        admin,
        oper,
        mac_of(details.get(oids.under(IF_PHYS_ADDRESS, index))),
    )


async def refresh_ports(talk: Conversation, before: Inventory) -> tuple[RawInterface, ...] | None:
    """The interfaces of an inventory as they are now, without a walk. None where one was renamed or is gone.

    Raises Unanswered.
    """
    known = sorted(raw_interfaces(before), key=lambda interface: interface.index)
    answer = await talk.get([oids.under(column, interface.index) for interface in known for column in CHANGEABLE])
    found: list[RawInterface] = []
    for interface in known:
        index = interface.index
        admin = number_of(answer, oids.under(oids.IF_ADMIN_STATUS, index))
        oper = number_of(answer, oids.under(oids.IF_OPER_STATUS, index))
        if admin is None or oper is None or text_of(answer.get(oids.under(oids.IF_NAME, index))) != interface.if_name:
            return None
        found.append(
            replace(
                interface,
                alias=text_of(answer.get(oids.under(oids.IF_ALIAS, index))),
                speed=speed_of(
                    number_of(answer, oids.under(oids.IF_SPEED, index)),
                    number_of(answer, oids.under(oids.IF_HIGH_SPEED, index)),
                ),
                admin=admin,
                oper=oper,
            )
        )
    return tuple(found)


def raw_interfaces(inventory: Inventory) -> Sequence[RawInterface]:
    """All interfaces of an inventory, polled or not."""
    return [*(one.raw for one in inventory.interfaces), *(one.raw for one in inventory.others)]


async def read_identifiers(talk: Conversation, interfaces: Sequence[RawInterface]) -> Answer:
    """ifName and ifDescr, byte for byte, of interfaces that were not walked. Raises Unanswered."""
    return await talk.get(
        [oids.under(column, one.index) for one in interfaces for column in (oids.IF_NAME, oids.IF_DESCR)]
    )


async def polled_interfaces(
    talk: Conversation, chosen: Sequence[RawInterface], name_of: Mapping[int, str], details: Answer
) -> dict[int, PolledInterface]:
    """Which counters these interfaces have, by ifIndex. Raises Unanswered."""
    counters = await talk.get([oids.under(column, interface.index) for interface in chosen for column in COUNTERS])
    return {interface.index: _polled(interface, name_of[interface.index], counters, details) for interface in chosen}


def _polled(interface: RawInterface, name: str, counters: Answer, details: Answer) -> PolledInterface:
    columns = _shared(
        tuple(column for column in COUNTERS if isinstance(counters.get(oids.under(column, interface.index)), int))
    )
    wide = {oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS} <= columns
    stamp: tuple[str, Value] = ("", None)
    for column in (oids.IF_NAME, oids.IF_DESCR):
        instance = oids.under(column, interface.index)
        if details.get(instance):
            stamp = (instance, details[instance])
            break
    return PolledInterface(name, interface, wide, columns, stamp)


@lru_cache(maxsize=256)
def _shared(columns: tuple[str, ...]) -> frozenset[str]:
    """One set for all interfaces that have the same columns: there are few kinds, and tens of thousands of ports."""
    return frozenset(columns)
