"""roster.yaml: the people of every operations centre. Read strictly, with all problems at once."""

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from alerting.oncall.duty import Absence, Centre, Duty, Person, duty_at
from foundation.clock import Instant
from foundation.documents import Document, Route, read_document, validate
from foundation.problems import OperatorError, Problem, ProblemError, did_you_mean
from foundation.settings import Day, StrictModel
from topology.network import Network


class _PersonModel(StrictModel):
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    phone: str = ""
    email: str = ""

    @field_validator("phone")
    @classmethod
    def _phone(cls, value: str) -> str:
        if value and not re.fullmatch(r"\+?\d{5,15}", value):
            raise ValueError("a phone number is 5 to 15 digits, in quotes")
        return value

    @field_validator("email")
    @classmethod
    def _email(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
            raise ValueError("an e-mail address looks like name@example.org")
        return value


class _AbsenceModel(StrictModel):
    person: str
    first: Day
    last: Day
    substitute: str


class _CentreModel(StrictModel):
    people: list[_PersonModel] = Field(min_length=1)
    operators: list[str] = Field(min_length=1)
    leaders: list[str] = Field(min_length=1)
    director: str
    anchor: Day
    shift_hours: Literal[12, 24] = 24
    handover: str = Field(default="08:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    absences: list[_AbsenceModel] = Field(default=[])


class _RosterModel(StrictModel):
    centres: dict[str, _CentreModel]


class Roster:
    """Who is on duty, for every division: its own centre's people, or those of the centre that serves it."""

    def __init__(self, centres: Mapping[str, Centre], served_by: Mapping[str, str]) -> None:
        self.centres = centres
        self._served_by = served_by

    def on_duty(self, division: str, now: Instant) -> Duty:
        """Who answers for a division now.

        Raises OperatorError when the division is unknown, or its centre has no people in the roster.
        """
        code = self._served_by.get(division)
        centre = None if code is None else self.centres.get(code)
        if centre is None:
            raise OperatorError(f"The roster names nobody for the division {division}. Add its centre to roster.yaml.")
        return duty_at(centre, now)

    def person(self, person: str) -> Person | None:
        """A person by id, wherever they serve."""
        return next((centre.people[person] for centre in self.centres.values() if person in centre.people), None)


def load_roster(path: Path, network: Network) -> Roster:
    """Read the roster and hold it against the network's centres.

    Raises ProblemError with every problem: unknown keys and divisions, people that nobody declared, ids used twice,
    people without phone and e-mail, centres without people.
    """
    document = read_document(path)
    model = validate(document, _RosterModel)
    problems: list[Problem] = []
    owners: dict[str, Route] = {}
    centres = {}
    for code, centre in model.centres.items():
        route: Route = ("centres", code)
        if code not in network.divisions:
            hint = did_you_mean(code, network.divisions)
            problems.append(Problem(document.place(route), f'unknown division "{code}".', hint))
        _check_people(document, route, centre, owners, problems)
        centres[code] = _centre(code, centre)
    for needed in sorted({division.centre for division in network.divisions.values()} - set(centres)):
        name = network.divisions[needed].name
        message = f"the operations centre of {name} ({needed}) has no people."
        remedy = f'Add "{needed}" here, or let the centre above serve it in the topology file.'
        problems.append(Problem(document.place(("centres",)), message, remedy))
    if problems:
        raise ProblemError(problems)
    return Roster(centres, {division.code: division.centre for division in network.divisions.values()})


def _check_people(
    document: Document, route: Route, centre: _CentreModel, owners: dict[str, Route], problems: list[Problem]
) -> None:
    known = [person.id for person in centre.people]
    for position, model in enumerate(centre.people):
        where: Route = (*route, "people", position)
        if model.id in owners:
            first = document.place(owners[model.id])
            problems.append(Problem(document.place(where), f'the person "{model.id}" stands here and at {first}.'))
        owners.setdefault(model.id, where)
        if not model.phone and not model.email:
            problems.append(Problem(document.place(where), f"{model.name} has neither phone nor e-mail.", "Add one."))
    named: list[tuple[Route, str]] = [((*route, "director"), centre.director)]
    for key, ids in (("operators", centre.operators), ("leaders", centre.leaders)):
        named += [((*route, key, position), person) for position, person in enumerate(ids)]
        for position, person in enumerate(ids):
            if person in ids[:position]:
                twice = document.place((*route, key, position))
                problems.append(Problem(twice, f'"{person}" is named twice among the {key}.', "Everyone serves once."))
    for position, absence in enumerate(centre.absences):
        where = (*route, "absences", position)
        named += [((*where, "person"), absence.person), ((*where, "substitute"), absence.substitute)]
        if absence.last < absence.first:
            problems.append(Problem(document.place(where), "the absence ends before it begins.", "Swap its days."))
        if absence.person == absence.substitute:
            problems.append(Problem(document.place(where), "nobody can be their own substitute.", "Name another."))
    for where, person in named:
        if person not in known:
            message = f'the centre has no person "{person}".'
            problems.append(Problem(document.place(where), message, did_you_mean(person, known)))


def _centre(code: str, model: _CentreModel) -> Centre:
    return Centre(
        division=code,
        people={person.id: Person(person.id, person.name, person.phone, person.email) for person in model.people},
        operators=tuple(model.operators),
        leaders=tuple(model.leaders),
        director=model.director,
        anchor=model.anchor,
        shift_hours=model.shift_hours,
        handover=time.fromisoformat(model.handover),
        absences=tuple(
            Absence(absence.person, absence.first, absence.last, absence.substitute) for absence in model.absences
        ),
    )
