"""The sensors that a device has, by the standard MIBs."""

from typing import Final

from collectors.snmp import health, oids
from collectors.snmp.conversation import Conversation
from collectors.snmp.health import Sensor
from collectors.snmp.text import number_of, text_of

MOST_SENSORS: Final = 32
"""Temperatures polled at most."""


async def read_sensors(talk: Conversation) -> tuple[Sensor, ...]:
    """Processors, memory, temperatures. Raises Unanswered."""
    start = await talk.get([*health.UcdMemory().oids, oids.UCD_CPU_IDLE])
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
    return (*found, *memory, *await _temperatures(talk))


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
