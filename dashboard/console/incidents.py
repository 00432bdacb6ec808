"""The list of incidents, and one incident's page."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy.orm import Session

from alerting.alerts.queries import AlertView, alerts_held_by
from alerting.alerts.suppression import AREA, STORM
from alerting.changes import ObjectKind
from alerting.incidents import queries
from alerting.incidents.impact import DEGRADED
from alerting.incidents.parting import taken_out
from alerting.incidents.telling import flaps_of
from alerting.incidents.views import ImpactEntry, IncidentView
from alerting.notify.queries import messages_of
from dashboard.console.paging import asked_offset, cut, slice_of
from dashboard.live.cards import sort_open
from dashboard.names import device_name, device_place, place_name
from dashboard.web.context import services
from dashboard.web.languages import language
from dashboard.web.prose import blocks
from foundation.clock import HOUR

PAGE = 30
MOST_HELD = 300
"""Alerts of a storm, or of a common cause, that its page lists."""
HELD_BEFORE = 2 * HOUR
"""How long before a storm an alert of its list may have begun, if it is over: a rule waits before it tells one."""


def register(pages: Blueprint) -> None:
    """The list, the page, and the parts of the page that are refreshed."""
    pages.add_url_rule("/incidents", "incidents", login_required(_list))
    pages.add_url_rule("/incidents/<int:number>", "incidents_one", login_required(_one))
    pages.add_url_rule("/incidents/<int:number>/live", "incidents_live", login_required(_live))


def place_of(incident: IncidentView) -> str:
    """Where an incident is, in the language of the request."""
    network = services().network
    return place_name(network, device_place(network, incident.device) or incident.division, language())


def _list() -> ResponseReturnValue:
    house, offset = services(), asked_offset()
    scope = "all" if request.args.get("scope") == "all" else "open"
    with house.records.reading() as session:
        opened = sort_open(queries.open_incidents(session))
        if scope == "open":
            page = slice_of(opened, offset, PAGE)
        else:
            page = cut(queries.recent_incidents(session, PAGE + 1, offset), offset, PAGE)
    return render_template("console/incidents.html", page=page, scope=scope, open_count=len(opened), place_of=place_of)


def _one(number: int) -> ResponseReturnValue:
    return render_template("console/incident.html", **context(number))


def _live(number: int) -> ResponseReturnValue:
    return render_template("console/incident_live.html", **context(number))


def context(number: int) -> dict[str, object]:
    """Everything the page shows; 404 when there is no such incident."""
    house = services()
    with house.records.reading() as session:
        found = queries.incident(session, number)
        if found is None:
            abort(404)
        entries = queries.timeline(session, number)
        impact = queries.impact(session, number)
        steps = queries.steps(session, number)
        plan = queries.escalation(session, number)
        messages = messages_of(session, number)
        held = _held(session, found)
        taken = taken_out(session, [alert.id for alert in held if alert.cleared_at is None])
        flaps, flapping_since = flaps_of(session, number)
    runbook = house.runbooks.get(found.runbook) if found.runbook else None
    return {
        "incident": found,
        "place": place_of(found),
        "device": house.network.devices.get(found.device),
        "device_name": device_name(house.network, found.device, language()),
        "entries": list(reversed(entries)),
        "impact": _grouped([entry for entry in impact if not entry.kind.startswith(DEGRADED)]),
        "weakened": _grouped([entry for entry in impact if entry.kind.startswith(DEGRADED)]),
        "affected_now": sum(1 for entry in impact if entry.kind == "agency" and entry.until_at is None),
        "held": held,
        "taken": taken,
        "flaps": flaps,
        "flapping_since": found.started_at if flapping_since is None else flapping_since,
        "held_now": sum(1 for alert in held if alert.cleared_at is None),
        "steps": steps,
        "done": sum(1 for step in steps if step.done_at is not None),
        "plan": plan,
        "messages": messages,
        "runbook": runbook,
        "blocks": blocks,
        "division_name": lambda code: place_name(house.network, code, language()),
    }


def _held(session: Session, found: IncidentView) -> list[AlertView]:
    """For a storm of alerts, or a common cause: those that it lists instead of their being told one by one."""
    if found.object_kind == ObjectKind.CENTRE.value:
        name = f"{STORM}{found.rule}/{found.object_id}"
    elif found.object_kind == ObjectKind.AREA.value:
        name = f"{AREA}{found.object_id}"
    else:
        return []
    return alerts_held_by(session, name, found.discovered_at - HELD_BEFORE, MOST_HELD)


def _grouped(impact: list[ImpactEntry]) -> list[tuple[str, list[ImpactEntry]]]:
    """By kind; those still cut off first."""
    kinds = dict.fromkeys(entry.kind for entry in impact)
    return [
        (kind, sorted((e for e in impact if e.kind == kind), key=lambda entry: entry.until_at is not None))
        for kind in kinds
    ]
