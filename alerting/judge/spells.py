"""What judging remembers of a condition that is pending or open, and what one look means for it."""

from alerting.alerts.effects import AlertKey
from foundation.clock import Instant


class Spell:
    """How long a condition has been seen, or has been calm, in consecutive samples."""

    __slots__ = ("calm_since", "key", "last_at", "past_since")

    def __init__(self, key: AlertKey) -> None:
        self.key = key
        self.past_since: Instant | None = None
        self.calm_since: Instant | None = None
        self.last_at: Instant = -1


class Finding:
    """What one sample means for one rule on one object."""

    __slots__ = ("is_calm", "is_due", "started_at")

    def __init__(self, *, is_due: bool = False, is_calm: bool = False, started_at: Instant = 0) -> None:
        self.is_due = is_due
        self.is_calm = is_calm
        self.started_at = started_at
