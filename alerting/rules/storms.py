"""The kind of rule that gathers milder alerts when too many come at once."""

from typing import Final, Literal

from pydantic import Field

from alerting.changes import ObjectKind, Severity
from alerting.rules.base import Rule
from foundation.clock import MINUTE, SECOND
from foundation.settings import Duration
from topology.model import Role

STORM_FIELDS: Final = ("place", "place_en", "count", "alerts")

DIGESTED: Final = frozenset({Severity.MINOR, Severity.WARNING})
"""The severities that a storm may gather. Not a setting: a critical or major alert is told by itself, always."""


class StormRule(Rule):
    """More minor and warning alerts than `alerts` within `within` under one centre: those that follow are one trouble.

    Its scope says which alerts may be gathered, by their devices. Outages, common causes and the platform's own
    troubles never are, whatever their severity.
    """

    object_kinds = frozenset({ObjectKind.CENTRE})
    summary_fields = STORM_FIELDS

    kind: Literal["storm"]
    by: Literal["centre", "province"] = "centre"
    """What is counted together: what one operations centre answers for, or the whole province."""
    alerts: int = Field(default=30, ge=5)
    """So many are told one by one; with one more it is a storm."""
    within: Duration = Field(default=5 * MINUTE, ge=SECOND)
    settle: Duration = Field(default=10 * MINUTE, ge=SECOND)
    """Once fewer have come for so long, the storm is past: it gathers nothing more, and keeps what it holds."""

    def _roles(self) -> frozenset[Role]:
        """Centres stand where these routers do; what the scope lets through is gathered, not told."""
        return frozenset({Role.CORE, Role.AGGREGATION, Role.COUNTY})
