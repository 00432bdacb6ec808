"""Alerts about the platform itself: they belong to no device, and the province's centre answers for them."""

from collections.abc import Mapping

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind
from alerting.judge.condition import Condition
from alerting.rules.platform import PlatformRule
from alerting.rules.summaries import render
from foundation.clock import Instant
from topology.model import Role, Tier
from topology.network import Network


def about_the_platform(
    network: Network, rule: PlatformRule, part: str, started_at: Instant, values: Mapping[str, str]
) -> Condition:
    """A condition of a part of the platform."""
    province = next(found.code for found in network.divisions.values() if found.tier is Tier.PROVINCE)
    return Condition(
        key=AlertKey(ObjectKind.PLATFORM, part, rule.id),
        device="",
        division=province,
        severity=rule.severity,
        started_at=started_at,
        summary=render(rule.summary, values),
        summary_en=render(rule.summary_en, values),
        labels={
            "rule": rule.id,
            "object_kind": ObjectKind.PLATFORM.value,
            "role": Role.CORE.value,
            "tier": Tier.PROVINCE.value,
            "severity": rule.severity.value,
            "division": province,
        },
        anchors=(),
    )
