"""From a rule and a row to a sensor: whatever the device says, for every rule that is shipped."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.kinds import KINDS
from collectors.snmp.profiles.forms import EntitySensorMaker, StorageMaker
from collectors.snmp.profiles.makers import Maker, MeanMaker, holds, maker_of, place
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.profiles.schema import SensorRule
from foundation.messages import HealthStatus, LimitSource
from tests.collectors.snmp.profiles.families import VALUES, file_of

SHIPPED = ProfileSet.load()
RULES = [search.rule for name in (*SHIPPED.families, "standard") for search in SHIPPED[name].searches]
PLAIN = [rule for rule in RULES if rule.form is None]
INDEX = "7.2"

LIKELY: st.SearchStrategy[Value] = st.one_of(
    st.integers(0, 10), st.integers(-5000, 5000), st.sampled_from([9, 14, 2**31 - 1, 65535, -1]), VALUES
)
"""What agents send, mostly."""


@given(rule=st.sampled_from(PLAIN), data=st.data())
def test_whatever_a_device_says_every_shipped_rule_makes_a_sensor_that_reads_or_none(
    rule: SensorRule, data: st.DataObject
) -> None:
    maker: Maker = maker_of(rule)
    check(maker, data)
    if rule.mean_over is not None:
        check(MeanMaker(rule, rule.kinds[0], [INDEX]), data)


@given(
    maker=st.sampled_from(
        [EntitySensorMaker(kind, "1.2.3", thresholds) for kind in KINDS for thresholds in (None, "1.2.4")]
        + [StorageMaker(kind, ("1.2.5",)) for kind in ("memory", "disk")]
    ),
    data=st.data(),
)
def test_whatever_a_device_says_a_form_makes_a_sensor_that_reads_or_none(
    maker: EntitySensorMaker | StorageMaker, data: st.DataObject
) -> None:
    check(maker, data)


def check(maker: Maker, data: st.DataObject) -> None:
    """Make a sensor of what a device says, and read another answer with it."""
    needs = maker.needs(INDEX, {})
    values = {oid: data.draw(LIKELY) for oid in needs}
    sensor = maker.make("entity", INDEX, values)
    if sensor is None:
        return
    assert sensor.oids
    assert len(set(sensor.oids)) == len(sensor.oids)
    for answer in (values, {oid: data.draw(LIKELY) for oid in sensor.oids}, {}):
        reading = sensor.read(answer)
        assert reading is not None
        assert reading.unit == KINDS[sensor.kind].unit
        if reading.value is not None and not KINDS[sensor.kind].is_state:
            assert KINDS[sensor.kind].low <= reading.value <= KINDS[sensor.kind].high
        if reading.status in (HealthStatus.WARNING, HealthStatus.CRITICAL):
            assert reading.limit_source is not LimitSource.NONE


@given(rule=st.sampled_from(RULES), data=st.data())
def test_whatever_a_device_says_every_requirement_is_met_or_not(rule: SensorRule, data: st.DataObject) -> None:
    for requirement in rule.require:
        instance = place(requirement, INDEX)
        assert holds(requirement, INDEX, {instance: data.draw(LIKELY)} if instance else {}) in (True, False)


def test_numbers_are_compared_with_texts_and_texts_without_case() -> None:
    (rule,) = file_of(
        "sensors:\n- kind: cpu\n  column: 1.2.3\n  require:\n  - {column: 1.2.4, only: [7, Main]}\n"
        "  - {column: 1.2.5, not: [off]}\n  - {column: 1.2.6, not_matches: '(?i)invalid$'}"
    ).sensors
    only, excluded, unlike = rule.require

    def said(raw: Value) -> list[bool]:
        return [
            holds(requirement, "1", {f"{requirement.column}.1": raw} if raw is not None else {})
            for requirement in (only, excluded, unlike)
        ]

    assert said(7) == [True, True, True]
    assert said(b"7") == [True, True, True]
    assert said(b"MAIN\0") == [True, True, True]
    assert said(b"OFF") == [False, False, True]
    assert said(b"temp:Invalid") == [False, True, False]
    assert said(None) == [False, False, False]
