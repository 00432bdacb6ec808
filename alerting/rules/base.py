"""What every rule has, whatever its kind."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final, Self, cast

from pydantic import Field

from alerting.alerts.flapping import Flapping
from alerting.changes import ObjectKind, Severity
from alerting.rules.overrides import LooseRole, LooseSeverity, Override
from alerting.rules.scope import EVERYWHERE, Scope, foreign_keys
from alerting.rules.summaries import check_template
from foundation.settings import Duration, StrictModel
from topology.model import Role, Tier

_PORT: Final = frozenset({"interface", "carrier"})
OPEN_LABELS: Final = frozenset({"division"})
"""Labels of alerts whose values come from the network, so that no rule can list them."""


class Rule(StrictModel):
    """What every rule has. An alert of it is known by (object kind, object, rule id)."""

    object_kinds: ClassVar[frozenset[ObjectKind]]
    summary_fields: ClassVar[tuple[str, ...]]

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    severity: LooseSeverity
    severity_by_role: dict[LooseRole, LooseSeverity] = Field(default_factory=dict)
    """Overrides by the role of the device (for a link: of its lower end)."""
    scope: Scope = Scope()
    overrides: list[Override] = Field(default_factory=list)
    """Other limits, times or severities for some of what the scope covers: the first that fits counts."""
    inhibits: list[str] = Field(default_factory=list)
    """Rules that say nothing new about an object, or its parts, while an alert of this one is told on it."""
    flap: Flapping = Flapping()
    """How its alerts' coming and going is weighed."""
    summary: str
    summary_en: str

    def severity_for(self, role: Role) -> Severity:
        """The severity of an alert on a device of this role."""
        return self.severity_by_role.get(role, self.severity)

    @cached_property
    def variants(self) -> tuple[tuple[Override, Self], ...]:
        """Each override with the rule as it stands under it: the same id, so the same alert."""
        return tuple((override, self._under(override)) for override in self.overrides)

    def fitted(self, labels: Mapping[str, Collection[str]]) -> Self:
        """The rule as it stands for what carries these labels."""
        for override, variant in self.variants:
            if override.matches(labels):
                return variant
        return self

    def _under(self, override: Override) -> Self:
        values: dict[str, Any] = {field.alias or name: getattr(self, name) for name, field in _fields(self)}
        changes = override.changes()
        if "severity" in changes:
            values["severity_by_role"] = {}
        values |= {key: value for key, value in changes.items() if key in values}
        return cast("Self", self.model_construct(**values | {"overrides": []}))

    def labels(self) -> Mapping[str, frozenset[str]]:
        """Every label that its alerts can carry, with all values it can take; labels in OPEN_LABELS are left out.

        A runbook that asks for a value not among these can never match an alert of this rule.
        """
        roles = self._roles()
        return {
            "rule": frozenset({self.id}),
            "object_kind": frozenset(kind.value for kind in self.object_kinds_now()),
            "role": frozenset(role.value for role in roles),
            "tier": frozenset(TIER_OF[role].value for role in roles),
            "severity": frozenset(
                one.severity_for(role).value for role in roles for one in (self, *(rule for _, rule in self.variants))
            ),
        }

    def problems(self) -> list[tuple[str, str]]:
        """(key, what is wrong) for each thing that no single key shows: beyond what the model itself refuses."""
        found: list[tuple[str, str]] = []
        for key in ("summary", "summary_en"):
            try:
                check_template(getattr(self, key), self.summary_fields)
            except ValueError as error:
                found.append((key, str(error)))
        for key in ("include", "exclude"):
            for position, selector in enumerate(getattr(self.scope, key)):
                found += [
                    (f"scope.{key}.{position}.{name}", message)
                    for name, message in foreign_keys(selector, self.selected_by())
                ]
        return found

    def selected_by(self) -> frozenset[str]:
        """The keys of a scope that what it judges carries: by any other nothing would ever be selected."""
        return EVERYWHERE | self.told_apart_by()

    def told_apart_by(self) -> frozenset[str]:
        """Those of them that not every object carries: `interface` and `carrier` of a port, and their like."""
        kinds = self.object_kinds_now()
        return _PORT if kinds == {ObjectKind.INTERFACE} else frozenset()

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """The kinds of object that its alerts are about."""
        return self.object_kinds

    def _roles(self) -> frozenset[Role]:
        """The roles that its scope lets through, as far as `role` and `tier` alone decide it."""
        return frozenset(role for role in Role if self._may_cover(role))

    def _may_cover(self, role: Role) -> bool:
        tier = TIER_OF[role]

        def fits(roles: list[Role] | None, tiers: list[Tier] | None) -> bool:
            return (roles is None or role in roles) and (tiers is None or tier in tiers)

        included = not self.scope.include or any(fits(one.role, one.tier) for one in self.scope.include)
        # A selector that also asks for more leaves some devices of the role uncovered by it.
        excluded = any(
            fits(one.role, one.tier) and one.model_fields_set <= {"role", "tier"} for one in self.scope.exclude
        )
        return included and not excluded


TIER_OF: Final[Mapping[Role, Tier]] = {
    Role.CORE: Tier.PROVINCE,
    Role.AGGREGATION: Tier.PREFECTURE,
    Role.COUNTY: Tier.COUNTY,
    Role.ACCESS: Tier.AGENCY,
}


def _fields(rule: Rule) -> Collection[tuple[str, Any]]:
    return type(rule).model_fields.items()


class HeldRule(Rule):
    """A rule whose condition must hold for a while, and be over for a while."""

    hold: Duration = Field(default=0, alias="for")
    """How long it must hold, from the first such sample to the latest."""
    clear_hold: Duration = Field(default=0, alias="clear_for")
    """How long it must be over."""


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


def check_override(rule: Rule, override: Override) -> list[tuple[str, str]]:
    """(key, what is wrong) with one of a rule's overrides."""
    known = {field.alias or name for name, field in _fields(rule)}
    found = [(key, f'a rule of this kind has no "{key}"') for key in override.changes() if key not in known]
    found += foreign_keys(override, EVERYWHERE | rule.told_apart_by())
    if not override.selects:
        found.append(("", "an override says for whom it is: role, site, division, device …"))
    if not override.changes():
        found.append(("", "an override changes nothing: give it a severity, a limit or a time"))
    return found
