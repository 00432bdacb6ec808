"""Rule files: the default set loads; every mistake is told with file, line and a hint; one mistake refuses the set."""

from pathlib import Path

import pytest

from alerting.changes import Severity
from alerting.rules.loader import RuleSet, load_rule_file, load_rules
from alerting.rules.model import DeviceDownRule, DeviceRestartRule, ThresholdRule
from foundation.clock import MINUTE
from foundation.problems import ProblemError
from tests.alerting.bench import RULES, default_rules
from topology.model import Role

DOWN = """\
rules:
  - id: device-down
    kind: device-down
    severity: minor
    summary: "{device} 失联"
    summary_en: "{device} is down"
"""

THRESHOLD = """\
  - id: cpu-high
    kind: threshold
    metric: cpu
    when: "> 85 %"
    clear: "< 70 %"
    for: 5 min
    severity: warning
    summary: "{device} {value} {unit}"
    summary_en: "{device}: {value} {unit}"
"""


def load(directory: Path, text: str) -> RuleSet:
    (directory / "rules.yaml").write_text(text, encoding="utf-8")
    return load_rules(directory)


def problems(directory: Path, text: str) -> list[str]:
    """What is refused, without the directory's name."""
    with pytest.raises(ProblemError) as refused:
        load(directory, text)
    return [str(problem).removeprefix(f"{directory.name}/") for problem in refused.value.problems]


def threshold(**lines: str) -> str:
    """A file whose threshold rule has these lines instead of its own."""
    text = THRESHOLD
    for key, value in lines.items():
        known = [line for line in text.splitlines() if line.strip().startswith(f"{key}:")]
        text = text.replace(known[0], f"    {key}: {value}") if known else text + f"    {key}: {value}\n"
    return DOWN + text


def test_the_default_set_loads_and_covers_what_runbooks_answer() -> None:
    rules = load_rules(RULES)
    assert {
        "device-down", "link-down", "snmp-silent", "device-restart", "interface-utilisation", "interface-errors",
        "cpu-high", "memory-high", "temperature-high",
    } <= set(rules.rules)  # fmt: skip


def test_a_threshold_is_read_with_its_units(tmp_path: Path) -> None:
    rule = load(tmp_path, threshold()).rules["cpu-high"]
    assert isinstance(rule, ThresholdRule)
    assert (rule.above, rule.limit, rule.clear_limit, rule.hold, rule.unit) == (True, 85.0, 70.0, 5 * MINUTE, "%")


def test_units_are_converted_into_the_observations_own(tmp_path: Path) -> None:
    rule = load(tmp_path, threshold(metric="rtt_ms", when='"> 0.5 s"', clear='"< 300 ms"')).rules["cpu-high"]
    assert isinstance(rule, ThresholdRule)
    assert (rule.limit, rule.clear_limit) == (500.0, 300.0)


def test_severity_is_overridden_by_role_and_by_a_cut_county(tmp_path: Path) -> None:
    text = DOWN + "    severity_by_role: {core: critical, county: major}\n    severity_if_county_cut: critical\n"
    rule = load(tmp_path, text).rules["device-down"]
    assert isinstance(rule, DeviceDownRule)
    assert rule.severity_with(Role.CORE, county_cut=False) is Severity.CRITICAL
    assert rule.severity_with(Role.COUNTY, county_cut=False) is Severity.MAJOR
    assert rule.severity_with(Role.COUNTY, county_cut=True) is Severity.CRITICAL
    assert rule.severity_with(Role.ACCESS, county_cut=False) is Severity.MINOR


