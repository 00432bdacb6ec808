"""Which sensors a device has: found on a real conversation with a scripted agent, with few requests."""

import asyncio
from collections import Counter

import pytest

from collectors.snmp import oids
from collectors.snmp.conversation import Unanswered
from collectors.snmp.gufo import Value
from collectors.snmp.profiles.finding import find_sensors
from collectors.snmp.profiles.names import EntityNames
from collectors.snmp.profiles.profile import Profile, ProfileSet
from collectors.snmp.profiles.sensors import Sensor
from foundation.messages import HealthReading, HealthStatus, LimitSource
from tests.collectors import ber
from tests.collectors.agent import Agent
from tests.collectors.ber import Request
from tests.collectors.snmp.inventory.talking import agent_with, talking
from tests.collectors.snmp.profiles.families import family

T = "1.3.6.1.4.1.99999.1"
OTHER = "1.3.6.1.2.1.25.2.1.1"
STANDARD = ProfileSet.load()["standard"]


class Found:
    """What was found on an agent, and what that took."""

    def __init__(self, sensors: list[Sensor], readings: list[HealthReading], asked: list[Request]) -> None:
        self.sensors = sensors
        self.readings = readings
        self.asked = asked

    @property
    def values(self) -> dict[str, float | None]:
        """By entity."""
        return {reading.entity: reading.value for reading in self.readings}

    @property
    def oids(self) -> list[str]:
        """All that was asked for by GET, besides the agent's clock."""
        gets = [request for request in self.asked if request.kind == ber.GET]
        return [oid for request in gets for oid in request.oids if oid != oids.SYS_UPTIME]


def find(
    objects: dict[str, int | bytes | str],
    profile: Profile,
    context: EntityNames | None = None,
    *,
    most: int = 300,
    timeout: float = 1.5,
    dumb: frozenset[str] = frozenset(),
) -> Found:
    """Find sensors on an agent with these objects and read them once; columns in `dumb` are never answered."""

    def encode(value: int | bytes | str) -> bytes:
        if isinstance(value, int):
            return ber.integer(value)
        return ber.oid(value) if isinstance(value, str) else ber.octets(value)

    def behave(agent: Agent, request: Request) -> list[bytes]:
        silent = any(oid in dumb for oid in request.oids)
        return [] if silent else [agent.answer(request)]

    async def run() -> Found:
        async with agent_with({oid: encode(value) for oid, value in objects.items()}) as agent:
            agent.behaviour = behave
            async with talking(agent, timeout=timeout) as talk:
                sensors = await find_sensors(talk, profile, context, most=most)
                asked = list(agent.requests)
                wanted = sorted({oid for sensor in sensors for oid in sensor.oids})
                answer: dict[str, Value] = await talk.get(wanted) if wanted else {}
        readings = [reading for sensor in sensors if (reading := sensor.read(answer)) is not None]
        return Found(sensors, readings, asked)

    return asyncio.run(run())


def column(oid: str, *values: int | bytes | str) -> dict[str, int | bytes | str]:
    """A column's instances at 1, 2, 3 …"""
    return {f"{oid}.{index}": value for index, value in enumerate(values, start=1)}


# The standard MIBs


@pytest.mark.parametrize(("count", "entities"), [(1, ["cpu"]), (2, ["cpu1", "cpu2"]), (20, ["cpu"])])
def test_processors_are_told_one_by_one_unless_they_are_many(count: int, entities: list[str]) -> None:
    found = find(column(oids.HR_PROCESSOR_LOAD, *range(10, 10 + count)), STANDARD)
    assert [reading.entity for reading in found.readings] == entities
    assert found.readings[0].value == (10 if count < 20 else 19.5)


def test_the_mean_of_very_many_is_that_of_a_fair_part() -> None:
    found = find(column(oids.HR_PROCESSOR_LOAD, *[0, 100] * 40), STANDARD)
    (sensor,) = found.sensors
    assert len(sensor.oids) == 27
    assert found.values["cpu"] == pytest.approx(50, abs=2)


def storage(*rows: tuple[str, bytes, int, int]) -> dict[str, int | bytes | str]:
    """Rows of hrStorageTable: type, description, size, used."""
    columns = (oids.HR_STORAGE_TYPE, oids.HR_STORAGE_DESCR, oids.HR_STORAGE_SIZE, oids.HR_STORAGE_USED)
    found: dict[str, int | bytes | str] = {}
    for index, row in enumerate(rows, start=1):
        found |= {f"{oid}.{index}": row[place] for place, oid in enumerate(columns)}
    return found


