"""What a device has: its interfaces and sensors. Walked at the start, every few hours, and when something moved."""

from collections.abc import Collection
from typing import Final

from collectors.snmp import health, oids
from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Answer, Value
from collectors.snmp.health import Sensor
from collectors.snmp.interfaces import RawInterface, names, speed_of, worth_polling
from collectors.snmp.inventory.model import Inventory, NamedInterface, PolledInterface
from collectors.snmp.text import number_of, text_of

MOST_SENSORS: Final = 32
"""Temperatures polled at most."""

DETAILS: Final = (
    oids.IF_DESCR, oids.IF_NAME, oids.IF_ALIAS, oids.IF_TYPE, oids.IF_SPEED, oids.IF_HIGH_SPEED, oids.IF_ADMIN_STATUS,
)  # fmt: skip

COUNTERS: Final = (
    oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS, oids.IF_IN_OCTETS, oids.IF_OUT_OCTETS,
    oids.IF_IN_ERRORS, oids.IF_OUT_ERRORS, oids.IF_IN_DISCARDS, oids.IF_OUT_DISCARDS, oids.IF_DISCONTINUITY,
)  # fmt: skip


async def take_inventory(talk: Conversation, declared: Collection[str], most: int, *, everything: bool) -> Inventory:
    """Walk a device. `declared` are interfaces that the topology has links on; `everything` polls all others too.

    Raises Unanswered when the agent stops answering on the way.
    """
    start = await talk.get([oids.SYS_UPTIME, oids.IF_TABLE_LAST_CHANGE, *health.UcdMemory().oids, oids.UCD_CPU_IDLE])
    raw, answer = await _interfaces(talk)
    name_of = names(raw, declared)
    chosen = raw[:most] if everything else worth_polling(raw, name_of, declared, most)
    counters = await talk.get([oids.under(column, interface.index) for interface in chosen for column in COUNTERS])
    polled = tuple(_polled(interface, name_of[interface.index], counters, answer) for interface in chosen)
    sensors = await _sensors(talk, start)
    asked = {interface.index for interface in chosen}
    return Inventory(
        interfaces=polled,
        sensors=tuple(sensors),
        last_change=number_of(start, oids.IF_TABLE_LAST_CHANGE),
        found=len(raw),
        missing=frozenset(declared) - frozenset(name_of.values()),
        others=tuple(NamedInterface(name_of[other.index], other) for other in raw if other.index not in asked),
    )


async def _interfaces(talk: Conversation) -> tuple[list[RawInterface], Answer]:
    states = await talk.walk(oids.IF_OPER_STATUS)
    indexes = [int(index) for index in states if index.isdigit()]
    answer = await talk.get([oids.under(column, index) for index in indexes for column in DETAILS])
    found: list[RawInterface] = []
    for index in indexes:
        admin = number_of(answer, oids.under(oids.IF_ADMIN_STATUS, index))
        oper = states[str(index)]
        if admin is None or not isinstance(oper, int):
            continue
        found.append(
            RawInterface(
                index,
                text_of(answer.get(oids.under(oids.IF_NAME, index))),
                text_of(answer.get(oids.under(oids.IF_DESCR, index))),
                text_of(answer.get(oids.under(oids.IF_ALIAS, index))),
                number_of(answer, oids.under(oids.IF_TYPE, index)) or 0,
                speed_of(
                    number_of(answer, oids.under(oids.IF_SPEED, index)),
                    number_of(answer, oids.under(oids.IF_HIGH_SPEED, index)),
                ),
                admin,
                oper,
            )
        )
    return found, answer


def _polled(interface: RawInterface, name: str, counters: Answer, details: Answer) -> PolledInterface:
    columns = frozenset(
        column for column in COUNTERS if isinstance(counters.get(oids.under(column, interface.index)), int)
    )
    wide = {oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS} <= columns
    stamp: tuple[str, Value] = ("", None)
    for column in (oids.IF_NAME, oids.IF_DESCR):
        instance = oids.under(column, interface.index)
        if details.get(instance):
            stamp = (instance, details[instance])
            break
    return PolledInterface(name, interface, wide, columns, stamp)


async def _sensors(talk: Conversation, start: Answer) -> list[Sensor]:
    found = health.processors(list(await talk.walk(oids.HR_PROCESSOR_LOAD)))
    if not found and health.UcdProcessor().read(start) is not None:
        found.append(health.UcdProcessor())
    types = await talk.walk(oids.HR_STORAGE_TYPE)
    memory: list[Sensor] = []
    if types:
        columns = (oids.HR_STORAGE_DESCR, oids.HR_STORAGE_SIZE)
        details = await talk.get([oids.under(column, index) for index in types for column in columns])
        memory = health.memories(types, details)
    if not memory and health.UcdMemory().read(start) is not None:
        memory.append(health.UcdMemory())
    return found + memory + await _temperatures(talk)


async def _temperatures(talk: Conversation) -> list[Sensor]:
    types = await talk.walk(oids.ENT_SENSOR_TYPE)
    indexes = [index for index, kind in types.items() if kind == health.CELSIUS][:MOST_SENSORS]
    if not indexes:
        return []
    columns = (oids.ENT_SENSOR_SCALE, oids.ENT_SENSOR_PRECISION, oids.ENT_PHYSICAL_NAME, oids.ENT_PHYSICAL_DESCR)
    details = await talk.get([oids.under(column, index) for index in indexes for column in columns])
    found: list[Sensor] = []
    taken: set[str] = set()
    for index in indexes:
        factor = health.temperature_factor(
            number_of(details, oids.under(oids.ENT_SENSOR_SCALE, index)),
            number_of(details, oids.under(oids.ENT_SENSOR_PRECISION, index)),
        )
        if factor is None:
            continue
        name = (
            text_of(details.get(oids.under(oids.ENT_PHYSICAL_NAME, index)))
            or text_of(details.get(oids.under(oids.ENT_PHYSICAL_DESCR, index)))
            or f"sensor{index}"
        )
        if name in taken:
            name = f"{name} #{index}"
        taken.add(name)
        value, status = oids.under(oids.ENT_SENSOR_VALUE, index), oids.under(oids.ENT_SENSOR_STATUS, index)
        found.append(health.Temperature(name, value, status, factor))
    return found
