"""What a turn of judging wants done. It waits here until a transaction has taken it."""

from dataclasses import dataclass, field

from alerting.alerts.effects import AlertEffect, AlertKey, AlertTouch
from alerting.timeline.track import IntervalEffect
from foundation.clock import Instant
from foundation.messages import DegradedChange, StateChange


@dataclass(slots=True)
class Journal:
    """Effects in the order in which they were judged, and messages to publish once they are committed."""

    alerts: list[AlertEffect] = field(default_factory=list)
    intervals: list[IntervalEffect] = field(default_factory=list)
    messages: list[StateChange | DegradedChange] = field(default_factory=list)
    touches: dict[AlertKey, AlertTouch] = field(default_factory=dict)
    late_clears: dict[AlertKey, Instant] = field(default_factory=dict)
    """Ends that were told of what is not open."""
    polls: set[str] = field(default_factory=set)
    """Devices to be looked at now. Asking needs no commit."""

    def __len__(self) -> int:
        """How many effects wait to be written; touches ride along with them or with the heartbeat."""
        return len(self.alerts) + len(self.intervals) + len(self.messages) + len(self.late_clears)

    def touch(self, key: AlertKey, at: Instant) -> None:
        """Note that an open alert was seen again."""
        earlier = self.touches.get(key)
        self.touches[key] = AlertTouch(key, at, 1 if earlier is None else earlier.times + 1)

    def take_polls(self) -> frozenset[str]:
        """The devices to be looked at, handed out once."""
        polls = frozenset(self.polls)
        self.polls.clear()
        return polls
