"""Which rules stored metrics say nothing about, and why."""

from typing import Final

from alerting.rules.base import Rule
from alerting.rules.metrics import Layer
from alerting.rules.model import HealthStateRule, RoutingDownRule, SnmpRejectedRule, ThresholdRule
from alerting.rules.observed import ChangeRule, RedundancyLostRule
from alerting.rules.told import EventRule

_KEPT: Final = frozenset({"cpu", "memory", "temperature"})


def _keys(rule: Rule) -> set[str]:
    """The keys of its scope's selectors."""
    return {key for one in (*rule.scope.include, *rule.scope.exclude) for key in one.model_fields_set}


def why_blind(rule: Rule) -> str:
    """Why a rule can't be replayed, as a clause; empty when it can."""
    if isinstance(rule, HealthStateRule) or (isinstance(rule, RedundancyLostRule) and rule.of_parts):
        return "metrics keep no states of parts"
    if isinstance(rule, RoutingDownRule):
        return "metrics keep no routing neighbours"
    if isinstance(rule, SnmpRejectedRule):
        return "metrics keep no refused credentials: such a device looks silent"
    if isinstance(rule, EventRule):
        return "events are not kept with the metrics"
    if isinstance(rule, ThresholdRule | ChangeRule) and rule.layer is Layer.HEALTH:
        lacking = [name for name in rule.metric if name not in _KEPT]
        if lacking:
            return f"metrics do not keep {', '.join(lacking)}"
        if "entity" in _keys(rule):
            return "metrics keep the highest of a device's sensors, not which one it is"
    return ""
