"""Sensors by standard MIBs: which objects each one asks for, and how its value comes out of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.text import number_of
from foundation.messages import HealthReading

MOST_PROCESSORS: Final = 16
"""Above this, a device's processors are read as one mean."""

CELSIUS: Final = 8
"""entPhySensorType: celsius."""
SENSOR_OK: Final = 1
"""entPhySensorOperStatus: ok."""
UNITS_SCALE: Final = 9
"""entPhySensorScale: units, 10^0; each step is a factor of 1000."""


class Sensor(Protocol):
    """One thing that is measured."""

    @property
    def oids(self) -> tuple[str, ...]:
        """The objects it needs, all in one answer."""
        ...

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """Its value, or None where the answer tells none."""
        ...


@dataclass(frozen=True, slots=True)
class Processor:
    """hrProcessorLoad of one processor, or the mean of many: percent of the last minute that it was not idle."""

    entity: str
    oids: tuple[str, ...]

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """The mean of those that answered."""
        total = count = 0
        for oid in self.oids:
            load = answer.get(oid)
            if isinstance(load, int) and 0 <= load <= 100:
                total += load
                count += 1
        return HealthReading(self.entity, "cpu", total / count, "%") if count else None


@dataclass(frozen=True, slots=True)
class Storage:
    """Main memory in hrStorageTable: percent in use.

    net-snmp counts buffers and cache as used and lists each in a row of its own; what they hold can be had back at
    once, so it is taken off (`reclaimable`).
    """

    entity: str
    used: str
    size: str
    reclaimable: tuple[str, ...] = ()

    @property
    def oids(self) -> tuple[str, ...]:
        """Used, size, and what can be had back."""
        return (self.used, self.size, *self.reclaimable)

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """None where the size is 0 or the figures contradict each other."""
        used, size = answer.get(self.used), answer.get(self.size)
        if not isinstance(used, int) or not isinstance(size, int) or size <= 0 or not 0 <= used <= size:
            return None
        for oid in self.reclaimable:
            part = answer.get(oid)
            if isinstance(part, int) and 0 <= part <= used:
                used -= part
        return HealthReading(self.entity, "memory", used * 100 / size, "%")


@dataclass(frozen=True, slots=True)
class Temperature:
    """A celsius sensor of ENTITY-SENSOR-MIB."""

    entity: str
    value: str
    status: str
    factor: float
    """What a raw value is multiplied by: from scale and precision."""

    @property
    def oids(self) -> tuple[str, ...]:
        """Value and operational status."""
        return (self.value, self.status)

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """None while the sensor says that it is not ok, or tells what no device survives."""
        raw = answer.get(self.value)
        if not isinstance(raw, int) or answer.get(self.status) != SENSOR_OK:
            return None
        celsius = raw * self.factor
        return HealthReading(self.entity, "temperature", celsius, "°C") if -100 <= celsius <= 300 else None


@dataclass(frozen=True, slots=True)
class UcdProcessor:
    """UCD-SNMP-MIB ssCpuIdle: percent idle."""

    oids: tuple[str, ...] = (oids.UCD_CPU_IDLE,)

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """What is not idle."""
        idle = answer.get(oids.UCD_CPU_IDLE)
        return HealthReading("cpu", "cpu", 100.0 - idle, "%") if isinstance(idle, int) and 0 <= idle <= 100 else None


@dataclass(frozen=True, slots=True)
class UcdMemory:
    """UCD-SNMP-MIB memory: what is neither free, nor buffer, nor cache."""

    oids: tuple[str, ...] = (oids.UCD_MEM_TOTAL, oids.UCD_MEM_AVAILABLE, oids.UCD_MEM_BUFFER, oids.UCD_MEM_CACHED)

    def read(self, answer: Mapping[str, Value]) -> HealthReading | None:
        """None where the figures contradict each other."""
        total, free = number_of(answer, oids.UCD_MEM_TOTAL), number_of(answer, oids.UCD_MEM_AVAILABLE)
        if total is None or free is None or total <= 0:
            return None
        spare = (number_of(answer, oids.UCD_MEM_BUFFER) or 0) + (number_of(answer, oids.UCD_MEM_CACHED) or 0)
        used = total - free - spare
        return HealthReading("memory", "memory", used * 100 / total, "%") if 0 <= used <= total else None


def processors(indexes: list[str]) -> list[Sensor]:
    """A sensor for each row of hrProcessorTable, or one for all of them where they are many."""
    loads = [oids.under(oids.HR_PROCESSOR_LOAD, index) for index in indexes]
    if len(loads) > MOST_PROCESSORS:
        return [Processor("cpu", tuple(loads[: 4 * MOST_PROCESSORS]))]
    if len(loads) == 1:
        return [Processor("cpu", (loads[0],))]
    return [Processor(f"cpu{number}", (load,)) for number, load in enumerate(loads, start=1)]


def memories(types: Mapping[str, Value], details: Mapping[str, Value]) -> list[Sensor]:
    """A sensor for each hrStorageRam row. `types` is hrStorageType by index; `details` holds description and size."""
    from_agent = {index: str(details_text(details, index)) for index in types}
    spare = tuple(
        oids.under(oids.HR_STORAGE_USED, index)
        for index, descr in from_agent.items()
        if descr in {"memory buffers", "cached memory"}
    )
    found: list[Sensor] = []
    rows = [
        index
        for index, kind in types.items()
        if kind == oids.HR_STORAGE_RAM
        and from_agent[index] not in {"memory buffers", "cached memory", "available memory", "shared memory"}
        and (number_of(details, oids.under(oids.HR_STORAGE_SIZE, index)) or 0) > 0
    ]
    for number, index in enumerate(rows, start=1):
        entity = "memory" if len(rows) == 1 else f"memory{number}"
        used, size = oids.under(oids.HR_STORAGE_USED, index), oids.under(oids.HR_STORAGE_SIZE, index)
        found.append(Storage(entity, used, size, spare if from_agent[index] == "physical memory" else ()))
    return found


def details_text(details: Mapping[str, Value], index: str) -> str:
    """hrStorageDescr at an index, in lower case."""
    value = details.get(oids.under(oids.HR_STORAGE_DESCR, index))
    return value.decode("latin-1").strip("\0 ").lower() if isinstance(value, bytes) else ""


def temperature_factor(scale: int | None, precision: int | None) -> float | None:
    """What a raw sensor value is multiplied by; None where scale (1 to 17) or precision (-8 to 9) is bad."""
    scale = UNITS_SCALE if scale is None else scale
    precision = 0 if precision is None else precision
    if not 1 <= scale <= 17 or not -8 <= precision <= 9:
        return None
    # A negative precision tells how many places left of the point are accurate; the value itself is unscaled.
    return float(10.0 ** ((scale - UNITS_SCALE) * 3 - max(0, precision)))
