"""The states of an alert as an explicit table: (state, event) → (state, step). An unlisted pair is an error."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class AlertState(StrEnum):
    """Where a condition on an object stands."""

    NONE = "none"
    """There is no open alert."""
    PENDING = "pending"
    """The condition is seen, but not yet for as long as its rule asks."""
    FIRING = "firing"
    SUPPRESSED = "suppressed"
    """It holds, but something else explains it."""
    CLEARED = "cleared"
    """Only in the records: a closed row. A new occurrence opens a new one."""


class Event(StrEnum):
    """What judging finds about a condition."""

    SEEN = "seen"
    """It holds, or is not yet calm, but nothing is due."""
    DUE = "due"
    """It has held as long as its rule asks."""
    CALM = "calm"
    """Its clear condition is met, by data: no data is never calm."""
    EXPLAINED = "explained"
    """It is due, and something else explains it."""
    UNEXPLAINED = "unexplained"
    """What explained it is over, and it still holds."""
    RETIRED = "retired"
    """Its rule or its object is no longer in the files."""


class Step(StrEnum):
    """What a transition does; the name of the rule that applied."""

    NOTHING = "nothing"
    BEGIN = "begin"
    WAIT = "wait"
    FORGET = "forget"
    RAISE = "raise"
    REPEAT = "repeat"
    SUPPRESS = "suppress"
    RELEASE = "release"
    CLEAR = "clear"


_S, _E = AlertState, Event

TRANSITIONS: Final[Mapping[tuple[AlertState, Event], tuple[AlertState, Step]]] = {
    (_S.NONE, _E.SEEN): (_S.PENDING, Step.BEGIN),
    (_S.NONE, _E.DUE): (_S.FIRING, Step.RAISE),
    (_S.NONE, _E.CALM): (_S.NONE, Step.NOTHING),
    (_S.NONE, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.PENDING, _E.SEEN): (_S.PENDING, Step.WAIT),
    (_S.PENDING, _E.DUE): (_S.FIRING, Step.RAISE),
    (_S.PENDING, _E.CALM): (_S.NONE, Step.FORGET),
    (_S.PENDING, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.FIRING, _E.SEEN): (_S.FIRING, Step.REPEAT),
    (_S.FIRING, _E.DUE): (_S.FIRING, Step.REPEAT),
    (_S.FIRING, _E.CALM): (_S.NONE, Step.CLEAR),
    (_S.FIRING, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.FIRING, _E.RETIRED): (_S.NONE, Step.CLEAR),
    (_S.SUPPRESSED, _E.SEEN): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.DUE): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.EXPLAINED): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.UNEXPLAINED): (_S.FIRING, Step.RELEASE),
    (_S.SUPPRESSED, _E.CALM): (_S.NONE, Step.CLEAR),
    (_S.SUPPRESSED, _E.RETIRED): (_S.NONE, Step.CLEAR),
}


class ImpossibleTransitionError(Exception):
    """A program error: an event that can't happen in this state."""


def step(state: AlertState, event: Event) -> tuple[AlertState, Step]:
    """The next state and what to do.

    Raises ImpossibleTransitionError for a pair that the table does not list.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransitionError(f"an alert that is {state} can't meet the event {event}") from None
