"""Reads every rule file of a directory; either all of them are right, or none is taken and every problem is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alerting.rules.base import Rule, check_override
from alerting.rules.model import (
    MODELS,
    AnyRule,
    DeviceDownRule,
)
from alerting.rules.names import mistaken_names
from foundation.documents import Document, Route, read_document, validate
from foundation.problems import Place, Problem, ProblemError, did_you_mean

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in force, by id, in the files' order."""

    rules: Mapping[str, AnyRule]

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """All rules of one kind."""
        return tuple(rule for rule in self.rules.values() if isinstance(rule, kind))

    def before(self, others: "RuleSet") -> "RuleSet":
        """These rules, then those of another set whose ids are not among them: where only the first rule of a kind
        answers, one of these does."""
        return RuleSet({**self.rules, **{key: rule for key, rule in others.rules.items() if key not in self.rules}})


def load_rules(directory: Path) -> RuleSet:
    """The rules of all `*.yaml` files in a directory.

    Raises ProblemError with every problem of every file: unknown keys and kinds, units that don't fit, bad regular
    expressions, unknown summary fields, ids used twice, and a set in which no rule tells that a device is down.
    """
    problems: list[Problem] = []
    read: dict[str, _Read] = {}
    paths = sorted(directory.glob("*.yaml")) if directory.is_dir() else []
    if not paths:
        remedy = "Add one, or run `yunwei init` to get the default set."
        raise ProblemError([Problem(Place(str(directory)), "there is no rule file (*.yaml) here.", remedy)])
    for path in paths:
        try:
            document = read_document(path, name=f"{directory.name}/{path.name}")
            _read_rules(document, read, problems)
        except ProblemError as error:
            problems.extend(error.problems)
    rules = {key: one.rule for key, one in read.items()}
    # A set that failed to load says nothing about what it lacks.
    if not problems and not any(isinstance(rule, DeviceDownRule) for rule in rules.values()):
        message = "no rule has the kind device-down, so that no outage would ever be told."
        problems.append(Problem(Place(str(directory)), message, "Add one."))
    if not problems:
        problems.extend(mistaken_names(rules, rules, lambda key, keys: read[key].place(*keys)))
    if problems:
        raise ProblemError(problems)
    return RuleSet(rules)


def load_rule_file(path: Path, *, name: str | None = None, beside: RuleSet | None = None) -> RuleSet:
    """The rules of one file, which need not tell outages. Raises ProblemError with every problem of it.

    With `beside`, the rules in whose stead or beside which these are to stand, names of other rules are checked too.
    """
    problems: list[Problem] = []
    read: dict[str, _Read] = {}
    _read_rules(read_document(path, name=name), read, problems)
    rules = {key: one.rule for key, one in read.items()}
    if not problems and beside is not None:
        among = {**beside.rules, **rules}
        problems.extend(mistaken_names(rules, among, lambda key, keys: read[key].place(*keys)))
    if problems:
        raise ProblemError(problems)
    return RuleSet(rules)


@dataclass(frozen=True, slots=True)
class _Read:
    """A rule and where it stands."""

    rule: AnyRule
    document: Document
    route: Route

    def place(self, *keys: str | int) -> Place:
        """Where one of its keys stands."""
        return self.document.place((*self.route, *keys))


def _read_rules(document: Document, read: dict[str, _Read], problems: list[Problem]) -> None:
    if not isinstance(document.data, dict) or not isinstance(document.data.get("rules"), list):
        problems.append(Problem(document.place(()), 'a rule file is a list under the key "rules".'))
        return
    for key in document.data:
        if key != "rules":
            hint = did_you_mean(str(key), ["rules"])
            problems.append(Problem(document.place((key,)), f'unknown key "{key}".', hint))
    for position in range(len(document.data["rules"])):
        try:
            rule = _read_rule(document, ("rules", position))
        except ProblemError as error:
            problems.extend(error.problems)
            continue
        found = _Read(rule, document, ("rules", position))
        if rule.id in read:
            message = f'the rule id "{rule.id}" stands here and at {read[rule.id].place("id")}.'
            problems.append(Problem(found.place("id"), message, "Rename one of them."))
            continue
        read[rule.id] = found


def _read_rule(document: Document, route: Route) -> AnyRule:
    data = document.data["rules"][route[-1]]
    if not isinstance(data, dict):
        raise ProblemError([Problem(document.place(route), "a rule is a mapping with id, kind, severity …")])
    kind = data.get("kind")
    model = MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        place = document.place((*route, "kind"))
        if kind is None:
            raise ProblemError([Problem(place, 'the key "kind" is missing.', f"Known kinds: {', '.join(MODELS)}.")])
        hint = did_you_mean(str(kind), MODELS) or f"Known kinds: {', '.join(MODELS)}."
        raise ProblemError([Problem(place, f'unknown kind "{kind}".', hint)])
    rule = validate(document, model, route=route)
    problems = [
        Problem(document.place((*route, *key.split("."))), f"{key}: {message}.") for key, message in rule.problems()
    ]
    for position, (override, variant) in enumerate(rule.variants):
        where = (*route, "overrides", position)
        for key, message in check_override(rule, override):
            problems.append(Problem(document.place((*where, key)), f"overrides: {message}."))
        # What is wrong with the rule itself has been told.
        told = rule.problems()
        for key, message in variant.problems():
            if (key, message) not in told:
                problems.append(Problem(document.place((*where, key)), f"overrides: {key}: {message}."))
    if problems:
        raise ProblemError(problems)
    return rule
