"""How sensors are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.profiles.finding import unique
from collectors.snmp.profiles.names import EntityNames, parts_of, render, without_placeholders

NAMES = EntityNames(
    entities={5: "MPU Board 0", 9: "Te1/0/1"},
    classes={5: 9},
    parents={101: 100, 100: 9},
    interfaces={17: "GE0/0/1", 18: "Te1/0/1"},
    spellings={"GE0/0/1": 17, "GigabitEthernet0/0/1": 17, "Te1/0/1": 18},
    busy=frozenset({18}),
)
VALUES: dict[str, Value] = {"1.2.3.7.5": b" Slot\0 1 ", "1.2.4.7.5": 9, "1.2.5.7.5": b"x"}


@pytest.mark.parametrize(
    ("template", "index", "name"),
    [
        ("{entity}", "5", "MPU Board 0"),
        ("{entity}", "6", ""),
        ("{entity.2}", "7.5", "MPU Board 0"),
        ("{entity.-1}", "7.5", "MPU Board 0"),
        ("{entity:1.2.4}", "7.5", "Te1/0/1"),
        ("{entity:1.2.5}", "7.5", ""),
        ("{interface}", "17", "GE0/0/1"),
        ("{interface.1} lane {index.2}", "17.4", "GE0/0/1 lane 4"),
        ("{column:1.2.3}", "7.5", "Slot 1"),
        ("slot {index}", "7.5", "slot 7.5"),
        ("{index.9}", "7.5", "7.5"),
        ("cpu{number}", "7.5", "cpu2"),
        ("  power   supply ", "1", "power supply"),
        ("{entity} {column:1.2.9}", "5", "MPU Board 0"),
    ],
)
def test_a_template_is_filled_from_the_row(template: str, index: str, name: str) -> None:
    assert render(parts_of(template, index), "2", VALUES, NAMES) == name


def test_a_mean_is_called_by_the_fixed_part_of_the_name() -> None:
    assert without_placeholders("cpu{number}") == "cpu"
    assert without_placeholders("{entity} cores") == "cores"


def test_a_class_that_the_inventory_knows_is_not_asked_for() -> None:
    assert NAMES.known(f"{oids.ENT_PHYSICAL_CLASS}.5") == 9
    assert NAMES.known(f"{oids.ENT_PHYSICAL_CLASS}.6") is None
    assert NAMES.known("1.3.6.1.2.1.47.1.1.1.1.7.5") is None


@pytest.mark.parametrize(
    ("entity", "name", "line"),
    [
        (50, "Te1/0/1 Receive Power Sensor", 18),
        (50, "Te1/0/1-Rx Lane Power", 18),
        (50, "Te1/0/11 Receive Power Sensor", None),
        (50, "GigabitEthernet0/0/1: Receive Power", 17),
        (50, "GE0/0/1", 17),
        (101, "Rx", 18),
        (50, "", None),
    ],
)
def test_an_optic_belongs_to_the_interface_that_it_or_its_place_is_named_for(
    entity: int, name: str, line: int | None
) -> None:
    entities = {**NAMES.entities, entity: name}
    names = EntityNames(entities, {}, NAMES.parents, NAMES.interfaces, NAMES.spellings, NAMES.busy)
    assert names.line_of(entity) == line


def test_only_an_interface_that_is_known_is_known_to_be_idle() -> None:
    assert [NAMES.is_idle(index) for index in (17, 18, 99, None)] == [True, False, False, False]


def test_entities_that_contain_each_other_end_the_search() -> None:
    assert EntityNames(parents={1: 2, 2: 1}).line_of(1) is None


@given(st.lists(st.tuples(st.sampled_from(["cpu", "fan"]), st.sampled_from("ab"), st.sampled_from(["", "1", "2"]))))
def test_no_two_sensors_of_a_kind_are_called_alike(named: list[tuple[str, str, str]]) -> None:
    called = unique(named)
    assert len({(kind, name) for (kind, _, _), name in zip(named, called, strict=True)}) == len(named)


def test_twins_get_their_index_behind_whichever_comes_first() -> None:
    rows = [("cpu", "board", "7"), ("cpu", "board", "9"), ("fan", "board", "9")]
    assert unique(rows) == ["board #7", "board #9", "board"]
    assert unique(rows[::-1]) == ["board", "board #9", "board #7"]
