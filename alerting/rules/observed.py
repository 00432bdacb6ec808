"""Kinds of rule that are judged from each look: changes, interfaces, data that fail to come, lost redundancy."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from alerting.changes import ObjectKind
from alerting.rules.base import HeldRule, Rule
from alerting.rules.metrics import METRICS, Layer, Metric, MetricName, parse_quantity
from alerting.rules.scope import check_patterns, fits
from alerting.rules.summaries import COMMON_FIELDS, INTERFACE_FIELDS
from foundation.clock import DAY, MINUTE
from foundation.settings import Duration

MOST_TRAIL: Final = DAY
"""The longest time over which a change is watched look by look; what is slower is a forecast's matter."""

Named = Annotated[
    list[MetricName],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
]
"""One metric, or several that are measured alike."""


def check_alike(names: list[MetricName]) -> str:
    """What keeps metrics from standing in one rule; empty when nothing does."""
    first, *others = (METRICS[name] for name in names)
    for other in others:
        if other.layer is not first.layer or other.unit != first.unit:
            return f"{first.name} and {other.name} are not measured alike: give each its own rule"
    return ""


class ChangeRule(HeldRule):
    """A metric that rises, or falls, by more than so much within a time; over once the change is less than half of it.

    On an interface, a sensor, or the device itself: where the metric is. Each of several metrics is watched for itself.
    """

    object_kinds = frozenset({ObjectKind.DEVICE, ObjectKind.INTERFACE, ObjectKind.SENSOR})
    summary_fields = (
        *COMMON_FIELDS, *INTERFACE_FIELDS, "entity", "metric", "metric_en", "value", "before", "change", "limit",
        "unit", "within",
    )  # fmt: skip

    kind: Literal["change"]
    metric: Named
    rises: str | None = None
    """`20 °C`; give this or `falls`."""
    falls: str | None = None
    within: Duration = 10 * MINUTE

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """The watched metrics."""
        return tuple(METRICS[name] for name in self.metric)

    @cached_property
    def layer(self) -> Layer:
        """Where they are found."""
        return self.metrics[0].layer

    @cached_property
    def upwards(self) -> bool:
        """Whether it is the rise that is wrong."""
        return self.rises is not None

    @cached_property
    def limit(self) -> float:
        """By how much, in the metric's own unit."""
        return parse_quantity(self.rises if self.rises is not None else self.falls or "", self.metrics[0])

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """By the layer."""
        kinds = {
            Layer.INTERFACE: ObjectKind.INTERFACE,
            Layer.HEALTH: ObjectKind.SENSOR,
            Layer.DEVICE: ObjectKind.DEVICE,
        }
        return frozenset({kinds[self.layer]})

    def told_apart_by(self) -> frozenset[str]:
        """The port, or the sensor's part."""
        return frozenset({"entity"}) if self.layer is Layer.HEALTH else super().told_apart_by()

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`."""
        return {**super().labels(), "metric": frozenset(self.metric)}

    def problems(self) -> list[tuple[str, str]]:
        """Also: both directions or none, a unit that does not fit, a time too short or too long."""
        found = super().problems()
        if (self.rises is None) == (self.falls is None):
            found.append(("metric", "give exactly one of rises and falls"))
        elif unlike := check_alike(self.metric):
            found.append(("metric", unlike))
        else:
            key = "rises" if self.upwards else "falls"
            try:
                if self.limit <= 0:
                    found.append((key, "a change is given as a number above 0"))
            except ValueError as error:
                found.append((key, str(error)))
        if not MINUTE <= self.within <= MOST_TRAIL:
            found.append(("within", "a change is watched over 1 min to 1 d"))
        return found


class InterfaceDownRule(HeldRule):
    """An interface that is enabled and not up, after it was seen up. A declared line is `link-down`'s matter, and a
    member of a group that a `redundancy-lost` rule watches is that rule's."""

    object_kinds = frozenset({ObjectKind.INTERFACE})
    summary_fields = (*COMMON_FIELDS, *INTERFACE_FIELDS, "state")

    kind: Literal["interface-down"]

    def told_apart_by(self) -> frozenset[str]:
        """The port; those of declared lines, which a carrier provides, are not its matter."""
        return frozenset({"interface"})


class MissingDataRule(Rule):
    """A device that answers while one of its layers, which gave values before, gives none for a while."""

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = (*COMMON_FIELDS, "layer", "layer_en", "minutes")

    kind: Literal["missing-data"]
    layer: Literal["interfaces", "health"]
    hold: Duration = Field(default=10 * MINUTE, alias="for", ge=MINUTE)
    """How long; the device's own silence, its outages and restarts don't count."""

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`: the layer."""
        return {**super().labels(), "metric": frozenset({self.layer})}


PARTS: Final[Mapping[str, tuple[str, str]]] = {"power": ("电源", "power supplies"), "fan": ("风扇", "fans")}
"""Kinds of sensor whose parts stand in for each other."""


def _members(value: object) -> object:
    """`uplinks`, `power`, `fan`, or texts as a list of patterns. Raises ValueError with one sentence."""
    if isinstance(value, str) and (value == "uplinks" or value in PARTS):
        return value
    found = check_patterns(value)
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise ValueError("the members are uplinks, power, fan, or names of interfaces")
    return found


class RedundancyLostRule(HeldRule):
    """Some of a device's uplinks, of a named group of its interfaces, or of its power supplies or fans are lost while
    others still carry.

    Where a line, a device or a part that failed has an alarm of its own, that explains this one.
    """

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = (*COMMON_FIELDS, "group", "group_en", "lost", "lost_count", "carrying", "members")

    kind: Literal["redundancy-lost"]
    members: Annotated[Literal["uplinks", "power", "fan"] | list[str], BeforeValidator(_members)] = "uplinks"
    """`uplinks`: the device's declared ones; `power`, `fan`: its parts of that kind. Else names of interfaces: all of a
    device that fit are one group."""
    group: str = ""
    """What the group is called in summaries: its members' names by default."""

    def has_member(self, interface: str) -> bool:
        """Whether an interface belongs to the group."""
        return isinstance(self.members, list) and any(fits(pattern, interface) for pattern in self.members)

    def titles(self, members: list[str]) -> tuple[str, str]:
        """What a group of these members is called, in Chinese and English."""
        if self.group:
            return self.group, self.group
        if isinstance(self.members, str) and self.members in PARTS:
            return PARTS[self.members]
        return ", ".join(members), ", ".join(members)

    def told_apart_by(self) -> frozenset[str]:
        """The members' names, where they are interfaces."""
        return frozenset() if self.of_parts or self.of_uplinks else frozenset({"interface", "carrier"})

    @property
    def of_parts(self) -> bool:
        """Whether it watches parts of the device by what they tell of themselves."""
        return isinstance(self.members, str) and self.members in PARTS

    @property
    def of_uplinks(self) -> bool:
        """Whether it watches declared uplinks."""
        return self.members == "uplinks"
