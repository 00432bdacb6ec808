"""Kinds of rule about the platform itself: that it sees nothing, and what else is wrong with it."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from alerting.changes import ObjectKind
from alerting.rules.base import Rule
from foundation.messages import PlatformTrouble
from foundation.settings import Duration
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


class PlatformTroubleRule(PlatformRule):
    """Something is wrong with a part of the platform: its disk, its stores, its channels, its collector."""

    summary_fields = ("text", "text_en", "part")

    kind: Literal["platform"]
    trouble: Annotated[
        list[Annotated[PlatformTrouble, Field(strict=False)]],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        Field(min_length=1),
    ]
    """Which ones; of several rules that name one, the first tells it."""
    hold: Duration = Field(default=0, alias="for")
    """How long it must last before it is told."""
