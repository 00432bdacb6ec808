"""What the engine would have recorded: alerts, incidents and states, through the real rooms."""

from alerting.alerts.tables import AlertRow
from alerting.changes import AlertChange, ChangeKind, ObjectKind, Severity
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.timeline.tables import IntervalRow
from dashboard.services import Services
from foundation.clock import Instant
from foundation.messages import IncidentChange, Message, State


def device_goes_down(house: Services, device: str, at: Instant) -> int:
    """The alert and the incident of a device that is down; returns the incident's id."""
    return _alert(house, device, at, ChangeKind.RAISED)


def device_recovers(house: Services, device: str, at: Instant) -> None:
    """Its alert clears, so its incident recovers."""
    _alert(house, device, at, ChangeKind.CLEARED)


def enter(house: Services, kind: str, id_: str, state: State, at: Instant, cause: str = "") -> None:
    """An agency or device enters a state in the records."""
    with house.records.transaction() as session:
        for row in session.query(IntervalRow).filter_by(kind=kind, object_id=id_, ended_at=None):
            row.ended_at = at
        session.flush()
        session.add(
            IntervalRow(
                kind=kind, object_id=id_, state=state.value, started_at=at, ended_at=None, cause=cause, evidence=""
            )
        )


def _alert(house: Services, device: str, at: Instant, kind: ChangeKind) -> int:
    network = house.network
    cut_off = network.cut_off([device])
    division = network.devices[device].division
    responder = IncidentResponder(network, house.runbooks, house.roster, ActingSettings())
    with house.records.transaction() as session:
        row = session.query(AlertRow).filter_by(device=device, cleared_at=None).one_or_none()
        if row is None:
            row = AlertRow(
                rule="device-down", object_kind="device", object_id=device, device=device, division=division,
                severity="major", state="firing", started_at=at, raised_at=at, last_seen=at, cleared_at=None, count=1,
                value=None, threshold=None, summary=f"{device} 无应答", summary_en=f"{device} does not answer",
                labels="{}", suppressed_by="", lost="[]",
            )  # fmt: skip
            session.add(row)
        if kind is ChangeKind.CLEARED:
            row.cleared_at, row.state = at, "cleared"
        session.flush()
        change = AlertChange(
            kind, row.id, "device-down", ObjectKind.DEVICE, device, device, division, Severity.MAJOR,
            row.started_at, at, row.summary, row.summary_en, {"rule": "device-down"}, cut_off=cut_off,
        )  # fmt: skip
        messages: list[Message] = responder.respond(session, [change], at)
    house.live.apply(messages)
    (message,) = messages
    return int(getattr(message, "incident"))  # noqa: B009 - mypy can't narrow a union by its field


def storm(house: Services, centre: str, devices: list[str], at: Instant) -> int:
    """A storm of alerts under a centre that lists a failed fan of each of these devices; returns its incident's id."""
    network = house.network
    responder = IncidentResponder(network, house.runbooks, house.roster, ActingSettings())
    usual = {
        "division": centre, "state": "suppressed", "started_at": at, "raised_at": None, "last_seen": at,
        "cleared_at": None, "count": 1, "value": None, "threshold": None, "labels": "{}", "lost": None,
    }  # fmt: skip
    with house.records.transaction() as session:
        own = AlertRow(**usual | {
            "rule": "alert-storm", "object_kind": "centre", "object_id": centre, "device": "", "severity": "major",
            "state": "firing", "raised_at": at, "summary": "告警风暴", "summary_en": "Alert storm", "suppressed_by": "",
        })  # fmt: skip
        session.add(own)
        for device in devices:
            session.add(AlertRow(**usual | {
                "rule": "fan-failed", "object_kind": "sensor", "object_id": f"{device}/fan/1", "device": device,
                "severity": "warning", "summary": f"{device} 风扇异常", "summary_en": f"{device}: fan failed",
                "suppressed_by": f"storm:alert-storm/{centre}", "suppressed_reason": "storm-digest",
            }))  # fmt: skip
        session.flush()
        change = AlertChange(
            ChangeKind.RAISED, own.id, "alert-storm", ObjectKind.CENTRE, centre, "", centre, Severity.MAJOR, at, at,
            own.summary, own.summary_en, {"rule": "alert-storm"}, value=float(len(devices)), limit=30.0,
        )  # fmt: skip
        (message,) = responder.respond(session, [change], at)
    house.live.apply([message])
    assert isinstance(message, IncidentChange)
    return message.incident
