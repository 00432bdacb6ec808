"""What judging remembers of one device."""

from alerting.alerts.effects import AlertKey
from alerting.judge.plans import DevicePlan
from alerting.judge.thresholds import Spell
from foundation.clock import Instant


class Watched:
    """One device's memory: small, since there are thousands."""

    __slots__ = ("degraded", "id", "last_at", "outage", "plan", "restarted_at", "silent_since", "spells", "unknown")

    def __init__(self, plan: DevicePlan) -> None:
        self.id = plan.device.id
        self.plan = plan
        self.last_at: Instant = -1
        """The latest look."""
        self.unknown = True
        """Whether nothing is known about it now."""
        self.silent_since: Instant | None = None
        """Since when its agent has been silent."""
        self.restarted_at: Instant | None = None
        """When it last restarted, while that is still told."""
        self.outage: tuple[Instant, Instant] | None = None
        """First miss and first answer of its latest outage that had a verdict."""
        self.spells: dict[AlertKey, Spell] = {}
        """Threshold conditions that are pending or open."""
        self.degraded = False
