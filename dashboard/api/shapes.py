"""The fields of the API's answers. They are stable: fields may be added, none changes its meaning or goes away.

All instants are whole milliseconds since 1970-01-01T00:00:00Z, all lengths of time milliseconds, all shares 0 to 1.
"""

from alerting.alerts.queries import AlertView
from alerting.incidents.views import IncidentView
from alerting.timeline.queries import Interval
from dashboard.live.board import Standing
from topology.model import Device


def device_json(device: Device, standing: Standing, *, degraded: bool) -> dict[str, object]:
    """One device: `state` is up, down, unreachable, maintenance or unknown; `cause` the device or link at the root."""
    return {
        "id": device.id,
        "name": device.name,
        "role": device.role.value,
        "tier": device.tier.value,
        "division": device.division,
        "county": device.county,
        "agency": device.agency,
        "address": device.address,
        "state": standing.state.value,
        "degraded": degraded,
        "since": standing.since,
        "cause": standing.cause or None,
    }


def state_json(kind: str, object_id: str, current: Interval | None) -> dict[str, object]:
    """One object's present state: up, degraded, down, unreachable, maintenance or unknown."""
    return {
        "kind": kind,
        "id": object_id,
        "state": "unknown" if current is None else current.state.value,
        "since": None if current is None else current.start,
        "cause": None if current is None else current.cause or None,
        "evidence": None if current is None else current.evidence or None,
    }


def interval_json(interval: Interval) -> dict[str, object]:
    """One interval, [start, end)."""
    return {
        "state": interval.state.value,
        "start": interval.start,
        "end": interval.end,
        "cause": interval.cause or None,
        "evidence": interval.evidence or None,
    }


def incident_json(incident: IncidentView) -> dict[str, object]:
    """One incident: `class` is the fault class 1 (gravest) to 4, `severity` the alarm severity of its leading alert."""
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title,
        "title_en": incident.title_en,
        "class": incident.fault_class,
        "severity": incident.severity,
        "state": incident.state,
        "object_kind": incident.object_kind,
        "object_id": incident.object_id,
        "device": incident.device,
        "division": incident.division,
        "started_at": incident.started_at,
        "discovered_at": incident.discovered_at,
        "acknowledged_at": incident.acknowledged_at,
        "acknowledged_by": incident.acknowledged_by,
        "assigned_to": incident.assigned_to,
        "recovered_at": incident.recovered_at,
        "closed_at": incident.closed_at,
        "closed_by": incident.closed_by,
        "runbook": incident.runbook,
        "agencies": incident.agencies,
        "counties": incident.counties,
        "private_networks": incident.private_networks,
        "most_agencies": incident.most_agencies,
        "degraded_agencies": incident.degraded_agencies,
    }


def alert_json(alert: AlertView) -> dict[str, object]:
    """One alert: `state` is firing, suppressed, flapping, no_data, cleared-unacked or closed."""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "object_kind": alert.object_kind.value,
        "object_id": alert.object_id,
        "device": alert.device,
        "division": alert.division,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "started_at": alert.started_at,
        "raised_at": alert.raised_at,
        "cleared_at": alert.cleared_at,
        "value": alert.value,
        "limit": alert.limit,
        "summary": alert.summary,
        "summary_en": alert.summary_en,
        "last_seen": alert.last_seen,
        "count": alert.count,
        "suppressed_by": alert.suppressed_by or None,
        "suppressed_reason": None if alert.suppressed_reason is None else alert.suppressed_reason.value,
        "late_clear_at": alert.late_clear_at,
        "flaps": alert.flaps,
    }
