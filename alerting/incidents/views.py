"""Incidents as pages, reports and the API see them: frozen values, never rows."""

from dataclasses import dataclass

from foundation.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident."""

    id: int
    number: str
    title: str
    title_en: str
    fault_class: int
    severity: str
    state: str
    rule: str
    object_kind: str
    object_id: str
    device: str
    division: str
    started_at: Instant
    """When it occurred."""
    discovered_at: Instant
    """When the platform judged it."""
    first_acknowledged_at: Instant | None
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    recovered_at: Instant | None
    closed_at: Instant | None
    closed_by: str | None
    close_reason: str | None
    assigned_to: str | None
    runbook: str | None
    agencies: int
    counties: int
    private_networks: int
    most_agencies: int
    degraded_agencies: int
    """Still served, but without their redundancy; those cut off are not counted."""
    relapses: int

    @property
    def time_to_acknowledge(self) -> int | None:
        """Milliseconds from the discovery to the first acknowledgement: what MTTA is the mean of."""
        return None if self.first_acknowledged_at is None else self.first_acknowledged_at - self.discovered_at

    @property
    def time_to_restore(self) -> int | None:
        """Milliseconds from the occurrence to the recovery: what MTTR is the mean of."""
        return None if self.recovered_at is None else self.recovered_at - self.started_at


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened: to the incident, or to a message about it."""

    at: Instant
    kind: str
    """See `alerting.incidents.journal.EntryKind`."""
    actor: str
    source: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ImpactEntry:
    """One agency, county or private network and when it was cut off, or (kind after `degraded_`) without redundancy;
    `until_at` is None while it is."""

    kind: str
    id: str
    name: str
    name_en: str
    from_at: Instant
    until_at: Instant | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the runbook, frozen at the opening."""

    number: int
    text: str
    done_at: Instant | None
    done_by: str | None


@dataclass(frozen=True, slots=True)
class EscalationView:
    """One step of the current escalation plan."""

    number: int
    due_at: Instant
    calls: tuple[tuple[str, str], ...]
    """(division code of the centre, role)."""
    state: str
    fired_at: Instant | None
