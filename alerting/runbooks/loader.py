"""Reads every runbook of a directory and holds it against the rules; all problems at once, or a library."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from alerting.rules.model import OPEN_LABELS
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.model import Runbook
from alerting.runbooks.parsing import ParsedRunbook, parse_runbook
from foundation.documents import Document
from foundation.problems import Place, Problem, ProblemError, did_you_mean

Labels = Mapping[str, frozenset[str]]
_NOTE: Final = "README.md"
"""A file for people in the same directory; no runbook."""


class LabelledRule(Protocol):
    """All that a runbook needs to know of a rule."""

    def labels(self) -> Labels:
        """Every label that its alerts can carry, with all values it can take."""
        ...


class Rules(Protocol):
    """The rules in force: `alerting.rules.loader.RuleSet`."""

    @property
    def rules(self) -> Mapping[str, LabelledRule]:
        """By id."""
        ...


def load_runbooks(directory: Path, rules: Rules) -> RunbookLibrary:
    """The runbooks of all `*.md` files in a directory.

    Raises ProblemError with every problem of every file: what `parse_runbook` refuses, ids used twice, and runbooks
    that can't match an alert of any rule.
    """
    paths = sorted(path for path in directory.glob("*.md") if path.name != _NOTE) if directory.is_dir() else []
    if not paths:
        message = "there is no runbook (*.md) here."
        raise ProblemError([Problem(Place(str(directory)), message, "Add one, or correct the path.")])
    problems: list[Problem] = []
    runbooks: dict[str, Runbook] = {}
    places: dict[str, Place] = {}
    labels = [rule.labels() for rule in rules.rules.values()]
    for path in paths:
        try:
            parsed = _read(path, f"{directory.name}/{path.name}")
        except ProblemError as error:
            problems.extend(error.problems)
            continue
        runbook, place = parsed.runbook, parsed.front.place(("id",))
        if runbook.id in runbooks:
            message = f'the runbook id "{runbook.id}" stands here and at {places[runbook.id]}.'
            problems.append(Problem(place, message, "Rename one of them."))
            continue
        runbooks[runbook.id], places[runbook.id] = runbook, place
        problems.extend(_check_match(runbook, parsed.front, labels))
    if problems:
        raise ProblemError(problems)
    return RunbookLibrary(runbooks.values())


def _read(path: Path, name: str) -> ParsedRunbook:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemError([Problem(Place(name, line), "the text is not UTF-8.", "Save the file as UTF-8.")]) from None
    except OSError as error:
        raise ProblemError([Problem(Place(name), f"the file can't be read: {error.strerror}.")]) from None
    return parse_runbook(text, name=name)


def _check_match(runbook: Runbook, front: Document, rules: Sequence[Labels]) -> list[Problem]:
    """What keeps a runbook from ever answering an alert."""
    known = {label for labels in rules for label in labels} | OPEN_LABELS
    problems = []
    for label, wanted in runbook.match.items():
        route = ("match", label)
        if label not in known:
            hint = did_you_mean(label, known) or f"Known labels: {', '.join(sorted(known))}."
            problems.append(Problem(front.place(route), f'no alert carries the label "{label}".', hint))
            continue
        if label in OPEN_LABELS:
            continue
        values = {value for labels in rules for value in labels.get(label, ())}
        for position, value in enumerate(wanted):
            if value not in values:
                hint = did_you_mean(value, values) or f"Possible values: {', '.join(sorted(values))}."
                message = f'no rule raises an alert with {label} "{value}".'
                problems.append(Problem(front.place((*route, position)), message, hint))
    if not problems and not any(_possible(runbook, labels) for labels in rules):
        message = "no single rule raises an alert with all of these labels: the runbook would match nothing."
        problems.append(Problem(front.place(("match",)), message, "Drop a label, or correct its values."))
    return problems


def _possible(runbook: Runbook, labels: Labels) -> bool:
    return all(label in OPEN_LABELS or _meet(wanted, labels.get(label, ())) for label, wanted in runbook.match.items())


def _meet(wanted: Collection[str], possible: Collection[str]) -> bool:
    return not frozenset(wanted).isdisjoint(possible)
