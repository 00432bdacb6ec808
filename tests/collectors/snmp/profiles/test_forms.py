"""Tables whose rows say themselves what they are."""

import pytest

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.kinds import HealthKind
from collectors.snmp.profiles.forms import EntitySensorMaker, kind_of, storage_kind
from foundation.messages import HealthStatus, LimitSource

E = "1.3.6.1.2.1.99.1.1.1"
T = "1.3.6.1.4.1.9.9.91.1.2.1.1"
DISK = oids.HR_STORAGE_FIXED_DISK
RAM = oids.HR_STORAGE_RAM


@pytest.mark.parametrize(
    ("data_type", "name", "kind"),
    [
        (8, "inlet", "temperature"),
        (3, "AC in", "voltage"),
        (4, "3.3 V", "voltage"),
        (5, "PSU 1 output current", "current"),
        (5, "Te1/0/1 Bias Current Sensor", "optical_bias"),
        (5, "TenGigE0/0/0/0-Tx Lane Current", "optical_bias"),
        (6, "PSU 1 input power", "power_draw"),
        (6, "TenGigE0/0/0/0-Rx Lane Power", "optical_rx"),
        (6, "TenGigE0/0/0/0-Tx Lane Power", "optical_tx"),
        (9, "room", "humidity"),
        (10, "fan 1", "fan_speed"),
        (12, "door", "contact"),
        (14, "Ethernet1/1 Lane 1 Transceiver Receive Power Sensor", "optical_rx"),
        (14, "Ethernet1/1 Lane 1 Transceiver Transmit Power Sensor", "optical_tx"),
        (14, "Ethernet1/1 power", None),
        (7, "clock", None),
        (1, "other", None),
        (99, "new", None),
        (None, "", None),
        (b"8", "", None),
    ],
)
def test_a_sensors_type_tells_its_kind_and_an_optics_name_its_direction(
    data_type: Value, name: str, kind: HealthKind | None
) -> None:
    assert kind_of(data_type, name) == kind


@pytest.mark.parametrize(
    ("data_type", "name", "kind"),
    [
        (RAM, "Physical memory", "memory"),
        (RAM, "RE0 DRAM", "memory"),
        (RAM, "Cached memory", None),
        ("1.3.6.1.2.1.25.2.1.1", "Memory buffers", None),
        ("1.3.6.1.2.1.25.2.1.3", "Swap space", None),
        (DISK, "/", "disk"),
        (DISK, "C:\\ Label:", "disk"),
        (DISK, "/run/lock", None),
        (DISK, "/dev/shm", None),
        (DISK, "/device", "disk"),
        (None, "", None),
    ],
)
def test_storage_is_memory_or_a_disk_or_none_of_its_own(data_type: Value, name: str, kind: HealthKind | None) -> None:
    assert storage_kind(data_type, name) == kind


def entity(index: int = 5, **values: Value) -> dict[str, Value]:
    """A row of the sensor table."""
    columns = {"type": 1, "scale": 2, "precision": 3, "value": 4, "status": 5}
    row: dict[str, Value] = {"type": 8, "scale": 9, "precision": 1, "value": 385, "status": 1} | values
    return {f"{E}.{columns[name]}.{index}": value for name, value in row.items() if value is not None}


def test_scale_and_precision_make_the_value() -> None:
    values = entity(scale=8, precision=0, value=38_500)
    sensor = EntitySensorMaker("temperature", E, None).make("inlet", "5", values)
    assert sensor is not None
    reading = sensor.read(values)
    assert reading is not None
    assert (reading.value, reading.unit) == (38.5, "°C")


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (entity(), True),
        (entity(status=2), False),
        (entity(status=3, value=None), True),
        (entity(status=None), True),
        (entity(value=99_999), False),
        (entity(value=None), False),
        (entity(scale=77), False),
        (entity(scale=None, precision=None, value=38), True),
    ],
)
def test_what_tells_nothing_now_is_no_sensor_but_a_broken_one_is(row: dict[str, Value], made: bool) -> None:
    assert (EntitySensorMaker("temperature", E, None).make("inlet", "5", row) is not None) == made


