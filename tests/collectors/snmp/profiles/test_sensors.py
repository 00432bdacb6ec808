"""Sensors read answers of all sorts: the right value and status, or unknown."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.profiles.aggregates import Mean, Reclaimed, Share
from collectors.snmp.profiles.fields import StateWord
from collectors.snmp.profiles.judging import Bound, Limits
from collectors.snmp.profiles.sensors import Gated, Judged, Measure, Sensor, States, StateSensor
from collectors.snmp.profiles.values import Decoder
from foundation.messages import HealthReading, HealthStatus, LimitSource
from tests.collectors.snmp.profiles.families import VALUES

TENTHS = Decoder(Fraction(1, 10), -100, 300)
PERCENT = Decoder(Fraction(1), 0, 100)
HOT = Limits({"critical": Bound(70.0, LimitSource.DEVICE)})
FAN = States({1: StateWord(HealthStatus.OK, "normal"), 2: StateWord(HealthStatus.CRITICAL, "failed")}, None)
VERDICT = States(
    {
        1: StateWord(HealthStatus.OK, "normal"),
        2: StateWord(HealthStatus.WARNING, "warm"),
        5: StateWord(None, "notPresent"),
        6: StateWord(HealthStatus.UNKNOWN, "untold"),
    },
    None,
)

SENSORS: list[Sensor] = [
    Measure("e", "temperature", "a", TENTHS),
    Measure("e", "temperature", "a", TENTHS, HOT),
    Gated("e", "temperature", "a", TENTHS, HOT, "b"),
    Judged("e", "temperature", "a", TENTHS, HOT, "b", VERDICT),
    StateSensor("e", "fan", "a", FAN),
    Share("e", "memory", ("a",), (), ("b",)),
    Share("e", "memory", ("a",), ("b", "c"), ()),
    Share("e", "memory", (), ("a", "c"), ("b",)),
    Reclaimed("e", "memory", "a", "b", ("c",)),
    Mean("e", "cpu", ("a", "b", "c"), PERCENT),
]


@given(answer=st.dictionaries(st.sampled_from("abc"), VALUES), sensor=st.sampled_from(SENSORS))
def test_whatever_an_agent_answers_a_sensor_reads_it(answer: dict[str, Value], sensor: Sensor) -> None:
    reading = sensor.read(answer)
    assert reading is not None
    assert (reading.entity, reading.kind) == (sensor.entity, sensor.kind)
    if reading.kind in ("memory", "cpu") and reading.value is not None:
        assert 0 <= reading.value <= 100
    if reading.value is None and reading.kind != "fan":
        assert reading.status is not HealthStatus.OK or reading.word
    if not answer:
        assert (reading.value, reading.status) == (None, HealthStatus.UNKNOWN)


def test_a_measure_has_value_unit_status_and_the_limit_it_was_judged_by() -> None:
    sensor = Measure("chassis", "temperature", "t", TENTHS, HOT)
    assert sensor.read({"t": 385}) == HealthReading(
        "chassis", "temperature", 38.5, "°C", HealthStatus.OK, 70.0, LimitSource.DEVICE
    )
    assert sensor.read({"t": 705}).status is HealthStatus.CRITICAL


def test_without_limits_the_status_says_only_that_there_is_a_value() -> None:
    reading = Measure("cpu", "cpu", "c", PERCENT).read({"c": 100})
    assert (reading.status, reading.limit, reading.limit_source) == (HealthStatus.OK, None, LimitSource.NONE)


@pytest.mark.parametrize(
    ("value", "status", "celsius", "word"),
    [
        (385, 1, 38.5, ""),
        (385, 2, None, "unavailable"),
        (385, 3, None, "nonoperational"),
        (385, None, None, ""),
        (99_999, 1, None, ""),
        (b"x", 1, None, ""),
    ],
)
def test_a_sensor_tells_a_value_only_while_it_is_operational(
    value: Value, status: Value, celsius: float | None, word: str
) -> None:
    reading = Gated("chassis", "temperature", "v", TENTHS, None, "s").read({"v": value, "s": status})
    assert (reading.value, reading.word) == (celsius, word)
    assert reading.status is (HealthStatus.UNKNOWN if celsius is None else HealthStatus.OK)


@pytest.mark.parametrize(
    ("raw", "verdict", "status", "source", "word"),
    [
        (900, 1, HealthStatus.OK, LimitSource.DEVICE, "normal"),
        (300, 2, HealthStatus.WARNING, LimitSource.DEVICE, "warm"),
        (900, 9, HealthStatus.CRITICAL, LimitSource.DEVICE, ""),
        (900, 6, HealthStatus.CRITICAL, LimitSource.DEVICE, "untold"),
        (300, 5, HealthStatus.UNKNOWN, LimitSource.NONE, "notPresent"),
        (300, None, HealthStatus.OK, LimitSource.DEVICE, ""),
    ],
)
def test_the_devices_own_verdict_goes_before_any_limit(
    raw: int, verdict: Value, status: HealthStatus, source: LimitSource, word: str
) -> None:
    sensor = Judged("board", "temperature", "t", TENTHS, HOT, "v", VERDICT)
    reading = sensor.read({"t": raw, "v": verdict})
    assert (reading.status, reading.limit_source, reading.word) == (status, source, word)


def key_of(number: int) -> int | str:
    """A number as the key of a state."""
    return number


@given(
    states=st.dictionaries(
        st.integers(0, 300).map(key_of),
        st.builds(StateWord, st.sampled_from([None, *HealthStatus]), st.text(min_size=1, max_size=8)),
        min_size=1,
    ),
    raw=st.integers(0, 300),
)
def test_a_state_is_what_its_map_says_and_unknown_where_the_map_says_nothing(
    states: dict[int | str, StateWord], raw: int
) -> None:
    reading = StateSensor("fan1", "fan", "s", States(states, None)).read({"s": raw})
    assert reading.value == raw
    meaning = states.get(raw)
    if meaning is None:
        assert (reading.status, reading.word) == (HealthStatus.UNKNOWN, str(raw))
    else:
        assert (reading.status, reading.word) == (meaning.status or HealthStatus.UNKNOWN, meaning.word)


def test_states_may_be_texts_and_all_others_may_have_a_meaning() -> None:
    states = States({"OK": StateWord(HealthStatus.OK, "ok")}, StateWord(HealthStatus.CRITICAL, "bad"))
    sensor = StateSensor("psu", "power", "s", states)
    assert sensor.read({"s": b"ok\0"}).status is HealthStatus.OK
    assert sensor.read({"s": b"failed"}).status is HealthStatus.CRITICAL
    assert sensor.read({"s": 7}).word == "bad"
    assert sensor.read({}).status is HealthStatus.UNKNOWN


@pytest.mark.parametrize(
    ("sensor", "answer", "percent"),
    [
        (Share("m", "memory", ("u",), (), ("t",)), {"u": 30, "t": 120}, 25),
        (Share("m", "memory", ("u",), ("f",), ()), {"u": 30, "f": 90}, 25),
        (Share("m", "memory", (), ("f", "b", "c"), ("t",)), {"t": 1000, "f": 200, "b": 100, "c": 300}, 40),
        (Share("m", "memory", (), ("f", "b", "c"), ("t",)), {"t": 1000, "f": 200}, 80),
        (Share("m", "memory", (), ("f", "b"), ("t",)), {"t": 1000, "b": 200}, None),
        (Share("m", "memory", ("u",), (), ("t",)), {"u": 121, "t": 120}, None),
        (Share("m", "memory", ("u",), (), ("t",)), {"u": 0, "t": 0}, None),
        (Reclaimed("m", "memory", "u", "s", ("b", "c")), {"u": 900, "s": 1000, "b": 100, "c": 500}, 30),
        (Reclaimed("m", "memory", "u", "s", ("b",)), {"u": 900, "s": 1000, "b": 901}, 90),
        (Reclaimed("m", "memory", "u", "s"), {"u": 11, "s": 10}, None),
        (Mean("cpu", "cpu", ("a", "b", "c"), PERCENT), {"a": 10, "b": 20, "c": 101}, 15),
    ],
)
def test_percentages_and_means_are_worked_out(sensor: Sensor, answer: dict[str, Value], percent: float | None) -> None:
    reading = sensor.read(answer)
    assert reading is not None
    assert reading.value == percent
    assert reading.unit == "%"