def test_memory_that_net_snmp_could_have_back_at_once_is_not_in_use() -> None:
    found = find(
        storage(
            (oids.HR_STORAGE_RAM, b"Physical memory", 1000, 900),
            (OTHER, b"Memory buffers", 1000, 100),
            (OTHER, b"Cached memory", 500, 500),
            (oids.HR_STORAGE_RAM, b"Swap space", 0, 0),
            (oids.HR_STORAGE_FIXED_DISK, b"/", 200, 50),
            (oids.HR_STORAGE_FIXED_DISK, b"/run", 200, 50),
        ),
        STANDARD,
    )
    assert found.values == {"memory": 30, "/": 25}
    assert [reading.kind for reading in found.readings] == ["memory", "disk"]


def test_several_memories_are_told_apart() -> None:
    found = find(storage((oids.HR_STORAGE_RAM, b"RE0", 10, 5), (oids.HR_STORAGE_RAM, b"RE1", 10, 6)), STANDARD)
    assert found.values == {"memory1": 50, "memory2": 60}


def test_ucd_tells_memory_and_processor_where_nothing_else_does() -> None:
    ucd = {
        "1.3.6.1.4.1.2021.4.5.0": 1000,
        "1.3.6.1.4.1.2021.4.6.0": 200,
        "1.3.6.1.4.1.2021.4.14.0": 100,
        "1.3.6.1.4.1.2021.4.15.0": 300,
        "1.3.6.1.4.1.2021.11.11.0": 88,
    }
    assert find({**ucd}, STANDARD).values == {"cpu": 12, "memory": 40}
    both = find({**ucd, **column(oids.HR_PROCESSOR_LOAD, 7)}, STANDARD)
    assert both.values == {"cpu": 7, "memory": 40}


def test_a_ups_is_found_by_its_mib_alone() -> None:
    ups = "1.3.6.1.2.1.33.1"
    found = find(
        {
            f"{ups}.2.1.0": 3,
            f"{ups}.2.3.0": 4,
            f"{ups}.2.4.0": 31,
            f"{ups}.2.5.0": 2711,
            f"{ups}.2.7.0": 25,
            f"{ups}.4.1.0": 5,
            f"{ups}.6.1.0": 2,
            f"{ups}.9.7.0": 5,
            f"{ups}.3.3.1.3.1": 229,
            f"{ups}.4.4.1.5.1": 104,
        },
        STANDARD,
    )
    told = {(reading.kind, reading.entity): (reading.value, reading.status, reading.word) for reading in found.readings}
    assert told == {
        ("battery", "battery"): (3, HealthStatus.CRITICAL, "batteryLow"),
        ("charge", "battery"): (31, HealthStatus.OK, ""),
        ("runtime", "battery"): (4, HealthStatus.CRITICAL, ""),
        ("voltage", "battery"): (271.1, HealthStatus.OK, ""),
        ("temperature", "battery"): (25, HealthStatus.OK, ""),
        ("output", "output"): (5, HealthStatus.CRITICAL, "battery"),
        ("voltage", "input 1"): (229, HealthStatus.OK, ""),
        ("load", "output 1"): (104, HealthStatus.WARNING, ""),
        ("alarm", "alarms"): (2, HealthStatus.WARNING, "present"),
    }


def test_an_agent_with_nothing_costs_a_handful_of_requests() -> None:
    found = find({oids.SYS_UPTIME: 5}, STANDARD)
    assert found.sensors == []
    # One for the scalars (an answer without values is asked in halves), and one for each table.
    walks = [request for request in found.asked if request.kind != ber.GET]
    assert len(walks) == 4


# A family's rules


def test_a_row_is_a_sensor_only_where_the_other_columns_say_so() -> None:
    profile = family(
        f"""
sensors:
- kind: cpu
  column: {T}.5
  name: "{{column:{T}.2}}"
  require:
  - {{column: {T}.6, not: [0]}}
  - {{column: {T}.7, matches: '^main'}}
  - {{index: '^[1-4]$'}}
"""
    )
    rows = (
        column(f"{T}.2", b"a", b"b", b"c", b"d", b"e")
        | column(f"{T}.5", 10, 20, 30, 40, 50)
        | column(f"{T}.6", 80, 0, 80)
        | column(f"{T}.7", b"main", b"main", b"side", b"main", b"main")
    )
    assert find(rows, profile).values == {"a": 10}
    optional = family(
        f"sensors:\n- kind: cpu\n  column: {T}.5\n  name: '{{index}}'\n"
        f"  require: {{column: {T}.6, not: [0], optional: true}}"
    )
    assert find(rows, optional).values == {"1": 10, "3": 30, "4": 40, "5": 50}


def test_values_that_mean_no_sensor_or_can_not_be_are_left_out() -> None:
    profile = family(f"sensors: [{{kind: temperature, column: {T}.5, name: '{{index}}', absent: [0], divisor: 10}}]")
    found = find(column(f"{T}.5", 385, 0, 2**31 - 1, b"none", b"41.5"), profile)
    assert found.values == {"1": 38.5, "5": 4.15}


