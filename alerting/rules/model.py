"""The rules themselves: one strict model a kind."""

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator

from alerting.changes import ObjectKind, Severity
from alerting.rules.kinds import HealthKind
from alerting.rules.metrics import METRICS, Layer, Metric, parse_quantity
from alerting.rules.scope import Scope
from alerting.rules.summaries import (
    COMMON_FIELDS,
    HEALTH_FIELDS,
    INTERFACE_FIELDS,
    LINK_FIELDS,
    NEIGHBOUR_FIELDS,
    OUTAGE_FIELDS,
    THRESHOLD_FIELDS,
    check_template,
)
from foundation.clock import MINUTE
from foundation.messages import HealthStatus
from foundation.settings import Duration, StrictModel
from topology.model import Role, Tier

LooseSeverity = Annotated[Severity, Field(strict=False)]
LooseRole = Annotated[Role, Field(strict=False)]

OPEN_LABELS: Final = frozenset({"division"})
"""Labels of alerts whose values come from the network, so that no rule can list them."""

MetricName = Literal[
    "in_util", "out_util", "in_bps", "out_bps", "in_errors", "out_errors", "in_discards", "out_discards",
    "cpu", "memory", "temperature", "rtt_ms",
]  # fmt: skip


class Rule(StrictModel):
    """What every rule has. An alert of it is known by (object kind, object, rule id)."""

    object_kinds: ClassVar[frozenset[ObjectKind]]
    summary_fields: ClassVar[tuple[str, ...]]

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    severity: LooseSeverity
    severity_by_role: dict[LooseRole, LooseSeverity] = Field(default_factory=dict)
    """Overrides by the role of the device (for a link: of its lower end)."""
    scope: Scope = Scope()
    summary: str
    summary_en: str

    def severity_for(self, role: Role) -> Severity:
        """The severity of an alert on a device of this role."""
        return self.severity_by_role.get(role, self.severity)

    def labels(self) -> Mapping[str, frozenset[str]]:
        """Every label that its alerts can carry, with all values it can take; labels in OPEN_LABELS are left out.

        A runbook that asks for a value not among these can never match an alert of this rule.
        """
        roles = self._roles()
        return {
            "rule": frozenset({self.id}),
            "object_kind": frozenset(kind.value for kind in self.object_kinds_now()),
            "role": frozenset(role.value for role in roles),
            "tier": frozenset(_TIER_OF[role].value for role in roles),
            "severity": frozenset(self.severity_for(role).value for role in roles),
        }

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """The kinds of object that its alerts are about."""
        return self.object_kinds

    def _roles(self) -> frozenset[Role]:
        """The roles that its scope lets through, as far as `role` and `tier` alone decide it."""
        return frozenset(role for role in Role if self._may_cover(role))

    def _may_cover(self, role: Role) -> bool:
        tier = _TIER_OF[role]

        def fits(roles: list[Role] | None, tiers: list[Tier] | None) -> bool:
            return (roles is None or role in roles) and (tiers is None or tier in tiers)

        included = not self.scope.include or any(fits(one.role, one.tier) for one in self.scope.include)
        # A selector that also asks for more leaves some devices of the role uncovered by it.
        excluded = any(
            fits(one.role, one.tier) and one.model_fields_set <= {"role", "tier"} for one in self.scope.exclude
        )
        return included and not excluded


_TIER_OF: Final[Mapping[Role, Tier]] = {
    Role.CORE: Tier.PROVINCE,
    Role.AGGREGATION: Tier.PREFECTURE,
    Role.COUNTY: Tier.COUNTY,
    Role.ACCESS: Tier.AGENCY,
}


class OutageRule(Rule):
    """A rule whose alert may cut others off."""

    severity_if_county_cut: LooseSeverity | None = None
    """The severity, where it is worse than the role's own, once the outage cuts off a whole county."""

    def severity_with(self, role: Role, *, county_cut: bool) -> Severity:
        """The severity of an outage on a device of this role."""
        usual = self.severity_for(role)
        if not county_cut or self.severity_if_county_cut is None:
            return usual
        return min(usual, self.severity_if_county_cut, key=list(Severity).index)

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, with the severity of a cut county."""
        labels = dict(super().labels())
        if self.severity_if_county_cut is not None:
            labels["severity"] |= {self.severity_if_county_cut.value}
        return labels


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


class ThresholdRule(Rule):
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
    hold: Duration = Field(default=0, alias="for")
    """How long it must be past its limit, from the first such sample to the latest."""
    clear_hold: Duration = Field(default=0, alias="clear_for")

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


AnyRule = (
    DeviceDownRule
    | LinkDownRule
    | SnmpSilentRule
    | SnmpRejectedRule
    | DeviceRestartRule
    | RoutingDownRule
    | HealthStateRule
    | ThresholdRule
)

MODELS: Final[Mapping[str, type[AnyRule]]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(AnyRule)
}
"""The model of each `kind`."""


def check_summaries(rule: AnyRule) -> list[tuple[str, str]]:
    """(key, what is wrong) for each summary template that names what its rule can't give."""
    problems: list[tuple[str, str]] = []
    for key in ("summary", "summary_en"):
        try:
            check_template(getattr(rule, key), rule.summary_fields)
        except ValueError as error:
            problems.append((key, str(error)))
    return problems


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
