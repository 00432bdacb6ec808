"""The part of a configuration that says what is watched, what is judged and whom it calls: no settings, no secrets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alerting.oncall.roster import Roster, load_roster
from alerting.rules.loader import RuleSet, load_rules
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.loader import load_runbooks
from foundation.problems import Problem, ProblemError
from topology.loader import load_network
from topology.network import Network

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Configured:
    """Loaded and checked."""

    network: Network
    roster: Roster
    rules: RuleSet
    runbooks: RunbookLibrary


def load_configured(directory: Path) -> Configured:
    """Load it from a directory. Raises ProblemError with the problems of all files at once."""
    problems: list[Problem] = []

    def collect(load: Callable[[], T]) -> T | None:
        try:
            return load()
        except ProblemError as error:
            problems.extend(error.problems)
            return None

    network = collect(lambda: load_network(directory / "topology.yaml", directory / "agencies.csv"))
    rules = collect(lambda: load_rules(directory / "rules"))
    roster = None if network is None else collect(lambda: load_roster(directory / "roster.yaml", network))
    runbooks = None if rules is None else collect(lambda: load_runbooks(directory / "runbooks", rules))
    if problems or network is None or rules is None or roster is None or runbooks is None:
        raise ProblemError(problems)
    return Configured(network, roster, rules, runbooks)
