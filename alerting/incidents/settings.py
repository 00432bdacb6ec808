"""What a province decides about its incidents: the table of fault classes with their limits, and closing rules."""

from itertools import pairwise

from pydantic import Field, field_validator

from foundation.clock import MINUTE
from foundation.settings import Duration, StrictModel


class FaultCriteria(StrictModel):
    """When an impact belongs to a class: as soon as *one* of these holds. A criterion left out never holds."""

    core_devices: int | None = Field(default=None, ge=1)
    """At least so many provincial core routers are down."""
    prefectures: int | None = Field(default=None, ge=1)
    """At least so many whole prefectures (every county router of them) are cut off."""
    counties: int | None = Field(default=None, ge=1)
    """At least so many whole counties are cut off."""
    agencies: int | None = Field(default=None, ge=1)
    """At least so many agencies are cut off."""
    whole_private_networks: int | None = Field(default=None, ge=1)
    """At least so many private networks (专网) lost every member."""
    collector_lost: bool = False
    """The collector sees nothing, or is dead: nobody knows how the network fares."""
    platform_trouble: bool = False
    """Another critical or major trouble of the platform itself."""
    redundancy_lost: bool = False
    """A core or aggregation router, or a line of a core router, failed: what it carried has no spare any more."""


class FaultLimits(StrictModel):
    """How fast people must be, counted from the discovery."""

    acknowledge: Duration
    response: Duration
    restore: Duration
    escalate_after: tuple[Duration, ...] = Field(max_length=8)
    """When an unacknowledged incident climbs, step by step."""

    @field_validator("escalate_after")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= earlier for earlier, later in pairwise(value)):
            raise ValueError("each escalation step must come later than the one before")
        return value

    @field_validator("escalate_after", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        # YAML knows lists only; the model is frozen, so it holds a tuple.
        return tuple(value) if isinstance(value, list) else value


class FaultClass(StrictModel):
    """One class of the table, 一级 the gravest."""

    criteria: FaultCriteria = FaultCriteria()
    limits: FaultLimits
    call_leader: bool = False
    """Whether the leader on duty is called together with the operator at once."""
    source: str = "operations custom, to be replaced by the province's own rule"
    """Where the figures come from: printed beside them."""


def _limits(acknowledge: str, response: str, restore: str, *escalate_after: str) -> FaultLimits:
    return FaultLimits.model_validate(
        {"acknowledge": acknowledge, "response": response, "restore": restore, "escalate_after": escalate_after}
    )


class FaultTable(StrictModel):
    """The four classes. The first whose criteria hold wins; the fourth takes all that remains."""

    first: FaultClass = FaultClass(
        criteria=FaultCriteria(core_devices=1, prefectures=3, collector_lost=True),
        limits=_limits("5 min", "10 min", "2 h", "5 min", "10 min", "15 min"),
        call_leader=True,
    )
    second: FaultClass = FaultClass(
        criteria=FaultCriteria(prefectures=1, counties=10, whole_private_networks=1),
        limits=_limits("5 min", "15 min", "4 h", "5 min", "10 min", "15 min"),
        call_leader=True,
    )
    third: FaultClass = FaultClass(
        criteria=FaultCriteria(counties=1, agencies=20, redundancy_lost=True, platform_trouble=True),
        limits=_limits("10 min", "30 min", "8 h", "30 min", "60 min"),
    )
    fourth: FaultClass = FaultClass(
        limits=_limits("30 min", "60 min", "24 h", "30 min", "60 min"),
    )

    def of(self, number: int) -> FaultClass:
        """The class by its number, 1 to 4."""
        return (self.first, self.second, self.third, self.fourth)[number - 1]


class ActingSettings(StrictModel):
    """How the platform acts on alerts."""

    fault_classes: FaultTable = FaultTable()
    close_recovered_after: Duration | None = None
    """A recovered incident that nobody closed is closed by itself after this time. Off by default: only people, or this
    rule once they approve it, close incidents."""
    relapse_keeps_acknowledgement: Duration = 30 * MINUTE
    """An acknowledged incident that recovers and relapses within this time stays in the same hands; later it calls
    people anew."""
    signature: str = Field(default="云南政务网", min_length=2, max_length=12)
    """The carrier-approved signature of text messages, without its brackets."""
    console_url: str = ""
    """Where people open an incident, such as `https://yunwei.example`; put into e-mails, never into text messages."""

    @field_validator("signature")
    @classmethod
    def _no_brackets(cls, value: str) -> str:
        if "【" in value or "】" in value:
            raise ValueError("write the signature without its brackets 【】")
        return value
