"""Incidents as the wall tells them: cards for the open ones, a ticker of what happened lately. Pure functions."""

from collections.abc import Iterable, Sequence
from typing import Final

from alerting.incidents.views import IncidentView
from dashboard.names import brief_title, device_place, place_name
from foundation.clock import Instant
from topology.network import Network

TICKER_LENGTH: Final = 12


def unrecovered(incidents: Iterable[IncidentView]) -> list[IncidentView]:
    """What the wall shows: what still fails, in the order of `sort_open`."""
    return [incident for incident in sort_open(incidents) if incident.recovered_at is None]


def sort_open(incidents: Iterable[IncidentView]) -> list[IncidentView]:
    """Gravest class first, then those that still fail, then the longest."""
    return sorted(incidents, key=lambda i: (i.fault_class, i.recovered_at is not None, i.started_at, i.id))


def card(network: Network, incident: IncidentView, language: str) -> dict[str, object]:
    """One open incident: the fields that `incidents.js` draws."""
    place = device_place(network, incident.device) or incident.division
    prefecture = network.prefecture_of(place) if place in network.divisions else None
    return {
        "id": incident.id,
        "number": incident.number,
        "class": incident.fault_class,
        "place": place_name(network, place, language),
        "prefecture": prefecture,
        "title": brief_title(incident.title_en if language == "en" else incident.title, network, place),
        "agencies": incident.agencies,
        "degraded": incident.degraded_agencies,
        "since": incident.started_at,
        "acknowledged": incident.acknowledged_at is not None,
        "by": incident.assigned_to or incident.acknowledged_by or "",
    }


def ticker(
    network: Network, incidents: Sequence[IncidentView], language: str
) -> list[tuple[Instant, str, str, str, int]]:
    """The latest events, newest first: (at, what happened, place, title, lasted ms or 0)."""
    events: list[tuple[Instant, str, str, str, int]] = []
    for incident in incidents:
        place = place_name(network, device_place(network, incident.device) or incident.division, language)
        title = incident.title_en if language == "en" else incident.title
        for at, kind in (
            (incident.discovered_at, "opened"),
            (incident.acknowledged_at, "acknowledged"),
            (incident.recovered_at, "recovered"),
            (incident.closed_at, "closed"),
        ):
            if at is not None:
                lasted = at - incident.started_at if kind == "recovered" else 0
                events.append((at, kind, place, title, lasted))
    events.sort(key=lambda event: event[0], reverse=True)
    return events[:TICKER_LENGTH]
