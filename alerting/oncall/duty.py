"""Duty at one operations centre: a pure rotation over duty days.

A duty day begins at the hand-over (08:30 by custom), not at midnight, and rotations count duty days from an anchor, so
everyone serves equally whatever the calendar does. With 12-hour shifts the day and the night rotate apart, half a team
out of step: everyone gets as many nights as days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from foundation.calendar import ZONE, instant, local
from foundation.clock import Instant


class DutyRole(StrEnum):
    """In what capacity a person is called, the first to be called first."""

    OPERATOR = "operator"
    """值班员."""
    LEADER = "leader"
    """带班领导."""
    DIRECTOR = "director"
    """中心主任."""


ROLE_NAMES: Final = {DutyRole.OPERATOR: "值班员", DutyRole.LEADER: "带班领导", DutyRole.DIRECTOR: "中心主任"}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be called. Phone and e-mail may be empty, not both."""

    id: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A person on leave, and who serves instead, over whole duty days."""

    person: str
    first: date
    last: date
    substitute: str


@dataclass(frozen=True, slots=True)
class Centre:
    """One operations centre's people and how they take turns."""

    division: str
    people: Mapping[str, Person]
    operators: tuple[str, ...]
    leaders: tuple[str, ...]
    director: str
    anchor: date
    """The duty day on which the first operator and the first leader serve."""
    shift_hours: int
    """24, or 12 for a day and a night shift."""
    handover: time
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """Who serves at a moment, and until when."""

    centre: str
    """The code of the division whose centre it is."""
    operator: Person
    leader: Person
    director: Person
    since: Instant
    until: Instant
    """The next hand-over: this duty no longer holds from this instant on."""

    def holder(self, role: DutyRole) -> Person:
        """The person who serves in a role."""
        return {
            DutyRole.OPERATOR: self.operator,
            DutyRole.LEADER: self.leader,
            DutyRole.DIRECTOR: self.director,
        }[role]


def duty_at(centre: Centre, now: Instant) -> Duty:
    """Who is on duty at a centre. Asia/Shanghai keeps no summer time, so a duty day is always 24 hours."""
    moment = local(now)
    day = moment.date() if moment.time() >= centre.handover else moment.date() - timedelta(days=1)
    begins = datetime.combine(day, centre.handover, ZONE)
    shift = timedelta(hours=centre.shift_hours)
    number = (moment - begins) // shift
    turn = (day - centre.anchor).days
    operators = centre.operators
    operator = operators[(turn + number * (len(operators) // 2)) % len(operators)]
    leader = centre.leaders[turn % len(centre.leaders)]
    return Duty(
        centre.division,
        _serving(centre, operator, day),
        _serving(centre, leader, day),
        _serving(centre, centre.director, day),
        instant(begins + number * shift),
        instant(begins + (number + 1) * shift),
    )


def _serving(centre: Centre, person: str, day: date) -> Person:
    """The person, or on leave their substitute. A substitute who is away too is replaced in turn, each asked once."""
    asked = {person}
    while True:
        absence = next((found for found in centre.absences if found.person == person and _covers(found, day)), None)
        if absence is None or absence.substitute in asked:
            return centre.people[person]
        person = absence.substitute
        asked.add(person)


def _covers(absence: Absence, day: date) -> bool:
    return absence.first <= day <= absence.last
