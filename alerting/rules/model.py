"""The rules themselves: one strict model a kind."""

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator

from alerting.changes import ObjectKind, Severity
from alerting.rules.base import OPEN_LABELS as OPEN_LABELS
from alerting.rules.base import HeldRule, OutageRule, Rule
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.kinds import HealthKind
from alerting.rules.metrics import METRICS, Layer, Metric, MetricName, parse_quantity
from alerting.rules.observed import ChangeRule, InterfaceDownRule, MissingDataRule, RedundancyLostRule
from alerting.rules.overrides import LooseSeverity
from alerting.rules.platform import CollectorBlindRule, PlatformTroubleRule
from alerting.rules.storms import StormRule
from alerting.rules.summaries import (
    COMMON_FIELDS,
    HEALTH_FIELDS,
    INTERFACE_FIELDS,
    LINK_FIELDS,
    NEIGHBOUR_FIELDS,
    OUTAGE_FIELDS,
    THRESHOLD_FIELDS,
)
from alerting.rules.surveyed import BaselineRule, ForecastRule, RatioRule
from alerting.rules.told import CompositeRule, EventRule
from foundation.clock import MINUTE
from foundation.messages import HealthStatus
from foundation.settings import Duration
from topology.model import Role


class DeviceDownRule(OutageRule):
    """A device that does not answer although a live path leads to its door."""

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = (*COMMON_FIELDS, *OUTAGE_FIELDS)

    kind: Literal["device-down"]


class LinkDownRule(OutageRule):
    """A declared link that one of its ends reports as not up."""

    object_kinds = frozenset({ObjectKind.LINK})
    summary_fields = (*COMMON_FIELDS, *LINK_FIELDS, *OUTAGE_FIELDS)

    kind: Literal["link-down"]

    def told_apart_by(self) -> frozenset[str]:
        """The port at its lower end, and who provides it."""
        return frozenset({"interface", "carrier"})


class SnmpSilentRule(Rule):
    """A device that answers pings while its SNMP agent does not answer."""

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = COMMON_FIELDS

    kind: Literal["snmp-silent"]
    hold: Duration = Field(default=0, alias="for")


class SnmpRejectedRule(Rule):
    """A device whose agent is there and refuses every credential that the platform has for it: it is not down.

    Where no rule of this kind covers a device, its `snmp-silent` rule tells it.
    """

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = COMMON_FIELDS

    kind: Literal["snmp-rejected"]
    hold: Duration = Field(default=0, alias="for")


