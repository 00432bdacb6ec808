"""What has been read so far, where it stands, and everything found wrong with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from foundation.problems import Place, Problem, did_you_mean

CODE_FORM: Final = r"[0-9]{6}"
IDENTITY_FORM: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


@dataclass(slots=True)
class Findings:
    """Collects problems, so that all of them are told at once, and never the consequences of another."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str, remedy: str = "") -> None:
        """One more thing that is wrong."""
        self.problems.append(Problem(place, message, remedy))

    def duplicate(self, place: Place, what: str, first: Place) -> None:
        """Something that must be unique stands twice."""
        self.add(place, f"{what} stands here and at {first}.", "Keep one of them, or tell them apart.")

    def unknown(self, place: Place, what: str, word: str, known: Iterable[str]) -> None:
        """A reference to something that is not declared."""
        self.add(place, f'{what} "{word}" is not declared.', did_you_mean(word, known))


@dataclass(slots=True)
class Register:
    """The ids of one kind: which are declared, where, and which rows were too broken to be read."""

    what: str
    form: str = IDENTITY_FORM
    """The regular expression of its ids."""
    places: dict[str, Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Ids whose rows are wrong: a reference to one is no further problem."""
    whole: bool = True
    """False when rows without a readable id are missing: then no reference can be called unknown."""

    def declare(self, identity: str, place: Place, findings: Findings) -> bool:
        """Enter an id; False and a problem when it is taken."""
        first = self.places.get(identity)
        if first is not None:
            findings.duplicate(place, f'the {self.what} "{identity}"', first)
            return False
        self.places[identity] = place
        return True

    def break_row(self, identity: object) -> None:
        """Remember the row that could not be read, by its id where that much is readable."""
        if isinstance(identity, str | int) and re.fullmatch(self.form, str(identity)):
            self.broken.add(str(identity))
        else:
            self.whole = False

    def refers(self, word: str, place: Place, what: str, findings: Findings, known: Mapping[str, object]) -> bool:
        """Whether a reference leads to a good row; a problem when it leads nowhere."""
        if word in known:
            return True
        if self.whole and word not in self.broken and word not in self.places:
            findings.unknown(place, what, word, self.places)
        return False
