"""Sensors by standard MIBs: the right value, or none."""

import pytest

from collectors.snmp import health, oids
from collectors.snmp.gufo import Value


@pytest.mark.parametrize(
    ("scale", "precision", "factor"),
    [
        (9, 0, 1.0),
        (9, 1, 0.1),
        (8, 0, 0.001),
        (10, 0, 1000.0),
        (None, None, 1.0),
        (9, -1, 1.0),
        (0, 0, None),
        (9, 12, None),
    ],
)
def test_a_sensors_factor_follows_scale_and_precision(
    scale: int | None, precision: int | None, factor: float | None
) -> None:
    found = health.temperature_factor(scale, precision)
    assert found == (None if factor is None else pytest.approx(factor))


@pytest.mark.parametrize(
    ("value", "status", "celsius"),
    [(385, 1, 38.5), (385, 2, None), (385, None, None), (99_999, 1, None), (b"x", 1, None)],
)
def test_a_temperature_is_a_value_only_while_its_sensor_is_ok(
    value: Value, status: Value, celsius: float | None
) -> None:
    reading = health.Temperature("chassis", "v", "s", 0.1).read({"v": value, "s": status})
    assert (reading and reading.value) == (None if celsius is None else pytest.approx(celsius))


def storage(*rows: tuple[str, bytes, int]) -> tuple[dict[str, Value], dict[str, Value]]:
    types: dict[str, Value] = {}
    details: dict[str, Value] = {}
    for number, (kind, descr, size) in enumerate(rows, start=1):
        types[str(number)] = kind
        details[oids.under(oids.HR_STORAGE_DESCR, number)] = descr
        details[oids.under(oids.HR_STORAGE_SIZE, number)] = size
    return types, details


OTHER = "1.3.6.1.2.1.25.2.1.1"


def test_memory_that_net_snmp_could_have_back_at_once_is_not_in_use() -> None:
    types, details = storage(
        (oids.HR_STORAGE_RAM, b"Physical memory", 1000),
        (OTHER, b"Memory buffers", 1000),
        (OTHER, b"Cached memory", 500),
        (oids.HR_STORAGE_RAM, b"Swap space", 0),
    )
    (sensor,) = health.memories(types, details)
    used = {oids.under(oids.HR_STORAGE_USED, number): value for number, value in ((1, 900), (2, 100), (3, 500))}
    reading = sensor.read({**details, **used})
    assert reading is not None
    assert (reading.entity, reading.value) == ("memory", 30.0)


@pytest.mark.parametrize(("used", "size"), [(5, 0), (11, 10), (-1, 10), (None, 10)])
def test_memory_figures_that_contradict_each_other_are_no_value(used: Value, size: Value) -> None:
    assert health.Storage("memory", "u", "s").read({"u": used, "s": size}) is None


def test_several_memories_are_told_apart() -> None:
    types, details = storage((oids.HR_STORAGE_RAM, b"RE0", 10), (oids.HR_STORAGE_RAM, b"RE1", 10))
    assert [sensor.entity for sensor in health.memories(types, details) if isinstance(sensor, health.Storage)] == [
        "memory1",
        "memory2",
    ]


@pytest.mark.parametrize(("count", "entities"), [(0, []), (1, ["cpu"]), (2, ["cpu1", "cpu2"]), (64, ["cpu"])])
def test_processors_are_told_one_by_one_unless_they_are_many(count: int, entities: list[str]) -> None:
    found = health.processors([str(number) for number in range(count)])
    assert [sensor.entity for sensor in found if isinstance(sensor, health.Processor)] == entities


def test_many_processors_are_one_mean() -> None:
    (sensor,) = health.processors([str(number) for number in range(20)])
    loads: dict[str, Value] = {oids.under(oids.HR_PROCESSOR_LOAD, number): 10 + number for number in range(20)}
    reading = sensor.read(loads)
    assert reading is not None
    assert reading.value == 19.5


def test_ucd_tells_memory_and_processor_where_nothing_else_does() -> None:
    answer: dict[str, Value] = {
        oids.UCD_MEM_TOTAL: 1000, oids.UCD_MEM_AVAILABLE: 200, oids.UCD_MEM_BUFFER: 100, oids.UCD_MEM_CACHED: 300,
        oids.UCD_CPU_IDLE: 88,
    }  # fmt: skip
    memory, processor = health.UcdMemory().read(answer), health.UcdProcessor().read(answer)
    assert memory is not None
    assert processor is not None
    assert (memory.value, processor.value) == (40.0, 12.0)
    assert health.UcdMemory().read({}) is None