def test_states_that_mean_absent_are_left_out_and_unlisted_ones_are_unknown() -> None:
    profile = family(
        f"sensors:\n- kind: fan\n  column: {T}.5\n  name: 'fan {{index}}'\n"
        "  states: {1: ok up, 2: critical down, 3: absent}"
    )
    found = find(column(f"{T}.5", 1, 2, 3, 9), profile)
    assert [(reading.entity, reading.status, reading.word) for reading in found.readings] == [
        ("fan 1", HealthStatus.OK, "up"),
        ("fan 2", HealthStatus.CRITICAL, "down"),
        ("fan 4", HealthStatus.UNKNOWN, "9"),
    ]


LIMITED = family(
    f"""
sensors:
- kind: temperature
  column: {T}.5
  name: "{{index}}"
  divisor: 10
  limits:
    warning: {{column: {T}.6, value: 60}}
    critical: {{column: {T}.7, divisor: 1, absent: [999]}}
"""
)


def test_the_devices_own_limits_go_before_the_profiles_and_are_read_only_once() -> None:
    rows = column(f"{T}.5", 650, 650, 650) | column(f"{T}.6", 640, 0) | column(f"{T}.7", 70, 999, 65)
    found = find(rows, LIMITED)
    assert [(reading.status, reading.limit, reading.limit_source) for reading in found.readings] == [
        (HealthStatus.WARNING, 64.0, LimitSource.DEVICE),
        (HealthStatus.WARNING, 60.0, LimitSource.PROFILE),
        (HealthStatus.CRITICAL, 65.0, LimitSource.DEVICE),
    ]
    assert {oid for sensor in found.sensors for oid in sensor.oids} == {f"{T}.5.{index}" for index in (1, 2, 3)}


def test_a_rule_that_falls_back_costs_nothing_while_it_is_not_needed() -> None:
    profile = family(
        f"""
sensors:
- {{kind: cpu, column: {T}.5, name: new}}
- {{kind: cpu, column: {T}.6, name: old, fallback: true}}
"""
    )
    new = find(column(f"{T}.5", 10) | column(f"{T}.6", 20), profile)
    assert new.values == {"new": 10}
    assert not any(f"{T}.6" in oid for request in new.asked for oid in request.oids)
    assert find(column(f"{T}.6", 20), profile).values == {"old": 20}


def test_an_object_that_the_family_reads_is_not_read_again_for_the_standard() -> None:
    profile = family(
        "sensors: [{kind: charge, object: 1.3.6.1.2.1.33.1.2.4.0, name: mine}]",
        "sensors: [{kind: charge, object: 1.3.6.1.2.1.33.1.2.4.0, name: theirs}]",
    )
    assert find({"1.3.6.1.2.1.33.1.2.4.0": 99}, profile).values == {"mine": 99}


def test_percentages_are_worked_out_of_columns_and_scalars() -> None:
    profile = family(
        f"""
sensors:
- {{kind: memory, used: {{column: {T}.5}}, free: {{column: {T}.6}}, name: "pool {{index}}", limits: {{warning: 70}}}}
- {{kind: memory, used: {{object: {T}.7.0}}, total: {{object: {T}.8.0}}, name: all}}
"""
    )
    found = find(column(f"{T}.5", 30, 75, 0) | column(f"{T}.6", 70, 25, 0) | {f"{T}.7.0": 1, f"{T}.8.0": 4}, profile)
    assert found.values == {"pool 1": 30, "pool 2": 75, "all": 25}
    assert [reading.status for reading in found.readings] == [HealthStatus.OK, HealthStatus.WARNING, HealthStatus.OK]


def test_the_devices_own_verdict_is_polled_beside_the_value() -> None:
    profile = family(
        f"""
sensors:
- kind: temperature
  column: {T}.3
  name: "{{index}}"
  status: {{column: {T}.6, states: {{1: ok normal, 3: critical hot, 5: absent notPresent}}}}
"""
    )
    found = find(column(f"{T}.3", 30, 30, 30) | column(f"{T}.6", 1, 3, 5), profile)
    assert [(reading.entity, reading.status, reading.word) for reading in found.readings] == [
        ("1", HealthStatus.OK, "normal"),
        ("2", HealthStatus.CRITICAL, "hot"),
    ]


# Names, number and cost


def test_names_that_the_inventory_knows_are_not_asked_again() -> None:
    profile = family(f"sensors: [{{kind: cpu, column: {T}.5, name: entity}}]")
    rows = column(f"{T}.5", 10, 20) | column(oids.ENT_PHYSICAL_NAME, b"MPU 1", b"MPU 2")
    assert find(rows, profile).values == {"MPU 1": 10, "MPU 2": 20}
    known = find(rows, profile, EntityNames(entities={1: "one", 2: "two"}))
    assert known.values == {"one": 10, "two": 20}
    assert not any(oid.startswith(oids.ENT_PHYSICAL_NAME) for oid in known.oids)


