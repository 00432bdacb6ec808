"""Kinds of rule about the platform itself: that it sees nothing."""

from typing import Literal

from alerting.changes import ObjectKind
from alerting.rules.base import Rule
from topology.model import Role


class PlatformRule(Rule):
    """What all rules about the platform have: they are about no device, and people of the province's centre answer."""

    object_kinds = frozenset({ObjectKind.PLATFORM})

    def _roles(self) -> frozenset[Role]:
        """The platform stands where the core does."""
        return frozenset({Role.CORE})


class CollectorBlindRule(PlatformRule):
    """The collector sees nothing any more: its gateway, or all of the core routers at once, and nothing else answers.

    Without a rule of this kind the core routers are judged like any other device.
    """

    summary_fields = ("what", "what_en", "devices")

    kind: Literal["collector-blind"]
