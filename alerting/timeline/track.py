"""The open end of every object's timeline, and how it grows. Pure: changes come out as plain effects.

For each object the intervals tile [first, now) exactly: an interval begins where the one before it ends, and none is
empty. A state that began in the past (an outage starts at its first miss) shortens the open interval; it never reaches
behind the open interval's start, since what is closed is closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from foundation.clock import Instant
from foundation.messages import State

DEVICE = "device"
AGENCY = "agency"
LINK = "link"
SITE = "site"
"""A division's centre, by the division's code: the routers that stand for it, and their uplinks."""
PRIVATE_NETWORK = "private_network"


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """The interval that an object is in."""

    state: State
    start: Instant
    cause: str = ""


class Turn(StrEnum):
    """How an effect changes the timeline."""

    BEGIN = "begin"
    """The object's first interval."""
    FOLLOW = "follow"
    """Close the open interval where the new one starts."""
    REPLACE = "replace"
    """The open interval would be empty: it becomes the new one."""
    RETIRE = "retire"
    """Close the open interval: the object is no longer in the network."""


@dataclass(frozen=True, slots=True)
class IntervalEffect:
    """One change of one object's timeline."""

    turn: Turn
    kind: str
    id: str
    state: State
    start: Instant
    cause: str = ""
    evidence: str = ""


class Track:
    """The open interval of every object of one kind."""

    def __init__(self, kind: str, current: Mapping[str, OpenInterval]) -> None:
        self.kind = kind
        self._open = dict(current)

    def __contains__(self, object_id: str) -> bool:
        """Whether the object has a timeline."""
        return object_id in self._open

    def current(self, object_id: str) -> OpenInterval:
        """The interval that the object is in."""
        return self._open[object_id]

    def begin(self, ids: Iterable[str], at: Instant, evidence: str) -> list[IntervalEffect]:
        """Start the timelines of objects that have none: unknown, until something is observed."""
        effects: list[IntervalEffect] = []
        for object_id in ids:
            if object_id not in self._open:
                self._open[object_id] = OpenInterval(State.UNKNOWN, at)
                effects.append(IntervalEffect(Turn.BEGIN, self.kind, object_id, State.UNKNOWN, at, "", evidence))
        return effects

    def enter(
        self, object_id: str, state: State, at: Instant, *, cause: str = "", evidence: str = ""
    ) -> IntervalEffect | None:
        """Put an object into a state from `at` on, or from the open interval's start where that is later.

        None when it is in that state, for that cause, already.
        """
        current = self._open[object_id]
        if current.state is state and current.cause == cause:
            return None
        start = max(at, current.start)
        turn = Turn.REPLACE if start == current.start else Turn.FOLLOW
        self._open[object_id] = OpenInterval(state, start, cause)
        return IntervalEffect(turn, self.kind, object_id, state, start, cause, evidence)

    def break_at(self, alive_until: Instant, now: Instant, evidence: str) -> list[IntervalEffect]:
        """After a time in which nothing watched, [alive_until, now): what was known ends there, unknown follows."""
        effects: list[IntervalEffect] = []
        at = min(alive_until, now)
        for object_id, current in self._open.items():
            if current.state is not State.UNKNOWN:
                effect = self.enter(object_id, State.UNKNOWN, max(at, current.start), evidence=evidence)
                if effect is not None:
                    effects.append(effect)
        return effects

    def retire(self, known: Iterable[str], at: Instant) -> list[IntervalEffect]:
        """End the timelines of objects that are no longer in the network."""
        gone = self._open.keys() - set(known)
        effects: list[IntervalEffect] = []
        for object_id in sorted(gone):
            current = self._open.pop(object_id)
            effects.append(
                IntervalEffect(Turn.RETIRE, self.kind, object_id, current.state, max(at, current.start), current.cause)
            )
        return effects