def test_a_row_without_a_name_is_called_by_its_kind_and_number() -> None:
    profile = family(f"sensors: [{{kind: cpu, column: {T}.5}}]")
    assert find(column(f"{T}.5", 10, 20), profile).values == {"cpu1": 10, "cpu2": 20}


OPTICS = family(
    f"sensors: [{{kind: optical_rx, column: {T}.5, name: interface, divisor: 100, limits: {{low_critical: -20}}}}]"
)


def test_optics_of_an_interface_without_a_connection_are_read_and_not_judged() -> None:
    names = EntityNames(interfaces={1: "Ge1", 2: "Ge2"}, busy=frozenset({1}))
    found = find(column(f"{T}.5", -2500, -2500), OPTICS, names)
    assert [(reading.entity, reading.value, reading.status) for reading in found.readings] == [
        ("Ge1", -25.0, HealthStatus.CRITICAL),
        ("Ge2", -25.0, HealthStatus.OK),
    ]


def test_an_optic_is_its_interfaces_by_the_name_of_its_entity() -> None:
    profile = family(
        f"sensors: [{{kind: optical_rx, column: {T}.5, name: entity, divisor: 100, limits: {{low_critical: -20}}}}]"
    )
    rows = column(f"{T}.5", -2500, -2500, -2500) | column(oids.ENT_PHYSICAL_NAME, b"Ge1 Rx", b"Ge2 Rx", b"Slot 7")
    names = EntityNames(interfaces={1: "Ge1", 2: "Ge2"}, spellings={"Ge1": 1, "Ge2": 2}, busy=frozenset({1}))
    found = find(rows, profile, names)
    assert [(reading.entity, reading.status) for reading in found.readings] == [
        ("Ge1 Rx", HealthStatus.CRITICAL),
        ("Ge2 Rx", HealthStatus.OK),
        ("Slot 7", HealthStatus.CRITICAL),
    ]


def test_of_too_many_sensors_busy_optics_and_all_other_kinds_stay() -> None:
    profile = family(
        f"""
sensors:
- {{kind: optical_rx, column: {T}.5, name: interface, divisor: 100}}
- {{kind: cpu, column: {T}.6, name: "cpu{{number}}"}}
"""
    )
    names = EntityNames(interfaces={index: f"Ge{index}" for index in range(1, 41)}, busy=frozenset(range(31, 41)))
    found = find(column(f"{T}.5", *[-500] * 40) | column(f"{T}.6", 10, 20), profile, names, most=12)
    assert Counter(reading.kind for reading in found.readings) == {"optical_rx": 10, "cpu": 2}
    assert {reading.entity for reading in found.readings if reading.kind == "optical_rx"} == {
        f"Ge{index}" for index in range(31, 41)
    }


def test_nothing_is_asked_twice_and_requests_are_full() -> None:
    profile = family(
        f"""
sensors:
- kind: temperature
  column: {T}.5
  name: "{{column:{T}.2}}"
  require: {{column: {T}.6, only: [1]}}
  limits: {{critical: {{column: {T}.7}}}}
- {{kind: fan, column: {T}.5, name: "{{column:{T}.2}}", require: {{column: {T}.6, only: [2]}}, states: {{40: ok}}}}
"""
    )
    rows = (
        column(f"{T}.2", *[b"name %d" % number for number in range(100)])
        | column(f"{T}.5", *[40] * 100)
        | column(f"{T}.6", *[1, 2] * 50)
        | column(f"{T}.7", *[90] * 100)
    )
    found = find(rows, profile)
    assert Counter(reading.kind for reading in found.readings) == {"temperature": 50, "fan": 50}
    assert len(found.oids) == len(set(found.oids)) == 100 + 100 + 50
    assert len([request for request in found.asked if request.kind == ber.GET]) <= 8


def test_a_column_that_the_agent_never_answers_costs_only_its_own_sensors() -> None:
    profile = family(
        f"sensors:\n- {{kind: cpu, column: {T}.5, name: cpu}}\n- {{kind: memory, column: {T}.6, name: memory}}"
    )
    rows = column(f"{T}.5", 10) | column(f"{T}.6", 20) | {oids.SYS_UPTIME: 5}
    assert find(rows, profile, timeout=0.05, dumb=frozenset({f"{T}.5"})).values == {"memory": 20}


def test_an_agent_that_stops_answering_is_no_device_without_sensors() -> None:
    profile = family(f"sensors: [{{kind: cpu, column: {T}.5, name: cpu}}]")
    with pytest.raises(Unanswered):
        find(column(f"{T}.5", 10), profile, timeout=0.05, dumb=frozenset({f"{T}.5", oids.SYS_UPTIME}))
