"""Loading the roster: all problems at once, each with its line."""

from pathlib import Path

import pytest

from alerting.oncall.roster import Roster, load_roster
from foundation.calendar import parse
from foundation.problems import OperatorError, ProblemError
from scripts.generate_roster import HEADER, write_centres
from topology.loader import load_network
from topology.network import Network

ROOT = Path(__file__).parents[3]
CENTRE = """\
  "{code}":
    people:
      - {{id: {code}-1, name: 张三, phone: "10000000001", email: a@yunwei.example}}
      - {{id: {code}-2, name: 李四, phone: "10000000002"}}
    operators: [{code}-1, {code}-2]
    leaders: [{code}-2]
    director: {code}-2
    anchor: 2026-01-01
"""
GOOD = "centres:\n" + "".join(CENTRE.format(code=code) for code in ("530000", "530600", "530627"))

VACANT = (
    "roster.yaml:1: the operations centre of {name} ({code}) has no people. "
    'Add "{code}" here, or let the centre above serve it in the topology file.'
)


def load(tmp_path: Path, network: Network, text: str) -> Roster:
    """The roster of a text."""
    path = tmp_path / "roster.yaml"
    path.write_text(text, encoding="utf-8")
    return load_roster(path, network)


def problems(tmp_path: Path, network: Network, text: str) -> list[str]:
    """The problems of a text, without the directory."""
    with pytest.raises(ProblemError) as refusal:
        load(tmp_path, network, text)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in refusal.value.problems]


def test_a_division_without_a_centre_is_served_by_the_one_above(tmp_path: Path, network: Network) -> None:
    roster = load(tmp_path, network, GOOD)
    now = parse("2026-01-01 12:00")
    assert roster.on_duty("530627", now).centre == "530627"
    assert roster.on_duty("530628", now).centre == "530600"
    person = roster.person("530600-2")
    assert person is not None
    assert person.name == "李四"
    assert roster.person("nobody") is None


def test_an_unknown_division_is_a_whole_sentence(tmp_path: Path, network: Network) -> None:
    with pytest.raises(OperatorError, match="names nobody for the division 999999"):
        load(tmp_path, network, GOOD).on_duty("999999", 0)


def test_all_problems_are_told_at_once_with_their_lines(tmp_path: Path, network: Network) -> None:
    text = """\
centres:
  "530000":
    people:
      - {id: p-1, name: 张三, phone: "10000000001"}
      - {id: p-1, name: 李四}
    operators: [p-1, p-1]
    leaders: [p1]
    director: p-1
    anchor: 2026-01-01
    absences:
      - {person: p-1, first: 2026-02-02, last: 2026-02-01, substitute: p-1}
  "5306270":
    people:
      - {id: q-1, name: 王五, email: w@yunwei.example}
    operators: [q-1]
    leaders: [q-1]
    director: q-1
    anchor: 2026-01-01
"""
    assert problems(tmp_path, network, text) == [
        'roster.yaml:5: the person "p-1" stands here and at ' + f"{tmp_path}/roster.yaml:4.",
        "roster.yaml:5: 李四 has neither phone nor e-mail. Add one.",
        'roster.yaml:6: "p-1" is named twice among the operators. Everyone serves once.',
        "roster.yaml:11: the absence ends before it begins. Swap its days.",
        "roster.yaml:11: nobody can be their own substitute. Name another.",
        'roster.yaml:7: the centre has no person "p1". Did you mean "p-1"?',
        'roster.yaml:12: unknown division "5306270". Did you mean "530627"?',
        VACANT.format(name="昭通市", code="530600"),
        VACANT.format(name="镇雄县", code="530627"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("director:", "directer:", 'unknown key "directer". Did you mean "director"?'),
        ('phone: "10000000001"', 'phone: "call me"', "a phone number is 5 to 15 digits"),
        ("a@yunwei.example", "nowhere", "an e-mail address looks like"),
        ("anchor: 2026-01-01", "anchor: 2026-01-01\n    shift_hours: 8", "shift_hours"),
        ("anchor: 2026-01-01", 'anchor: 2026-01-01\n    handover: "25:00"', "handover"),
        ("anchor: 2026-01-01", "anchor: soon", "anchor"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, network: Network, old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(tmp_path, network, GOOD.replace(old, new, 1)))


@pytest.fixture(scope="module")
def province() -> Network:
    """The sample province."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


@pytest.mark.slow
def test_the_sample_roster_fits_the_sample_province(province: Network) -> None:
    roster = load_roster(ROOT / "roster.yaml", province)
    now = parse("2026-11-24 14:30")
    for division in province.divisions:
        duty = roster.on_duty(division, now)
        assert duty.operator.phone.startswith("100"), "no mobile network uses 100: nobody real can be called"
        assert len(duty.operator.phone) == 11
        assert duty.operator.email.endswith("@yunwei.example")


@pytest.mark.slow
def test_the_sample_roster_is_what_its_script_writes(province: Network) -> None:

    assert (ROOT / "roster.yaml").read_text(encoding="utf-8") == HEADER + "".join(write_centres(province))
