"""What judging wants done to alerts, by key: judging knows no row ids, so its effects can wait and be tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from alerting.alerts.flapping import Penalty
from alerting.alerts.states import AlertState
from alerting.changes import ChangeKind, ObjectKind, Severity
from foundation.clock import Instant
from topology.network import CutOff


@dataclass(frozen=True, slots=True)
class AlertKey:
    """An alert's identity while it is open."""

    object_kind: ObjectKind
    object_id: str
    rule: str


@dataclass(frozen=True, slots=True)
class AlertEffect:
    """One change of one alert, complete: what the row becomes, and what acting is told."""

    kind: ChangeKind
    key: AlertKey
    device: str
    division: str
    severity: Severity
    started_at: Instant
    at: Instant
    summary: str
    summary_en: str
    labels: Mapping[str, str]
    value: float | None = None
    limit: float | None = None
    cut_off: CutOff | None = None
    suppressed_by: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    state: AlertState | None = None
    """What the row becomes; None for what the kind usually means."""
    penalty: Penalty | None = None
    """How often it came and went, where that is watched."""
    told_after: int = 0
    """For a clearing: how long its telling waits (ms)."""

    @property
    def becomes(self) -> AlertState | None:
        """The row's state after it; None when it stays what it was."""
        return _USUAL.get(self.kind) if self.state is None else self.state


_USUAL: Final = {
    ChangeKind.RAISED: AlertState.FIRING,
    ChangeKind.SUPPRESSED: AlertState.SUPPRESSED,
    ChangeKind.CLEARED: AlertState.CLEARED_UNACKNOWLEDGED,
}


@dataclass(frozen=True, slots=True)
class AlertTouch:
    """An open alert was seen again: written in bulk, told to nobody."""

    key: AlertKey
    last_seen: Instant
    times: int
