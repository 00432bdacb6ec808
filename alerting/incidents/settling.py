"""Bringing an incident's figures, class, state and calls in line with its alerts, after a batch of changes."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.changes import ObjectKind, Severity
from alerting.incidents import escalation
from alerting.incidents.classes import NAMES, NAMES_EN, extent_of, fault_class
from alerting.incidents.context import Duties
from alerting.incidents.impact import Reached, reached
from alerting.incidents.joining import rank
from alerting.incidents.journal import EntryKind, journal
from alerting.incidents.naming import with_impact
from alerting.incidents.states import IncidentEvent, IncidentState, after
from alerting.incidents.tables import Incident, IncidentAlert
from alerting.incidents.telling import duty_of, tell, tell_recovery
from alerting.notify.outbox import MessageKind, told
from foundation.calendar import duration
from foundation.clock import Instant


@dataclass(slots=True)
class Touch:
    """An incident that the present batch changed, and how."""

    incident: Incident
    opened: bool = False
    relapsed: bool = False
    """It came back after its recovery was told, or about to be."""
    resumed: bool = False
    """All of its alerts were held by something that is over, and one of them fires by itself now."""
    told_after: int = 0
    """How long the telling of a recovery waits, since it may come back (ms)."""


def settle(session: Session, duties: Duties, touch: Touch, now: Instant) -> None:
    """Count the impact, raise the class, then call people, tell them more, or tell them that it is over."""
    incident = touch.incident
    session.flush()
    members = list(session.scalars(select(IncidentAlert).where(IncidentAlert.incident == incident.id)))
    changed = _count(session, incident, now, quiet=touch.opened)
    firing = [member for member in members if member.state == "firing"]
    risen = _classify(duties, incident, firing, changed)
    if touch.opened:
        journal(
            session, incident, EntryKind.OPENED, f"发现故障:{incident.title}", f"Opened: {incident.title_en}",
            at=incident.discovered_at,
            after={"class": incident.fault_class, "agencies": incident.agencies, "runbook": incident.runbook},
        )  # fmt: skip
    elif risen:
        _journal_class(session, incident, risen, now)
    state = IncidentState(incident.state)
    if state is IncidentState.OPEN and (touch.opened or touch.relapsed or touch.resumed or risen):
        escalation.start(session, duties, incident, now)
    elif state is IncidentState.ACKNOWLEDGED and (touch.relapsed or risen):
        _tell_more(session, duties, touch, now)
    live = state in {IncidentState.OPEN, IncidentState.ACKNOWLEDGED}
    if live and all(member.state == "cleared" for member in members):
        _recover(
            session,
            duties,
            incident,
            max((member.cleared_at or now) for member in members),
            now,
            told_after=touch.told_after,
        )
    session.flush()


def _count(session: Session, incident: Incident, now: Instant, *, quiet: bool) -> Reached:
    """Bring the counts and the title up to date; one timeline entry for the whole difference."""
    present = reached(session, incident.id)
    before = incident.agencies
    incident.agencies = len(present.agencies)
    incident.counties = len(present.counties)
    incident.private_networks = len(present.private_networks)
    incident.degraded_agencies = len(present.degraded_agencies)
    if incident.agencies > incident.most_agencies:
        incident.most_agencies = incident.agencies
    if incident.agencies != before and not quiet:
        text = f"影响单位由 {before} 家变为 {incident.agencies} 家"
        text_en = f"Agencies cut off: {before} before, {incident.agencies} now"
        counts = {"agencies": incident.agencies, "counties": incident.counties}
        journal(session, incident, EntryKind.IMPACT, text, text_en, at=now, before={"agencies": before}, after=counts)
    base, base_en = incident.title.partition(",影响 ")[0], _without_count(incident.title_en)
    incident.title, incident.title_en = with_impact(base, base_en, incident.most_agencies)
    return present


def _without_count(title_en: str) -> str:
    head, _, tail = title_en.rpartition(", ")
    return head if tail.endswith(" cut off") else title_en


def _classify(duties: Duties, incident: Incident, firing: list[IncidentAlert], present: Reached) -> int:
    """Raise the class where the impact demands it. Returns the class before when it rose, else 0."""
    outages = [member for member in firing if member.outage]
    extent = extent_of(
        duties.network,
        down_devices=[member.object_id for member in outages if member.object_kind == ObjectKind.DEVICE.value],
        down_links=[member.object_id for member in outages if member.object_kind == ObjectKind.LINK.value],
        agencies=present.agencies,
        counties=present.counties,
    )
    platform = [member for member in firing if member.object_kind == ObjectKind.PLATFORM.value]
    extent = replace(
        extent,
        collector_lost=any(member.object_id == "collector" for member in platform),
        platform_trouble=any(rank(member.severity) >= rank(Severity.MAJOR.value) for member in platform),
    )
    proposed = fault_class(extent, duties.settings.fault_classes)
    if proposed >= incident.fault_class:
        return 0
    before, incident.fault_class = incident.fault_class, proposed
    return before


def _journal_class(session: Session, incident: Incident, before: int, now: Instant) -> None:
    now_class = incident.fault_class
    journal(
        session, incident, EntryKind.CLASS, f"故障等级由{NAMES[before]}升为{NAMES[now_class]}",
        f"Fault class rose from {NAMES_EN[before]} to {NAMES_EN[now_class]}", at=now,
        before={"class": before}, after={"class": now_class},
    )  # fmt: skip


def _tell_more(session: Session, duties: Duties, touch: Touch, now: Instant) -> None:
    """The incident is in somebody's hands: tell those who know of it, and a leader where the class now asks for one."""
    incident = touch.incident
    people = told(session, incident.id)
    duty = duty_of(duties, incident.division, now)
    if duty is not None:
        people.append(duty.operator)
        if duties.settings.fault_classes.of(incident.fault_class).call_leader:
            people.append(duty.leader)
    news = "再次发生" if touch.relapsed else f"升为{NAMES[incident.fault_class]},影响{incident.agencies}单位"
    key = f"{incident.round}.{incident.relapses}.{incident.fault_class}"
    tell(session, duties, incident, MessageKind.UPDATE, people, now, key=key, news=news)


def _recover(
    session: Session, duties: Duties, incident: Incident, cleared_at: Instant, now: Instant, *, told_after: int
) -> None:
    incident.state = after(IncidentState(incident.state), IncidentEvent.RECOVER, incident.number).value
    incident.recovered_at = cleared_at
    escalation.stop(session, incident)
    lasted = duration(cleared_at - incident.started_at)
    journal(
        session, incident, EntryKind.RECOVERED, f"全部告警消除,历时 {lasted}", f"All alerts cleared after {lasted}",
        at=now, after={"state": incident.state},
    )  # fmt: skip
    tell_recovery(session, duties, incident, now, told_after=told_after)
