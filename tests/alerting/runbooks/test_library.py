"""Which runbook answers an alert, and which can't answer any."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.rules.loader import load_rules
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.loader import load_runbooks
from alerting.runbooks.model import Runbook
from foundation.problems import ProblemError
from tests.alerting.runbooks.test_parsing import GOOD

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class FixedRule:
    """A rule of which only the labels matter."""

    given: Mapping[str, frozenset[str]]

    def labels(self) -> Mapping[str, frozenset[str]]:
        """As given."""
        return self.given


@dataclass(frozen=True)
class FixedRules:
    """A rule set made by hand."""

    rules: Mapping[str, FixedRule]


RULES = FixedRules(
    {
        "cpu-high": FixedRule({"rule": frozenset({"cpu-high"}), "role": frozenset({"core", "county"})}),
        "down": FixedRule({"rule": frozenset({"down"}), "role": frozenset({"access"})}),
    }
)


def book(runbook: str, **match: str) -> Runbook:
    """A runbook of which only the match matters."""
    return Runbook(runbook, runbook, runbook, {label: (value,) for label, value in match.items()}, (), ())


def test_the_most_specific_runbook_wins_and_ties_go_by_id() -> None:
    library = RunbookLibrary(
        [book("z", rule="down"), book("b", rule="down", role="core"), book("a", rule="down", tier="province")]
    )
    found = [
        library.match({"rule": "down", "role": "core", "tier": "province"}),
        library.match({"rule": "down", "role": "core"}),
        library.match({"rule": "down"}),
        library.match({"rule": "other", "role": "core"}),
        library.match({}),
    ]
    assert [runbook and runbook.id for runbook in found] == ["a", "b", "z", None, None]


labels = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"), max_size=3)


@given(st.lists(labels, max_size=8), labels)
def test_no_runbook_that_agrees_is_more_specific_than_the_one_chosen(
    matches: list[dict[str, str]], alert: dict[str, str]
) -> None:
    books = [book(f"r{number}", **match) for number, match in enumerate(matches) if match]
    chosen = RunbookLibrary(books).match(alert)
    agreeing = [one for one in books if all(alert.get(label) in values for label, values in one.match.items())]
    if chosen is None:
        assert agreeing == []
    else:
        assert (-len(chosen.match), chosen.id) == min((-len(one.match), one.id) for one in agreeing)


def refused(directory: Path) -> list[str]:
    """Why the runbooks of a directory are refused."""
    with pytest.raises(ProblemError) as refusal:
        load_runbooks(directory, RULES)
    return [str(problem) for problem in refusal.value.problems]


def test_a_directory_is_read_and_its_readme_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cpu.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "README.md").write_text("how to write runbooks", encoding="utf-8")
    library = load_runbooks(tmp_path, RULES)
    assert [runbook.id for runbook in library] == ["cpu-high"]
    assert len(library) == 1
    assert library.get("cpu-high") is not None
    assert library.get("other") is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "rule: cpu-high",
            "rule: cpu-hihg",
            ':6: no rule raises an alert with rule "cpu-hihg". Did you mean "cpu-high"?',
        ),
        ("role: [core", "rolle: [core", ':7: no alert carries the label "rolle". Did you mean "role"?'),
        ("role: [core, county]", "device: [530102-R1]", ':7: no alert carries the label "device".'),
        ("[core, county]", "[core, acces]", ':7: no rule raises an alert with role "acces". Did you mean "access"?'),
        ("[core, county]", "[access]", ":5: no single rule raises an alert with all of these labels"),
    ],
)
def test_a_runbook_that_can_match_nothing_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (tmp_path / "cpu.md").write_text(GOOD.replace(old, new), encoding="utf-8")
    assert any(expected in problem for problem in refused(tmp_path))


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.md").write_text(GOOD, encoding="utf-8")
    (problem,) = refused(tmp_path)
    name = tmp_path.name
    assert problem == f'{name}/b.md:2: the runbook id "cpu-high" stands here and at {name}/a.md:2. Rename one of them.'


def test_a_file_that_is_no_utf_8_is_one_problem_among_others(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"---\nid: \xff\n---\n")
    (tmp_path / "b.md").write_text("nothing", encoding="utf-8")
    found = refused(tmp_path)
    assert "a.md:2: the text is not UTF-8." in found[0]
    assert "b.md:1:" in found[1]


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    assert "no runbook" in refused(tmp_path)[0]
    assert "no runbook" in refused(tmp_path / "nowhere")[0]


def test_the_shipped_runbooks_answer_every_shipped_rule_on_every_role() -> None:
    rules = load_rules(ROOT / "rules")
    library = load_runbooks(ROOT / "runbooks", rules)
    assert len(library) >= 10
    for rule in rules.rules.values():
        for role in rule.labels()["role"]:
            found = library.match({"rule": rule.id, "role": role})
            assert found is not None, f"nothing answers {rule.id} on {role}"
            assert len(found.steps) >= 5


def test_each_outage_has_the_runbook_made_for_it() -> None:
    library = load_runbooks(ROOT / "runbooks", load_rules(ROOT / "rules"))
    expected = {
        "access": "device-down-access",
        "county": "county-cut-off",
        "aggregation": "aggregation-down",
        "core": "core-down",
    }
    for role, runbook in expected.items():
        found = library.match({"rule": "device-down", "role": role, "severity": "critical"})
        assert found is not None
        assert found.id == runbook