def test_labels_tell_all_that_a_rules_alerts_can_carry(tmp_path: Path) -> None:
    scope = "\n      include:\n        - role: [core, county]"
    rule = load(tmp_path, threshold(scope=scope, severity_by_role="{core: major}")).rules["cpu-high"]
    assert rule.labels() == {
        "rule": {"cpu-high"},
        "object_kind": {"device"},
        "role": {"core", "county"},
        "tier": {"province", "county"},
        "severity": {"major", "warning"},
        "metric": {"cpu"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (threshold(severty="minor"), 'rules.yaml:16: unknown key "severty". Did you mean "severity"?'),
        (threshold(severity="mayor"), 'Did you mean "major"?'),
        (threshold(kind="treshold"), 'rules.yaml:8: unknown kind "treshold". Did you mean "threshold"?'),
        (threshold(metric="out_utl"), 'Did you mean "out_util"?'),
        (threshold(when='"> 85"'), 'rules.yaml:10: when: "85" is no number with a unit: write for example "85 %".'),
        (threshold(when='"> 85 ms"'), 'rules.yaml:10: when: the unit "ms" does not fit cpu, which is given in "%".'),
        (threshold(clear='"> 70 %"'), 'rules.yaml:11: clear: the clear condition must point the other way'),
        (threshold(clear='"< 90 %"'), "rules.yaml:11: clear: the clear value < 90 % must lie below the limit > 85 %"),
        (threshold(**{"for": "5"}), 'rules.yaml:12: for: a length of time needs a unit'),
        (threshold(summary='"{devise} ist heiß"'), 'there is no field "devise" here. Did you mean "device"?'),
        (threshold(summary='"{device.__class__}"'), "is more than a field: write the plain name between braces."),
        (threshold(summary='"{value:>100}"'), "is more than a field"),
        (threshold(summary='"{device"'), "rules.yaml:14: summary: the template can't be read"),
        (threshold(metric="[cpu, temperature]"), "cpu and temperature are not measured alike: give each its own rule"),
        (threshold().replace("cpu-high", "CPU high"), "rules.yaml:7: id:"),
        (threshold(scope="{include: [{device: '/530(/'}]}"), 'the regular expression "/530(/" is not valid'),
        (threshold(scope="{include: [{rolle: core}]}"), 'unknown key "rolle". Did you mean "role"?'),
        (threshold(scope="{include: [{role: cor}]}"), 'Did you mean "core"?'),
        (threshold(scope="{include: [{device: ''}]}"), "an empty text matches nothing: leave the key out"),
        ("rule:\n  - 1\n", 'a rule file is a list under the key "rules".'),
        ("rules:\n  - device-down\n", "rules.yaml:2: a rule is a mapping with id, kind, severity …"),
        ("rules:\n  - id: x\n", 'the key "kind" is missing. Known kinds: device-down'),
        ("rules: [\n", "this is no valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_place_and_a_hint(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert expected in found[0]
    assert found[0].startswith("rules.yaml")


def test_a_bad_regular_expression_is_told_on_its_own_line(tmp_path: Path) -> None:
    text = threshold(scope='\n      exclude:\n        - role: core\n          interface: ["/[/"]')
    (found,) = problems(tmp_path, text)
    assert found.startswith("rules.yaml:19:")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(threshold(when='"> 85 ms"', severity="mayor"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("rules:\n  - kind: nothing\n", encoding="utf-8")
    with pytest.raises(ProblemError) as refused:
        load_rules(tmp_path)
    assert {problem.place.file.rpartition("/")[2] for problem in refused.value.problems} == {"a.yaml", "b.yaml"}


def test_an_id_used_twice_across_files_is_refused_naming_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(DOWN, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(DOWN, encoding="utf-8")
    with pytest.raises(ProblemError) as refused:
        load_rules(tmp_path)
    (problem,) = refused.value.problems
    name = tmp_path.name
    assert str(problem) == (
        f'{name}/b.yaml:2: the rule id "device-down" stands here and at {name}/a.yaml:2. Rename one of them.'
    )


def test_a_set_that_would_never_tell_an_outage_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "rules:\n" + THRESHOLD)
    assert "no rule has the kind device-down" in found


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="there is no rule file"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("inhibits", "line", "said"),
    [
        ("[third, no-such-rule]", 7, 'there is no rule "no-such-rule". Name the id of another rule.'),
        ("[thrd]", 7, 'there is no rule "thrd". Did you mean "third"?'),
        ("[device-down]", 7, "it would silence itself. Leave it out."),
        ("[second]", 7, "second would silence it in turn (device-down → second → third → device-down)."),
    ],
)
def test_a_rule_that_silences_nothing_itself_or_what_silences_it_is_refused_on_its_line(
    tmp_path: Path, inhibits: str, line: int, said: str
) -> None:
    rule = "kind: device-down\n    severity: minor\n    summary: a\n    summary_en: a\n"
    back = "device-down" if inhibits == "[second]" else ""
    (tmp_path / "a.yaml").write_text(
        f"rules:\n  - id: device-down\n    {rule}    inhibits: {inhibits}\n"
        f"  - id: second\n    {rule}    inhibits: [third]\n"
        f"  - id: third\n    {rule}    inhibits: [{back}]\n"
    )
    with pytest.raises(ProblemError) as refused:
        load_rules(tmp_path)
    told = str(refused.value.problems[0])
    assert told.startswith(f"{tmp_path.name}/a.yaml:{line}: device-down: inhibits: ")
    assert said in told


def test_names_in_one_file_are_held_against_the_rules_that_it_stands_beside(tmp_path: Path) -> None:
    part = "kind: composite\n    severity: minor\n    summary: a\n    summary_en: a\n    rule: cpu-high\n"
    file = tmp_path / "tried.yaml"
    file.write_text(f"rules:\n  - id: both\n    {part}    while: response-slow\n    inhibits: [cpu-hihg]\n")
    with pytest.raises(ProblemError) as refused:
        load_rule_file(file, name="tried.yaml", beside=default_rules())
    (problem,) = refused.value.problems
    assert str(problem) == ('tried.yaml:9: both: inhibits: there is no rule "cpu-hihg". Did you mean "cpu-high"?')
    file.write_text(f"rules:\n  - id: both\n    {part}    while: response-slow\n    inhibits: [cpu-high]\n")
    assert list(load_rule_file(file, beside=default_rules()).rules) == ["both"]


def test_rules_that_are_tried_answer_before_those_in_force(tmp_path: Path) -> None:
    file = tmp_path / "tried.yaml"
    rule = "kind: device-restart\n    severity: critical\n    summary: a\n    summary_en: a\n"
    file.write_text(f"rules:\n  - id: device-restart\n    {rule}  - id: new\n    {rule}")
    tried = load_rule_file(file, beside=default_rules()).before(default_rules())
    assert [one.id for one in tried.of(DeviceRestartRule)] == ["device-restart", "new"]
    assert tried.rules["device-restart"].severity is Severity.CRITICAL
    assert tried.rules.keys() == default_rules().rules.keys() | {"new"}
    assert next(iter(tried.rules)) == "device-restart"