class RoutingDownRule(Rule):
    """A BGP or OSPF neighbour that is enabled and not up. What no look lists says nothing."""

    object_kinds = frozenset({ObjectKind.NEIGHBOUR})
    summary_fields = (*COMMON_FIELDS, *NEIGHBOUR_FIELDS)

    kind: Literal["routing-down"]
    protocol: Literal["bgp", "ospf", "both"] = "both"
    hold: Duration = Field(default=0, alias="for")
    """How long it must be down, from the first such look to the latest."""
    clear_hold: Duration = Field(default=0, alias="clear_for")
    return_grace: Duration = Field(default=3 * MINUTE, alias="after_return")
    """How long a failure that explains it goes on explaining it once it is over: sessions come up after lines do
    (BGP's ConnectRetryTimer is 120 s, RFC 4271 §10)."""

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`: the protocol."""
        protocols = frozenset({"bgp", "ospf"}) if self.protocol == "both" else frozenset({self.protocol})
        return {**super().labels(), "metric": protocols}

    def told_apart_by(self) -> frozenset[str]:
        """The neighbour's address."""
        return frozenset({"neighbour"})


_MILDER: Final[Mapping[Severity, Severity]] = dict(pairwise([*Severity, Severity.WARNING]))
"""The severity one step below."""


class HealthStateRule(Rule):
    """A sensor of one of the listed kinds that is beyond its own limit, or tells itself that something is wrong.

    The limit is the device's own where it tells one, else its family's; a reading without a limit is a threshold
    rule's matter. The severities are those of the status `critical`; `warning` is one step milder.
    """

    object_kinds = frozenset({ObjectKind.SENSOR})
    summary_fields = (*COMMON_FIELDS, *HEALTH_FIELDS)

    kind: Literal["health-state"]
    health: Annotated[
        list[HealthKind],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        Field(min_length=1),
    ]
    status: Annotated[
        list[Literal["warning", "critical"]],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        Field(min_length=1, default_factory=lambda: ["warning", "critical"]),
    ]
    """The statuses that count as wrong; a milder one counts as calm."""
    hold: Duration = Field(default=0, alias="for")
    clear_hold: Duration = Field(default=0, alias="clear_for")
    severity_at_warning: LooseSeverity | None = None
    """The severity at the status `warning`, for all roles; one step below the role's own where it is left out."""

    def severity_at(self, role: Role, status: HealthStatus) -> Severity:
        """The severity of an alert on a device of this role whose sensor has this status."""
        usual = self.severity_for(role)
        if status is not HealthStatus.WARNING:
            return usual
        return self.severity_at_warning or _MILDER[usual]

    def told_apart_by(self) -> frozenset[str]:
        """The sensor's part."""
        return frozenset({"entity"})

    def is_wrong(self, status: HealthStatus) -> bool:
        """Whether a status counts as wrong."""
        return status.value in self.status

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones with the severity of each status, and `metric`: the kinds of sensor."""
        statuses = [HealthStatus(status) for status in self.status]
        found = {self.severity_at(role, status).value for role in self._roles() for status in statuses}
        return {**super().labels(), "severity": frozenset(found), "metric": frozenset(self.health)}


class DeviceRestartRule(Rule):
    """A device whose agent's clock says that it restarted. It clears by itself after `clear_after` of running."""

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = COMMON_FIELDS

    kind: Literal["device-restart"]
    clear_after: Duration = 10 * MINUTE


class ThresholdRule(HeldRule):
    """A metric past its limit for a while; over only once it is past its clear value.

    `metric` may name several of one layer and unit: the worst of them counts.
    """

    object_kinds = frozenset({ObjectKind.DEVICE, ObjectKind.INTERFACE})
    summary_fields = (*COMMON_FIELDS, *INTERFACE_FIELDS, *THRESHOLD_FIELDS)

    kind: Literal["threshold"]
    metric: Annotated[
        list[MetricName],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        Field(min_length=1),
    ]
    when: str = Field(pattern=r"^\s*[<>]\s*\S")
    """`> 85 %` or `< 10 Mbps`."""
    clear: str = Field(pattern=r"^\s*[<>]\s*\S")
    """`< 75 %`: the other direction, and at or on the calm side of the limit."""

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """The watched metrics."""
        return tuple(METRICS[name] for name in self.metric)

    @cached_property
    def layer(self) -> Layer:
        """Where they are found."""
        return self.metrics[0].layer

    @property
    def unit(self) -> str:
        """The unit of `limit` and `clear_limit`."""
        return self.metrics[0].unit

    @cached_property
    def above(self) -> bool:
        """True when values *above* the limit are wrong."""
        return self.when.strip()[0] == ">"

    @cached_property
    def limit(self) -> float:
        """The limit, in the metric's own unit."""
        return parse_quantity(self.when.strip()[1:], self.metrics[0])

    @cached_property
    def clear_limit(self) -> float:
        """The clear value, in the metric's own unit."""
        return parse_quantity(self.clear.strip()[1:], self.metrics[0])

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """INTERFACE for interface metrics, DEVICE for all others."""
        return frozenset({ObjectKind.INTERFACE if self.layer is Layer.INTERFACE else ObjectKind.DEVICE})

    def selected_by(self) -> frozenset[str]:
        """The common ones; `entity` for sensors: those of a device that the scope leaves out don't count for it."""
        return super().selected_by() | ({"entity"} if self.layer is Layer.HEALTH else set())

    @cached_property
    def is_by_entity(self) -> bool:
        """Whether its scope tells a device's sensors apart."""
        return any(one.entity is not None for one in (*self.scope.include, *self.scope.exclude))

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`."""
        return {**super().labels(), "metric": frozenset(self.metric)}

    @field_validator("metric")
    @classmethod
    def _alike(cls, names: list[MetricName]) -> list[MetricName]:
        first, *others = (METRICS[name] for name in names)
        for other in others:
            if other.layer is not first.layer or other.unit != first.unit:
                raise ValueError(f"{first.name} and {other.name} are not measured alike: give each its own rule")
        return names

    def problems(self) -> list[tuple[str, str]]:
        """A condition whose units or directions don't fit its metric and each other."""
        return [*super().problems(), *check_condition(self)]


AnyRule = (
    DeviceDownRule
    | LinkDownRule
    | SnmpSilentRule
    | SnmpRejectedRule
    | DeviceRestartRule
    | RoutingDownRule
    | HealthStateRule
    | ThresholdRule
    | ChangeRule
    | InterfaceDownRule
    | MissingDataRule
    | RedundancyLostRule
    | EventRule
    | CompositeRule
    | RatioRule
    | ForecastRule
    | BaselineRule
    | CommonCauseRule
    | CollectorBlindRule
    | PlatformTroubleRule
    | StormRule
)

MODELS: Final[Mapping[str, type[AnyRule]]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(AnyRule)
}
"""The model of each `kind`."""


def check_condition(rule: ThresholdRule) -> list[tuple[str, str]]:
    """(key, what is wrong) for a condition whose units or directions don't fit its metric and each other."""
    problems: list[tuple[str, str]] = []
    values: dict[str, float] = {}
    for key, text in (("when", rule.when), ("clear", rule.clear)):
        try:
            values[key] = parse_quantity(text.strip()[1:], rule.metrics[0])
        except ValueError as error:
            problems.append((key, str(error)))
    if rule.when.strip()[0] == rule.clear.strip()[0]:
        opposite = "<" if rule.above else ">"
        problems.append(("clear", f'the clear condition must point the other way: begin it with "{opposite}"'))
    elif len(values) == 2 and (values["clear"] > values["when"] if rule.above else values["clear"] < values["when"]):
        side = "below" if rule.above else "above"
        problems.append(("clear", f"the clear value {rule.clear} must lie {side} the limit {rule.when}, or at it"))
    return problems
