"""Errors for operators: what is wrong, where it stands, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem stands: a file, and its line (1-based) where one is known."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        """`topology.yaml:12`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what an operator wrote. `remedy` is a whole sentence, or empty where none is needed."""

    place: Place
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """`topology.yaml:12: unknown key "adress". Did you mean "address"?`."""
        return f"{self.place}: {self.message}" + (f" {self.remedy}" if self.remedy else "")


class ProblemError(Exception):
    """Input is refused; `problems` holds every reason found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class OperatorError(Exception):
    """The platform can't do what was asked; the message is one whole sentence that says what to do next.

    Raised at the edges (a port in use, a full disk, a missing permission); the command line prints it without a
    traceback.
    """


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "address"?`, or an empty text when nothing known is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""
