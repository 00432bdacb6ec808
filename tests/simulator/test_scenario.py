"""Scenario files: what is wrong is told with its line, all at once; what is right is played round by round."""

from pathlib import Path

import pytest

from foundation.clock import MINUTE, SECOND
from foundation.problems import ProblemError
from simulator.faults import KINDS
from simulator.province import Province
from simulator.scenario import load_scenario
from simulator.settings import DEMO_SCENARIO
from tests.networks import small_network
from topology.loader import load_network

ROOT = Path(__file__).resolve().parents[2]


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as refused:
        load_scenario(path, small_network(), name="scenario.yaml")
    return [str(problem) for problem in refused.value.problems]


def test_a_scenario_is_read_in_the_order_of_time_and_repeats(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "repeat: 10 min\n"
        "faults:\n"
        "  - {at: 2 min, fault: loss, target: a1, percent: 20.5, for: 30 s}\n"
        "  - {at: 30 s, fault: restart, target: b1}\n",
        encoding="utf-8",
    )
    scenario = load_scenario(path, small_network())
    coming = scenario.occurrences(1_000)
    drawn = [next(coming) for _ in range(4)]
    assert [(at, fault.fault) for at, fault in drawn] == [
        (1_000 + 30 * SECOND, "restart"),
        (1_000 + 2 * MINUTE, "loss"),
        (1_000 + 10 * MINUTE + 30 * SECOND, "restart"),
        (1_000 + 12 * MINUTE, "loss"),
    ]


def test_every_mistake_is_told_with_its_line_and_all_at_once(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        "repeat: 10 min\n"
        "faults:\n"
        "  - {at: 30 s, fault: device-ded, target: a1, for: 10 s}\n"
        "  - {at: 30 s, fault: device-dead, target: conty-a, for: 10 s}\n"
        "  - {at: 30 s, fault: loss, target: a1, percnt: 10, percent: 200, for: 10 s}\n"
        "  - {fault: agent-silent, target: a1, for: 10}\n"
        "  - {at: 30 s, fault: agent-silent, target: a1}\n"
        "  - {at: 30 s, fault: agent-silent, target: a1, for: 10 min}\n"
        "  - {at: 30 s, target: a1}\n",
    ) == [
        'scenario.yaml:3: there is no fault "device-ded". Did you mean "device-dead"?',
        'scenario.yaml:4: there is no device "conty-a". Did you mean "county-a"?',
        "scenario.yaml:5: percent: Input should be less than or equal to 100 (it is 200).",
        'scenario.yaml:5: unknown key "percnt". Did you mean "percent"?',
        'scenario.yaml:6: the key "at" is missing. Add it.',
        'scenario.yaml:7: a fault of a repeating scenario must end. Give it "for".',
        'scenario.yaml:8: "at" and "for" must each be shorter than "repeat".',
        f'scenario.yaml:9: the key "fault" is missing. There are: {", ".join(KINDS)}.',
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("- 1\n", 'scenario.yaml:1: a scenario is a mapping with the key "faults".'),
        ("", 'scenario.yaml: a scenario is a mapping with the key "faults".'),
        ("fault: []\n", 'scenario.yaml:1: the key "faults" is missing.'),
        ("faults: [1]\n", "scenario.yaml:1: faults.0: Input should be a valid dictionary"),
        ("repeat: 0 s\nfaults: []\n", "scenario.yaml:1: repeat: Input should be greater than 0"),
        ("faults:\n  - {at: 1 s, fault: restart, target: a1, for: 3 s}\n", 'scenario.yaml:2: a restart takes "outage"'),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, start: str) -> None:
    assert problems(tmp_path, text)[0].startswith(start)


@pytest.mark.slow
def test_the_demos_scenario_fits_the_sample_province_and_something_is_always_open() -> None:
    network = load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")
    scenario = load_scenario(DEMO_SCENARIO, network)
    place = Province(network, seed=1, now=0, scenario=scenario)
    assert scenario.repeat == 15 * MINUTE
    assert 20 * SECOND <= scenario.faults[0].at <= 30 * SECOND
    cut_off = 0
    for second in range(30, 1000, 20):
        place.advance(second * SECOND)
        assert place.active
        dead = sum(not agent.alive for agent in place.agents.values())
        cut_off = max(cut_off, dead)
        assert dead <= 40, "most of the province is calm"
    assert cut_off >= 17
    assert {timed.fault.fault for timed in scenario.faults} >= {
        "device-dead", "fibre-cut", "cpu-surge", "traffic-surge", "errors", "agent-silent", "restart", "loss",
    }  # fmt: skip
