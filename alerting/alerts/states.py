"""The states of an alert as an explicit table: (state, event) → (state, step). An unlisted pair is an error.

`docs/states.md` shows the whole table; `yunwei rules states` writes it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class AlertState(StrEnum):
    """Where a condition on an object stands."""

    NONE = "none"
    """There is no open alert."""
    PENDING = "pending"
    """The condition is seen, but not yet for as long as its rule asks. Only in memory: nothing is recorded or told."""
    FIRING = "firing"
    SUPPRESSED = "suppressed"
    """It holds, but something else explains it: the records say for what reason, and by what."""
    FLAPPING = "flapping"
    """It came and went so often that its coming and going is one trouble: counted, and not told each time."""
    NO_DATA = "no_data"
    """It fired, and what would tell whether it still holds is not known any more. It stays open."""
    CLEARED_UNACKNOWLEDGED = "cleared-unacked"
    """It is over, and nobody has acknowledged its incident yet. Only in the records."""
    CLOSED = "closed"
    """Only in the records. A new occurrence opens a new row."""


OPEN: Final = frozenset({AlertState.FIRING, AlertState.SUPPRESSED, AlertState.FLAPPING, AlertState.NO_DATA})
"""An open alert. Of each object and rule there is at most one."""

TOLD: Final = frozenset({AlertState.FIRING, AlertState.FLAPPING})
"""An alert that is told by itself, and whose condition can be seen: it may explain others."""

OVER: Final = frozenset({AlertState.CLEARED_UNACKNOWLEDGED, AlertState.CLOSED})
"""A recorded occurrence that has ended: for judging there is no alert any more."""


class Event(StrEnum):
    """What judging finds about a condition, and what people do about its alert."""

    SEEN = "seen"
    """It holds, or is not yet calm, but nothing is due."""
    DUE = "due"
    """It has held as long as its rule asks."""
    UNSTABLE = "unstable"
    """It is due, and its penalty for coming and going is above its rule's limit."""
    CALM = "calm"
    """Its clear condition is met, by data: no data is never calm."""
    CALM_UNTOLD = "calm-untold"
    """The same, of an alert that never fired: nobody heard of it."""
    BLANK = "blank"
    """What would tell whether it holds is not known any more."""
    EXPLAINED = "explained"
    """It is due, and something else explains it."""
    UNEXPLAINED = "unexplained"
    """What explained it is over, and it still holds."""
    STEADY = "steady"
    """Its penalty has decayed below its rule's limit while it holds."""
    STEADY_CALM = "steady-calm"
    """The same while it does not hold."""
    RECURRED = "recurred"
    """It was raised anew: the earlier occurrence waits for nobody any more."""
    LATE_CLEAR = "late-clear"
    """Its end is told once more, after it."""
    ACKNOWLEDGED = "acknowledged"
    """A person acknowledged its incident, or it was closed."""
    RETIRED = "retired"
    """Its rule or its object is no longer in the files."""


class Step(StrEnum):
    """What a transition does; the name of the rule that applied."""

    NOTHING = "nothing"
    BEGIN = "begin"
    WAIT = "wait"
    FORGET = "forget"
    RAISE = "raise"
    RAISE_FLAPPING = "raise-flapping"
    REPEAT = "repeat"
    REST = "rest"
    SETTLE = "settle"
    SUPPRESS = "suppress"
    RELEASE = "release"
    LOSE_SIGHT = "lose-sight"
    REGAIN_SIGHT = "regain-sight"
    CLEAR = "clear"
    CLOSE = "close"
    ATTACH = "attach"


_S, _E = AlertState, Event

