"""What judging remembers of one device."""

from alerting.alerts.effects import AlertKey
from alerting.judge.plans import DevicePlan
from alerting.judge.spells import Spell
from alerting.judge.trails import Trail
from foundation.clock import Instant


class Watched:
    """One device's memory: small, since there are thousands."""

    __slots__ = (
        "broken_at", "degraded", "downs", "given", "id", "lacking", "last_at", "neighbours", "outage", "plan",
        "rejected_since", "restarted_at", "sensors", "silent_since", "spells", "trails", "unknown",
    )  # fmt: skip

    def __init__(self, plan: DevicePlan) -> None:
        self.id = plan.device.id
        self.plan = plan
        self.last_at: Instant = -1
        """The latest look."""
        self.unknown = True
        """Whether nothing is known about it now."""
        self.silent_since: Instant | None = None
        """Since when its agent has been silent."""
        self.rejected_since: Instant | None = None
        """Since when its agent has refused our credentials."""
        self.broken_at: Instant = -1
        """When it last missed, was unreadable or started anew: what lies before and after is not consecutive."""
        self.restarted_at: Instant | None = None
        """When it last restarted, while that is still told."""
        self.outage: tuple[Instant, Instant] | None = None
        """First miss and first answer of its latest outage that had a verdict."""
        self.spells: dict[AlertKey, Spell] = {}
        """Threshold conditions that are pending or open."""
        self.neighbours: dict[tuple[str, str], Spell] = {}
        """Routing neighbours that are lost, or whose alert is open, by protocol and address."""
        self.sensors: dict[tuple[str, str], Spell] = {}
        """Sensors that are unwell, or whose alert is open, by kind and entity."""
        self.trails: dict[tuple[str, str, str], Trail] = {}
        """Values on their way, by rule, metric and object."""
        self.downs: dict[AlertKey, Spell] = {}
        """Interfaces, and groups of them, that are down, or whose alert is open."""
        self.given: dict[str, Instant] = {}
        """When each layer that ever gave values last did."""
        self.lacking: set[str] = set()
        """Layers whose alert is open."""
        self.degraded = False
