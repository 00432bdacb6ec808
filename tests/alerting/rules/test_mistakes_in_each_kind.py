"""Mistakes in the rules that are more than a threshold: each one sentence with its place and remedy; units; scopes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerting.rules.metrics import METRICS, parse_quantity
from alerting.rules.surveyed import RatioRule
from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.problems import ProblemError
from foundation.settings import parse_duration
from tests.alerting.written import written

RULES = {
    "ratio": ['of: in_errors', 'over: 30 min', 'when: "> 1 %"', 'clear: "< 0.1 %"', "floor: 10 kbps"],
    "forecast": ["metric: memory", "reaches: 95 %", "within: 3 d", "over: 7 d", "fit: 0.8"],
    "baseline": ["metric: cpu", "floor: 20 %", "weeks: 4", "deviations: 4"],
    "composite": ["rule: device-down", "while: device-down", "on: device"],
    "redundancy-lost": ["members: power"],
    "common-cause": ["by: county", "sites: 5", "share: 50 %", "within: 2 min"],
    "event": ["event: linkDown", "least: 3", "within: 5 min"],
    "missing-data": ["layer: health", "for: 20 min"],
    "change": ["metric: temperature", "rises: 10 °C", "within: 15 min"],
    "interface-down": ["for: 1 min"],
    "collector-blind": [],
}  # fmt: skip
"""A right rule of each kind; its first own line stands in line 9 of the file."""
OWN = 9


def one(kind: str, **lines: str) -> str:
    """A rule of this kind with these lines instead of its own; an empty one is left out."""
    own = {line.partition(":")[0]: line.partition(": ")[2] for line in RULES[kind]} | lines
    if kind in ("common-cause", "collector-blind"):  # they are about no single device
        own |= {"summary": "told", "summary_en": "told"}
    return f"id: tested\nkind: {kind}\n" + "\n".join(f"{key}: {value}" for key, value in own.items() if value)


@pytest.mark.parametrize("kind", RULES)
def test_each_kind_is_read_with_all_its_keys(tmp_path: Path, kind: str) -> None:
    assert written(tmp_path, one(kind)).rules["tested"].kind == kind


@pytest.mark.parametrize(
    ("kind", "lines", "line", "said"),
    [
        ("ratio", {"of": "in_erors"}, OWN, 'Did you mean "in_errors"?'),
        ("ratio", {"when": '"> 1"'}, OWN + 2, 'when: "1" is no number with a unit'),
        ("ratio", {"when": '"> 1 ms"'}, OWN + 2, 'the unit "ms" does not fit share, which is given in "%" or "ppm"'),
        ("ratio", {"clear": '"< 2 %"'}, OWN + 3, "the clear value < 2 % must lie below the limit > 1 %"),
        ("ratio", {"over": "1 min"}, OWN + 1, "a share is taken over 5 min to 7 d"),
        ("ratio", {"floor": "10 %"}, OWN + 4, 'the unit "%" does not fit in_bps'),
        ("ratio", {"metric": "cpu"}, OWN + 5, 'unknown key "metric"'),
        ("forecast", {"reaches": "95 ms"}, OWN + 1, 'the unit "ms" does not fit memory'),
        ("forecast", {"within": "30 d"}, OWN + 2, "at most twice as far ahead as it looks back"),
        ("forecast", {"over": "1 h", "within": "1 h"}, OWN + 3, "a forecast looks back 6 h to 90 d"),
        ("forecast", {"metric": "[memory, rtt_ms]"}, OWN, "are not measured alike: give each its own rule"),
        ("forecast", {"metric": "memry"}, OWN, 'Did you mean "memory"?'),
        ("baseline", {"floor": "0 %"}, OWN + 1, "a floor lies above 0"),
        ("baseline", {"floor": "20"}, OWN + 1, "floor:"),
        ("baseline", {"weeks": "1"}, OWN + 2, "weeks:"),
        ("baseline", {"direction": "abov"}, OWN + 4, 'Did you mean "above"?'),
        ("composite", {"rule": "device-dwn"}, OWN, 'no rule "device-dwn" to lean on. Did you mean "device-down"?'),
        ("composite", {"while": "other"}, OWN + 1, 'while: there is no rule "other" to lean on.'),
        ("composite", {"while": "tested"}, OWN + 1, 'while: "tested" is composite itself. Name a rule that is not.'),
        ("composite", {"on": "devise"}, OWN + 2, 'Did you mean "device"?'),
        ("redundancy-lost", {"members": '"/[/"'}, OWN, 'the regular expression "/[/" is not valid'),
        ("redundancy-lost", {"members": "5"}, OWN, "the members are uplinks, power, fan, or names of interfaces"),
        ("common-cause", {"by": "country"}, OWN, 'Did you mean "county"?'),
        ("common-cause", {"sites": "2"}, OWN + 1, "sites:"),
        ("common-cause", {"share": "0.5"}, OWN + 2, 'a share needs its unit: write "50 %"'),
        ("common-cause", {"within": "2"}, OWN + 3, "a length of time needs a unit"),
        ("event", {"event": ""}, 8, "an event rule names the events it takes: give event, text or both"),
        ("event", {"event": '"/(/"'}, OWN, 'the regular expression "/(/" is not valid'),
        ("event", {"within": "0 s"}, OWN + 2, "several events need a time within which they are counted"),
        ("event", {"source": "sylog"}, OWN + 3, 'Did you mean "syslog"?'),
        ("missing-data", {"layer": "helth"}, OWN, 'Did you mean "health"?'),
        ("missing-data", {"for": "20 s"}, OWN + 1, "for:"),
        ("change", {"falls": "10 °C"}, OWN, "give exactly one of rises and falls"),
        ("change", {"rises": ""}, OWN, "give exactly one of rises and falls"),
        ("change", {"rises": "10 %"}, OWN + 1, 'the unit "%" does not fit temperature'),
        ("change", {"rises": "-5 °C"}, OWN + 1, "a change is given as a number above 0"),
        ("change", {"within": "2 d"}, OWN + 2, "a change is watched over 1 min to 1 d"),
        ("interface-down", {"for": "soon"}, OWN, "for:"),
        ("collector-blind", {"for": "1 min"}, OWN, 'unknown key "for"'),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_its_file_and_line(
    tmp_path: Path, kind: str, lines: dict[str, str], line: int, said: str
) -> None:
    with pytest.raises(ProblemError) as refused:
        written(tmp_path, one(kind, **lines))
    told = [str(problem) for problem in refused.value.problems]
    assert len(told) == 1, told
    assert told[0].startswith(f"{tmp_path.name}/written.yaml:{line}: ")
    assert said in told[0]


FOREIGN = {
    "ratio": "entity", "forecast": "interface", "baseline": "carrier", "composite": "interface",
    "redundancy-lost": "entity", "common-cause": "interface", "event": "entity", "missing-data": "neighbour",
    "change": "interface", "interface-down": "carrier",
}  # fmt: skip
"""A key of a selector that what the rule of the table judges never carries."""


@pytest.mark.parametrize(("kind", "key"), FOREIGN.items())
@pytest.mark.parametrize("where", ["include", "exclude", "override"])
def test_a_selector_that_never_selects_anything_is_refused_on_its_line(
    tmp_path: Path, kind: str, key: str, where: str
) -> None:
    """Otherwise a rule would be silent for good, or tell what was meant to be left out."""
    if where == "override":
        rule = one(kind, overrides=f"[{{{key}: x, severity: major}}]")
    else:
        rule = one(kind, scope=f"{{{where}: [{{{key}: x}}]}}")
    with pytest.raises(ProblemError) as refused:
        written(tmp_path, rule)
    (problem,) = refused.value.problems
    line = OWN + sum(1 for text in RULES[kind] if text)
    assert str(problem).startswith(f"{tmp_path.name}/written.yaml:{line}: ")
    assert f"what this rule judges has no {key}, so that this selects nothing: use" in str(problem)


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("{role: core, wen: 1}", "wen"),
        ("{severity: critical}", "an override says for whom it is"),
        ("{role: core}", "an override changes nothing"),
        ("{role: cor, severity: critical}", 'Did you mean "core"?'),
    ],
)
def test_a_mistake_in_an_override_is_told_for_every_kind(tmp_path: Path, kind: str, override: str, said: str) -> None:
    with pytest.raises(ProblemError) as refused:
        written(tmp_path, one(kind, overrides=f"[{override}]"))
    (problem,) = refused.value.problems
    assert said in str(problem)


@given(st.floats(0.001, 99), st.sampled_from(["%", "ppm"]), st.integers(5, 10_000), st.sampled_from(["min", "h", "d"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_share_and_a_time_mean_the_same_in_every_unit(
    tmp_path: Path, limit: float, unit: str, minutes: int, time_unit: str
) -> None:
    length = {"min": MINUTE, "h": HOUR, "d": DAY}[time_unit]
    over = max(5 * MINUTE, min(7 * DAY, minutes * MINUTE)) // length * length
    if over < 5 * MINUTE:
        over = length
    per_cent = limit if unit == "%" else limit / 10_000
    rule = written(
        tmp_path, one("ratio", when=f'"> {limit:.6f} {unit}"', clear='"< 0 %"', over=f"{over // length} {time_unit}")
    ).rules["tested"]
    assert isinstance(rule, RatioRule)
    assert rule.over == over
    assert rule.limit == pytest.approx(per_cent, abs=1e-5)


@given(st.sampled_from(sorted(METRICS)), st.data(), st.decimals(-999, 999, places=2))
def test_a_quantity_is_read_in_each_unit_of_its_metric_and_in_no_other(
    name: str, data: st.DataObject, number: object
) -> None:
    metric = METRICS[name]
    unit = data.draw(st.sampled_from(sorted(metric.units)))
    assert parse_quantity(f"{number} {unit}", metric) == pytest.approx(float(str(number)) * metric.units[unit])
    assert parse_quantity(f" {number}{unit} ", metric) == parse_quantity(f"{number} {unit}", metric)
    foreign = data.draw(st.sampled_from(sorted({u for m in METRICS.values() for u in m.units} - {*metric.units})))
    with pytest.raises(ValueError, match="does not fit"):
        parse_quantity(f"{number} {foreign}", metric)


@given(st.integers(1, 10_000), st.sampled_from([("s", SECOND), ("min", MINUTE), ("h", HOUR), ("d", DAY)]))
def test_a_time_is_so_many_of_its_unit(count: int, unit: tuple[str, int]) -> None:
    assert parse_duration(f"{count} {unit[0]}") == count * unit[1]


LABELS = {
    "role": ["core", "aggregation", "county", "access"],
    "device": ["d1", "d2"],
    "division": ["530600", "530627"],
}


@pytest.mark.slow
@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_scope_is_what_it_includes_less_what_it_excludes_for_every_kind(tmp_path: Path, data: st.DataObject) -> None:
    """Against a reading of its own: a selector fits when each of its keys holds the object's label."""
    kind = data.draw(st.sampled_from(sorted(set(RULES) - {"collector-blind", "composite"})))
    selector = st.fixed_dictionaries({}, optional={key: st.sampled_from(texts) for key, texts in LABELS.items()})
    selectors = st.lists(selector.filter(bool), max_size=2)
    include, exclude = data.draw(selectors), data.draw(selectors)
    labels = {key: (data.draw(st.sampled_from(texts)),) for key, texts in LABELS.items()}

    def fits(chosen: dict[str, str]) -> bool:
        return all(text in labels[key] for key, text in chosen.items())

    def shown(chosen: list[dict[str, str]]) -> str:
        return "[" + ", ".join("{" + ", ".join(f'{k}: "{v}"' for k, v in one.items()) + "}" for one in chosen) + "]"

    rule = written(tmp_path, one(kind, scope=f"{{include: {shown(include)}, exclude: {shown(exclude)}}}")).rules[
        "tested"
    ]
    expected = (not include or any(map(fits, include))) and not any(map(fits, exclude))
    assert rule.scope.covers(labels) is expected