TRANSITIONS: Final[Mapping[tuple[AlertState, Event], tuple[AlertState, Step]]] = {
    (_S.NONE, _E.SEEN): (_S.PENDING, Step.BEGIN),
    (_S.NONE, _E.DUE): (_S.FIRING, Step.RAISE),
    (_S.NONE, _E.UNSTABLE): (_S.FLAPPING, Step.RAISE_FLAPPING),
    (_S.NONE, _E.CALM): (_S.NONE, Step.NOTHING),
    (_S.NONE, _E.BLANK): (_S.NONE, Step.NOTHING),
    (_S.NONE, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.PENDING, _E.SEEN): (_S.PENDING, Step.WAIT),
    (_S.PENDING, _E.DUE): (_S.FIRING, Step.RAISE),
    (_S.PENDING, _E.UNSTABLE): (_S.FLAPPING, Step.RAISE_FLAPPING),
    (_S.PENDING, _E.CALM): (_S.NONE, Step.FORGET),
    (_S.PENDING, _E.BLANK): (_S.PENDING, Step.WAIT),
    (_S.PENDING, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.FIRING, _E.SEEN): (_S.FIRING, Step.REPEAT),
    (_S.FIRING, _E.DUE): (_S.FIRING, Step.REPEAT),
    (_S.FIRING, _E.CALM): (_S.CLEARED_UNACKNOWLEDGED, Step.CLEAR),
    (_S.FIRING, _E.BLANK): (_S.NO_DATA, Step.LOSE_SIGHT),
    (_S.FIRING, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.FIRING, _E.RETIRED): (_S.CLOSED, Step.CLEAR),
    (_S.SUPPRESSED, _E.SEEN): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.DUE): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.EXPLAINED): (_S.SUPPRESSED, Step.REPEAT),
    (_S.SUPPRESSED, _E.UNEXPLAINED): (_S.FIRING, Step.RELEASE),
    (_S.SUPPRESSED, _E.CALM): (_S.CLEARED_UNACKNOWLEDGED, Step.CLEAR),
    (_S.SUPPRESSED, _E.CALM_UNTOLD): (_S.CLOSED, Step.CLEAR),
    (_S.SUPPRESSED, _E.BLANK): (_S.SUPPRESSED, Step.NOTHING),
    (_S.SUPPRESSED, _E.RETIRED): (_S.CLOSED, Step.CLEAR),
    (_S.FLAPPING, _E.SEEN): (_S.FLAPPING, Step.REPEAT),
    (_S.FLAPPING, _E.DUE): (_S.FLAPPING, Step.REPEAT),
    (_S.FLAPPING, _E.CALM): (_S.FLAPPING, Step.REST),
    (_S.FLAPPING, _E.BLANK): (_S.NO_DATA, Step.LOSE_SIGHT),
    (_S.FLAPPING, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.FLAPPING, _E.STEADY): (_S.FIRING, Step.SETTLE),
    (_S.FLAPPING, _E.STEADY_CALM): (_S.CLEARED_UNACKNOWLEDGED, Step.CLEAR),
    (_S.FLAPPING, _E.RETIRED): (_S.CLOSED, Step.CLEAR),
    (_S.NO_DATA, _E.SEEN): (_S.FIRING, Step.REGAIN_SIGHT),
    (_S.NO_DATA, _E.DUE): (_S.FIRING, Step.REGAIN_SIGHT),
    (_S.NO_DATA, _E.CALM): (_S.CLEARED_UNACKNOWLEDGED, Step.CLEAR),
    (_S.NO_DATA, _E.BLANK): (_S.NO_DATA, Step.NOTHING),
    (_S.NO_DATA, _E.EXPLAINED): (_S.SUPPRESSED, Step.SUPPRESS),
    (_S.NO_DATA, _E.RETIRED): (_S.CLOSED, Step.CLEAR),
    (_S.CLEARED_UNACKNOWLEDGED, _E.ACKNOWLEDGED): (_S.CLOSED, Step.CLOSE),
    (_S.CLEARED_UNACKNOWLEDGED, _E.RECURRED): (_S.CLOSED, Step.CLOSE),
    (_S.CLEARED_UNACKNOWLEDGED, _E.LATE_CLEAR): (_S.CLEARED_UNACKNOWLEDGED, Step.ATTACH),
    (_S.CLOSED, _E.LATE_CLEAR): (_S.CLOSED, Step.ATTACH),
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