def test_a_broken_sensor_is_unknown() -> None:
    row = entity(status=3)
    sensor = EntitySensorMaker("temperature", E, None).make("inlet", "5", row)
    assert sensor is not None
    reading = sensor.read(row)
    assert reading is not None
    assert (reading.value, reading.status, reading.word) == (None, HealthStatus.UNKNOWN, "nonoperational")


def test_bias_is_told_in_milliamperes_and_optical_watts_in_dbm() -> None:
    amperes = entity(type=5, scale=8, precision=0, value=7)
    bias = EntitySensorMaker("optical_bias", E, None).make("x", "5", amperes)
    watts = entity(type=6, scale=7, precision=0, value=500)
    power = EntitySensorMaker("optical_rx", E, None).make("x", "5", watts)
    assert bias is not None
    assert power is not None
    told, light = bias.read(amperes), power.read(watts)
    assert told is not None
    assert light is not None
    assert (told.value, told.unit) == (7, "mA")
    assert light.value == pytest.approx(-3.0103, abs=1e-4)
    assert light.unit == "dBm"


def test_exactly_0_dbm_to_the_thousandth_is_an_optic_that_tells_nothing() -> None:
    fine, coarse = entity(type=14, scale=8, precision=0, value=0), entity(type=14, scale=9, precision=1, value=0)
    maker = EntitySensorMaker("optical_rx", E, None)
    assert maker.make("x", "5", fine) is None
    assert maker.make("x", "5", coarse) is not None


def thresholds(*rows: tuple[int, int, int]) -> dict[str, Value]:
    """Rows of a threshold table: severity, relation, value."""
    return {
        f"{T}.{column}.5.{number}": value
        for number, row in enumerate(rows, start=1)
        for column, value in zip((2, 3, 4), row, strict=True)
    }


def test_a_threshold_table_gives_the_devices_own_limits_in_the_sensors_scale() -> None:
    values = entity(value=700) | thresholds((10, 4, 700), (20, 4, 800), (30, 4, 900), (10, 2, 50), (20, 1, 0))
    sensor = EntitySensorMaker("temperature", E, T).make("inlet", "5", values)
    assert sensor is not None

    def status(raw: int) -> tuple[HealthStatus, float | None, LimitSource]:
        reading = sensor.read({**values, f"{E}.4.5": raw})
        assert reading is not None
        return reading.status, reading.limit, reading.limit_source

    device = LimitSource.DEVICE
    assert status(500) == (HealthStatus.OK, 70.0, device)
    assert status(700) == (HealthStatus.WARNING, 70.0, device)
    assert status(800) == (HealthStatus.CRITICAL, 80.0, device)
    assert status(50) == (HealthStatus.WARNING, 5.0, device)
    # Below 0 is wrong, 0 itself is not: relation lessThan.
    assert status(0)[0] is HealthStatus.WARNING
    assert status(-1)[0] is HealthStatus.CRITICAL


def test_thresholds_are_asked_for_one_after_the_other_until_there_are_no_more() -> None:
    maker = EntitySensorMaker("temperature", E, T)
    first = maker.needs("5", {})
    assert [oid for oid in first if oid.startswith(T)] == [f"{T}.{column}.5.1" for column in (2, 3, 4)]
    assert f"{T}.4.5.3" in maker.needs("5", thresholds((10, 4, 1), (10, 4, 2)))
    assert f"{T}.4.5.4" not in maker.needs("5", thresholds((10, 4, 1), (10, 4, 2)))
    assert len(maker.needs("5", thresholds(*[(10, 4, 1)] * 30))) == 4 + 8 * 3


def test_equal_relations_and_unknown_severities_tell_no_limit() -> None:
    values = entity() | thresholds((10, 5, 385), (7, 4, 100))
    sensor = EntitySensorMaker("temperature", E, T).make("inlet", "5", values)
    assert sensor is not None
    reading = sensor.read(values)
    assert reading is not None
    assert (reading.status, reading.limit_source) == (HealthStatus.OK, LimitSource.NONE)
