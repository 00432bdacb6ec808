"""Hand-made timelines for tests."""

from dataclasses import dataclass

from foundation.clock import Instant
from foundation.messages import State


@dataclass(frozen=True, slots=True)
class Span:
    """One interval, as the timeline hands it out."""

    state: State
    start: Instant
    end: Instant | None
    cause: str = ""


def up(start: Instant, end: Instant | None) -> Span:
    """In service."""
    return Span(State.UP, start, end)


def down(start: Instant, end: Instant | None, cause: str = "") -> Span:
    """Out of service by its own fault."""
    return Span(State.DOWN, start, end, cause)


def unreachable(start: Instant, end: Instant | None, cause: str = "") -> Span:
    """Cut off by an upstream fault."""
    return Span(State.UNREACHABLE, start, end, cause)


def maintenance(start: Instant, end: Instant | None) -> Span:
    """In planned work."""
    return Span(State.MAINTENANCE, start, end)


def unknown(start: Instant, end: Instant | None) -> Span:
    """Not observed."""
    return Span(State.UNKNOWN, start, end)
