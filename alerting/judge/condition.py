"""A condition that holds on an object: all that an alert says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerting.alerts.effects import AlertEffect, AlertKey
from alerting.alerts.flapping import Penalty
from alerting.alerts.states import AlertState
from alerting.changes import ChangeKind, Severity
from foundation.clock import Instant
from topology.network import CutOff


@dataclass(frozen=True, slots=True)
class Condition:
    """What is wrong with what, since when, and who suffers from it."""

    key: AlertKey
    device: str
    division: str
    severity: Severity
    started_at: Instant
    summary: str
    summary_en: str
    labels: Mapping[str, str]
    anchors: tuple[str, ...]
    """The devices that it degrades, and whose maintenance explains it: the device, or both ends of a link."""
    value: float | None = None
    limit: float | None = None
    cut_off: CutOff | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def lost(self) -> frozenset[str]:
        """The devices cut off."""
        return frozenset() if self.cut_off is None else self.cut_off.devices

    def effect(
        self,
        kind: ChangeKind,
        at: Instant,
        *,
        suppressed_by: str = "",
        state: AlertState | None = None,
        penalty: Penalty | None = None,
        told_after: int = 0,
    ) -> AlertEffect:
        """The effect of this kind on the condition's alert."""
        return AlertEffect(
            kind=kind,
            key=self.key,
            device=self.device,
            division=self.division,
            severity=self.severity,
            started_at=self.started_at,
            at=at,
            summary=self.summary,
            summary_en=self.summary_en,
            labels=self.labels,
            value=self.value,
            limit=self.limit,
            cut_off=self.cut_off,
            suppressed_by=suppressed_by,
            details=self.details,
            state=state,
            penalty=penalty,
            told_after=told_after,
        )
