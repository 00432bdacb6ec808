"""What a profile may not say, and how the operator is told."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.fields import check_name, check_oid
from collectors.snmp.profiles.schema import OWN_KINDS
from foundation.messages import HealthStatus
from tests.collectors.snmp.profiles.families import file_of, mistakes

A = "1.3.6.1.4.1.99999.1.1"

MISTAKES = [
    ("- {kind: cpu, colunm: A}", 'unknown key "colunm". Did you mean "column"?'),
    ("- {kind: cpu, column: A, require: {column: A, onyl: [1]}}", 'unknown key "onyl". Did you mean "only"?'),
    ("- {kind: temprature, column: A}", 'Did you mean "temperature"?'),
    ("- {kind: cpu, column: .1.3.6.1}", "is no OID"),
    ("- {kind: cpu, column: 1.3.6.01.4}", "is no OID"),
    ("- {kind: cpu, column: 1.3.6.1.4294967296}", "is no OID"),
    ("- {kind: cpu, column: hrProcessorLoad}", "is no OID"),
    ("- {kind: cpu, column: 1.3}", "Put it in quotes"),
    ("- {kind: cpu, column: A, parse: '('}", "is no regular expression"),
    ("- {kind: cpu, column: A, parse: '(a)(b)'}", "more than one group"),
    ("- {kind: cpu, column: A, require: {column: A, matches: '['}}", "is no regular expression"),
    ("- {kind: cpu, column: A, require: {column: A}}", "say what the object must be"),
    ("- {kind: cpu, column: A, require: {index: a, only: [1]}}", "nothing goes with it"),
    ("- {kind: cpu, column: A, require: {only: [1]}}", "give one of column, object, index"),
    ("- {kind: cpu, object: A.0, require: {index: a}}", "no index to require"),
    ("- {kind: cpu}", "give one of column, object"),
    ("- {kind: cpu, column: A, object: A.0}", "give one of column, object"),
    ("- {column: A}", "the key kind is missing"),
    ("- {kind: memory, used: {column: A}}", "give two of used, free and total"),
    ("- {kind: memory, used: {column: A}, total: {}}", "give either column or object"),
    ("- {kind: memory, used: {column: A}, total: {column: A}, divisor: 10}", "must be in one unit"),
    ("- {kind: temperature, used: {column: A}, total: {column: A}}", "is no percentage"),
    ("- {kind: cpu, column: A, factor: 2, divisor: 10}", "either factor or divisor"),
    ("- {kind: cpu, column: A, divisor: 0}", "greater than 0"),
    ("- {kind: cpu, column: A, unit: V}", 'cpu is measured in %, not "V"'),
    ("- {kind: fan, column: A}", "fan is a state: list its states"),
    ("- {kind: fan, column: A, states: {1: fine}}", "does not begin with a status"),
    ("- {kind: fan, column: A, states: {1: critcal bad}}", 'Did you mean "critical"?'),
    ("- {kind: fan, column: A, states: {1: ok}, divisor: 10}", "takes no divisor"),
    ("- {kind: fan, column: A, states: {1: ok}, limits: {warning: 3}}", "takes no limits"),
    ("- {kind: cpu, column: A, states: {1: ok}}", "is a number and takes no states"),
    ("- {kind: cpu, column: A, limits: {waring: 3}}", 'Did you mean "warning"?'),
    ("- {kind: cpu, column: A, limits: {warning: {}}}", "give column, object or value"),
    ("- {kind: cpu, column: A, limits: {warning: {value: 3, divisor: 10}}}", "takes no factor"),
    ("- {kind: cpu, column: A, limits: {warning: high}}", "limits.warning"),
    ("- {kind: cpu, column: A, name: '{entty}'}", 'Did you mean "entity"?'),
    ("- {kind: cpu, column: A, name: '{column}'}", "needs an OID"),
    ("- {kind: cpu, column: A, name: '{index.0}'}", "counted from 1"),
    ("- {kind: cpu, column: A, name: '{index:1.2.3}'}", "takes no OID"),
    ("- {kind: cpu, column: A, name: '{index'}", "is no placeholder"),
    ("- {kind: cpu, object: A.0, name: '{index}'}", "its name takes no placeholder"),
    ("- {kind: cpu, object: A.0, require: {column: A, only: [1]}}", "a scalar has no row"),
    ("- {kind: cpu, column: A, convert: celsius}", "convert"),
    ("- {kind: cpu, column: A, mean_over: 4, limits: {warning: 3}}", "mean_over goes with"),
    ("- {form: entity-sensors}", 'Did you mean "entity-sensor"?'),
    ("- {form: storage, kind: cpu}", "takes no kind"),
    ("- {form: storage, thresholds: A}", "has no thresholds"),
    ("- {kind: cpu, column: A, table: A}", "belong to a form"),
    ("- {kind: cpu, column: A, fallback: yes}", "Write true or false"),
]


@pytest.mark.parametrize(("rule", "said"), MISTAKES)
def test_each_mistake_in_a_rule_is_said_with_its_place_and_what_to_do(rule: str, said: str) -> None:
    (problem,) = mistakes("sensors:\n  " + rule.replace("A}", A + "}").replace("A,", A + ",").replace("A.0", A + ".0"))
    assert problem.startswith("test.yaml:7: ")
    assert said in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("without: [cpus]", 'Did you mean "cpu"?'),
        ("identity: {version: {description: '('}}", "is no regular expression"),
        ("identity: {version: {}}", "give one of description, object, value"),
        ("identity: {version: {value: 7, parse: x}}", "identity.version"),
        ("identity: {versoin: {value: x}}", 'Did you mean "version"?'),
        ("sensor: []", 'Did you mean "sensors"?'),
    ],
)
def test_each_mistake_elsewhere_is_said_too(text: str, said: str) -> None:
    assert any(said in problem for problem in mistakes(text))


def test_all_mistakes_are_said_at_once() -> None:
    assert len(mistakes("without: [x]\nsensors:\n- {kind: cpu, column: x}\n- {kind: y, column: 1.2.3}\n- 7")) >= 4


def test_one_thing_may_stand_for_a_list_of_one() -> None:
    (rule,) = file_of(
        f"sensors: [{{kind: memory, used: {{column: {A}}}, total: {{column: {A}}}, require: {{index: '^1'}}}}]"
    ).sensors
    assert rule.used is not None
    assert (len(rule.used), len(rule.require)) == (1, 1)


def test_a_states_first_word_is_its_status_and_the_rest_the_mibs_word() -> None:
    (rule,) = file_of(
        f"sensors: [{{kind: fan, column: {A}, states: {{1: ok up and running, 2: unknown, x: absent none}}}}]"
    ).sensors
    assert rule.states is not None
    assert (rule.states[1].status, rule.states[1].word) == (HealthStatus.OK, "up and running")
    assert (rule.states[2].status, rule.states[2].word) == (HealthStatus.UNKNOWN, "unknown")
    assert (rule.states["x"].status, rule.states["x"].word) == (None, "none")


def test_names_by_columns_may_be_written_as_mappings() -> None:
    rules = file_of(
        f"sensors:\n- {{kind: cpu, column: {A}, name: {{column: {A}}}}}\n"
        f"- {{kind: cpu, column: {A}, name: {{entity: {{column: {A}}}}}}}\n- {{kind: cpu, column: {A}, name: entity}}"
    ).sensors
    assert [rule.name for rule in rules] == ["{column:" + A + "}", "{entity:" + A + "}", "{entity}"]


@given(text=st.text(max_size=30))
def test_any_text_is_an_oid_or_refused(text: str) -> None:
    try:
        arcs = check_oid(text).split(".")
    except ValueError:
        return
    assert all(arc.isascii() and arc.isdigit() for arc in arcs)


@given(text=st.text(alphabet="{}.:ientyxcolumn-019 ", max_size=20))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        check_name(text)
    except ValueError:
        return
    assert text.count("{") >= text.count("{}")


def test_every_kind_has_a_unit_or_is_a_state_and_forms_find_known_kinds() -> None:
    assert set(KINDS) == set(get_args(HealthKind))
    assert all(KINDS[kind].is_state or kind == "sessions" or KINDS[kind].unit for kind in KINDS)
    assert {kind for kinds in OWN_KINDS.values() for kind in kinds} <= set(KINDS)
