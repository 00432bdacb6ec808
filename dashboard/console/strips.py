"""An object's timeline as its page shows it: a strip, its shares, and what was not well, with its incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from alerting.incidents.queries import incidents_between
from alerting.incidents.views import IncidentView
from alerting.timeline.heartbeat import last_beat
from alerting.timeline.queries import Interval, intervals
from foundation.clock import DAY, MINUTE, Instant
from foundation.messages import State

SPANS: Final = (1, 30)
"""Days that a strip may cover."""

MOST_SPELLS: Final = 30

_STALE: Final = MINUTE
"""Judging tells that it lives every ten seconds: what it said longer ago than this is no longer known to be so."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A state's part of the strip, in permille of its span."""

    state: State
    x: float
    width: float
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which not all was well."""

    state: State
    start: Instant
    end: Instant | None
    """None while it lasts."""
    cause: str
    evidence: str
    incident: IncidentView | None
    """The incident about its cause."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One object over the last days."""

    days: int
    start: Instant
    end: Instant
    stretches: Sequence[Stretch]
    availability: float | None
    """Served ÷ (served + own and upstream fault); None when no service was due and observed."""
    observed: float
    """The part of the span about which something is known."""
    spells: Sequence[Spell]
    """The latest first, at most `MOST_SPELLS`."""
    more: bool


def watched_until(session: Session, now: Instant) -> Instant:
    """Until when what the records say is known to be so: now, unless judging has not been heard of for a while."""
    beaten = last_beat(session)
    return now if beaten is None or now - beaten <= _STALE else beaten


def strip_of(session: Session, kind: str, object_id: str, days: int, now: Instant) -> Strip:
    """The strip of one object. Raises OperatorError when the records are out of reach."""
    start, end = now - days * DAY, watched_until(session, now)
    found = intervals(session, kind, [object_id], start, end) if start < end else []
    unwell = [one for one in reversed(found) if one.state is not State.UP]
    shown = unwell[:MOST_SPELLS]
    causes = {one.cause for one in shown if one.cause}
    incidents = [one for one in incidents_between(session, start, now) if one.object_id in causes] if causes else []
    return Strip(
        days=days,
        start=start,
        end=now,
        stretches=stretches(found, start, now),
        availability=availability(found),
        observed=sum(_length(one) for one in found if one.state is not State.UNKNOWN) / (now - start),
        spells=[_spell(one, incidents, end) for one in shown],
        more=len(unwell) > len(shown),
    )


def stretches(found: Iterable[Interval], start: Instant, end: Instant) -> list[Stretch]:
    """Intervals as parts of a strip 1000 wide; a gap in the records stays a gap."""
    scale = 1000 / max(end - start, 1)
    return [
        Stretch(i.state, (i.start - start) * scale, max((i.end - i.start) * scale, 1.0), i.start, i.end)
        for i in found
        if i.end is not None and i.end > i.start
    ]


def availability(found: Iterable[Interval]) -> float | None:
    """Served ÷ (served + down + cut off); maintenance and unobserved time is not due."""
    spent = dict.fromkeys(State, 0)
    for interval in found:
        spent[interval.state] += _length(interval)
    served = spent[State.UP] + spent[State.DEGRADED]
    due = served + spent[State.DOWN] + spent[State.UNREACHABLE]
    return served / due if due else None


def _length(interval: Interval) -> int:
    return (interval.end or interval.start) - interval.start


def _spell(one: Interval, incidents: Iterable[IncidentView], until: Instant) -> Spell:
    end = one.end or until
    about = (
        incident
        for incident in incidents
        if incident.object_id == one.cause
        and incident.started_at <= end
        and (incident.recovered_at is None or incident.recovered_at >= one.start)
    )
    return Spell(one.state, one.start, None if end >= until else end, one.cause, one.evidence, next(about, None))
