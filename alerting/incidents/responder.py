"""From alerts to incidents: what the engine calls, inside its own transaction, with every change of an alert."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.alerts.states import AlertState
from alerting.alerts.writer import acknowledge_alerts
from alerting.audit.log import take_turns
from alerting.changes import RELEASED_FROM, AlertChange, ChangeKind
from alerting.incidents import escalation
from alerting.incidents.context import Duties, RunbookFinder
from alerting.incidents.impact import degraded_by, refresh
from alerting.incidents.joining import incident_of_alert, incident_to_join, is_outage, leads, rank
from alerting.incidents.journal import EntryKind, journal
from alerting.incidents.naming import explanation
from alerting.incidents.opening import lead_with, open_incident, retitle
from alerting.incidents.settings import ActingSettings
from alerting.incidents.settling import Touch, settle
from alerting.incidents.states import IncidentEvent, IncidentState, after
from alerting.incidents.tables import IncidentAlert
from alerting.incidents.telling import hush_recovery
from alerting.oncall.roster import Roster
from foundation.clock import Instant
from foundation.messages import IncidentChange, Message
from topology.network import Network


class IncidentResponder:
    """Opens, updates and recovers incidents. Implements `alerting.changes.Responder`."""

    def __init__(self, network: Network, runbooks: RunbookFinder, roster: Roster, settings: ActingSettings) -> None:
        self._runbooks = runbooks
        self._duties = Duties(network, roster, settings)

    def respond(self, session: Session, changes: Sequence[AlertChange], now: Instant) -> list[Message]:
        """Act on the changes in their order, then settle each incident touched, once.

        Settling last means that an alert which clears while another takes its place never shows as a recovery.
        """
        take_turns(session)
        touched: dict[int, Touch] = {}
        for change in changes:
            if change.kind is ChangeKind.RESTATED:
                self._restate(session, change, touched)
            elif change.kind is not ChangeKind.SIGHT:
                self._apply(session, change, now, touched)
        for touch in touched.values():
            settle(session, self._duties, touch, now)
        return [IncidentChange(incident, now) for incident in touched]

    def _apply(self, session: Session, change: AlertChange, now: Instant, touched: dict[int, Touch]) -> None:
        fires = change.kind is ChangeKind.RAISED or (change.kind is ChangeKind.UPDATED and not change.suppressed_by)
        if fires:
            incident = incident_to_join(session, self._duties.network, change)
            if incident is None:
                incident = open_incident(session, self._duties.network, self._runbooks, change)
                touched[incident.id] = Touch(incident, opened=True)
            touch = touched.setdefault(incident.id, Touch(incident))
            self._fire(session, touch, change, now)
            return
        incident = incident_of_alert(session, change.alert)
        if change.kind is ChangeKind.CLEARED and (incident is None or incident.acknowledged_at is not None):
            acknowledge_alerts(session, [change.alert])
        if incident is not None:
            touch = touched.setdefault(incident.id, Touch(incident))
            self._rest(session, touch, change)

    def _restate(self, session: Session, change: AlertChange, touched: dict[int, Touch]) -> None:
        """Its words changed: the incident that it leads is called by the new ones."""
        incident = incident_of_alert(session, change.alert)
        if incident is not None and retitle(self._duties.network, incident, change):
            touched.setdefault(incident.id, Touch(incident))

    def _fire(self, session: Session, touch: Touch, change: AlertChange, now: Instant) -> None:
        """An alert fires: it becomes, or stays, a member."""
        incident = touch.incident
        member = session.get(IncidentAlert, (incident.id, change.alert))
        fresh = member is None
        held = member is not None and member.state == "suppressed"
        if member is None:
            member = IncidentAlert(incident=incident.id, alert=change.alert, joined_at=change.at)
            session.add(member)
        member.rule, member.severity, member.state = change.rule, change.severity.value, "firing"
        member.object_kind, member.object_id = change.object_kind.value, change.object_id
        member.outage, member.cleared_at = is_outage(change), None
        session.flush()
        if IncidentState(incident.state) is IncidentState.RECOVERED:
            self._relapse(session, touch, change, now)
        elif held:
            self._resume(session, touch, change)
        elif fresh and not touch.opened:
            incident.state = after(IncidentState(incident.state), IncidentEvent.JOIN, incident.number).value
            journal(
                session, incident, EntryKind.JOINED, f"并入告警:{change.summary}", f"Joined by: {change.summary_en}",
                at=change.at, after={"alert": change.alert},
            )  # fmt: skip
        self._tell_flapping(session, touch, change)
        retitle(self._duties.network, incident, change)
        self._weigh(session, touch, change)
        began = change.started_at if fresh else change.at
        network = self._duties.network
        degraded = (
            degraded_by(network, change.object_kind, change.object_id, change.cut_off) if is_outage(change) else None
        )
        refresh(
            session, network, incident.id, change.alert, change.cut_off, degraded=degraded, from_at=began,
            until_at=change.at,
        )  # fmt: skip

    def _tell_flapping(self, session: Session, touch: Touch, change: AlertChange) -> None:
        """Entering and leaving flapping, each written into the timeline once."""
        if change.kind is ChangeKind.RAISED and change.state == AlertState.FLAPPING:
            journal(
                session, touch.incident, EntryKind.FLAPPING,
                f"反复发生({change.flaps} 次),此后只计数,不再逐次通知:{change.summary}",
                f"Came {change.flaps} times: from now on it is counted and not told each time: {change.summary_en}",
                at=change.at, after={"alert": change.alert, "flaps": change.flaps},
            )  # fmt: skip
        elif change.kind is ChangeKind.UPDATED and change.state == AlertState.FIRING:
            journal(
                session, touch.incident, EntryKind.FLAPPING, f"反复结束,共 {change.flaps} 次,故障持续:{change.summary}",
                f"No longer comes and goes, after {change.flaps} times; it persists: {change.summary_en}",
                at=change.at, after={"alert": change.alert, "flaps": change.flaps},
            )  # fmt: skip

    def _weigh(self, session: Session, touch: Touch, change: AlertChange) -> None:
        """Let the alert lead the incident when it is graver than the one that does; or raise the severity."""
        incident = touch.incident
        own = (incident.rule, incident.object_kind, incident.object_id)
        if own != (change.rule, change.object_kind.value, change.object_id) and leads(
            outage=is_outage(change),
            severity=change.severity.value,
            over_outage=incident.outage,
            over_severity=incident.severity,
        ):
            lead_with(session, self._duties.network, self._runbooks, incident, change)
            journal(
                session, incident, EntryKind.LEAD, f"主要告警变为:{change.summary}", f"Now led by: {change.summary_en}",
                at=change.at, after={"alert": change.alert, "runbook": incident.runbook},
            )  # fmt: skip
        elif rank(change.severity.value) > rank(incident.severity):
            before, incident.severity = incident.severity, change.severity.value
            journal(
                session, incident, EntryKind.SEVERITY, f"告警级别由 {before} 升为 {incident.severity}",
                f"Severity rose from {before} to {incident.severity}", at=change.at,
                before={"severity": before}, after={"severity": incident.severity},
            )  # fmt: skip

    def _relapse(self, session: Session, touch: Touch, change: AlertChange, now: Instant) -> None:
        incident = touch.incident
        recovered = incident.recovered_at
        kept = self._duties.settings.relapse_keeps_acknowledgement
        in_hand = incident.acknowledged_at is not None and recovered is not None and now - recovered <= kept
        event = IncidentEvent.RELAPSE_IN_HAND if in_hand else IncidentEvent.RELAPSE
        incident.state = after(IncidentState(incident.state), event, incident.number).value
        incident.recovered_at = None
        incident.relapses += 1
        if not in_hand:
            incident.acknowledged_at = incident.acknowledged_by = None
        touch.relapsed = not hush_recovery(session, incident, now)
        if not touch.relapsed and not in_hand:
            escalation.resume(session, incident)
        journal(
            session, incident, EntryKind.REOPENED, f"再次发生:{change.summary}", f"Relapsed: {change.summary_en}",
            at=change.at, before={"recovered_at": recovered}, after={"state": incident.state, "alert": change.alert},
        )  # fmt: skip

    def _resume(self, session: Session, touch: Touch, change: AlertChange) -> None:
        """What held an alert is over, and it still holds: the calls begin anew, with all the time a new trouble has.

        Who took the incident before planned work began took it for another reason than that the work left it so.
        """
        incident = touch.incident
        others = select(IncidentAlert.alert).where(
            IncidentAlert.incident == incident.id, IncidentAlert.state == "firing", IncidentAlert.alert != change.alert
        )
        if session.scalar(others.limit(1)) is not None:
            return
        held_by = change.details.get(RELEASED_FROM, "")
        after_work = held_by.startswith("maintenance:")
        if incident.state == IncidentState.ACKNOWLEDGED.value and not after_work:
            return
        before = incident.state
        incident.state = after(IncidentState(before), IncidentEvent.RESUME, incident.number).value
        incident.acknowledged_at = incident.acknowledged_by = None
        touch.resumed = True
        why, why_en = explanation(self._duties.network, held_by)
        journal(
            session, incident, EntryKind.REOPENED, f"原先{why},现已结束,故障仍在:{change.summary}",
            f"Still so, though what held it is over ({why_en}): {change.summary_en}", at=change.at,
            before={"state": before}, after={"state": incident.state, "alert": change.alert, "held_by": held_by},
        )  # fmt: skip

    def _rest(self, session: Session, touch: Touch, change: AlertChange) -> None:
        """A member no longer fires by itself: it cleared, or something else explains it."""
        incident = touch.incident
        member = session.get_one(IncidentAlert, (incident.id, change.alert))
        state = "cleared" if change.kind is ChangeKind.CLEARED else "suppressed"
        if member.state in (state, "cleared"):
            # Over is over: a suppressed alert does not bring its trouble back, a firing one does.
            return
        member.state = state
        member.cleared_at = change.at if state == "cleared" else None
        refresh(session, self._duties.network, incident.id, change.alert, None, from_at=change.at, until_at=change.at)
        if state == "cleared":
            touch.told_after = max(touch.told_after, change.told_after)
            journal(
                session, incident, EntryKind.CLEARED, f"告警消除:{change.summary}", f"Cleared: {change.summary_en}",
                at=change.at, after={"alert": change.alert},
            )  # fmt: skip
        else:
            why, why_en = explanation(self._duties.network, change.suppressed_by)
            journal(
                session, incident, EntryKind.SUPPRESSED, f"{why},告警暂不计:{change.summary}",
                f"{why_en}, so it is held: {change.summary_en}", at=change.at,
                after={"alert": change.alert, "by": change.suppressed_by},
            )  # fmt: skip
