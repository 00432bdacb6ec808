"""Sites, links and private networks: a list of each kind, and the page of one with its timeline."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.timeline.queries import Interval, current_states
from alerting.timeline.sites import sites
from alerting.timeline.track import AGENCY, DEVICE, LINK, PRIVATE_NETWORK, SITE
from alerting.timeline.tracks import known_objects
from dashboard.console.paging import asked_offset, slice_of
from dashboard.console.strips import SPANS, strip_of, watched_until
from dashboard.names import device_name, division_name, link_name, place_name
from dashboard.services import Services
from dashboard.web.context import services, whole_number
from dashboard.web.languages import language
from foundation.clock import Instant
from foundation.messages import State
from topology.model import Tier
from topology.network import Network

PAGE: Final = 50
KINDS: Final = (SITE, LINK, PRIVATE_NETWORK)
_URGENT: Final = (State.DOWN, State.UNREACHABLE, State.DEGRADED, State.UNKNOWN, State.MAINTENANCE, State.UP)


@dataclass(frozen=True, slots=True)
class Row:
    """One object: of a list, or a part of another."""

    kind: str
    id: str
    name: str
    place: str
    state: State
    since: Instant | None
    cause: str = ""
    note: str = ""


def register(pages: Blueprint) -> None:
    """The lists and the page."""
    pages.add_url_rule("/network", "network", login_required(_list))
    pages.add_url_rule("/network/<kind>/<path:object_id>", "network_one", login_required(_one))


def _list() -> ResponseReturnValue:
    house = services()
    kind = request.args.get("kind", SITE)
    if kind not in KINDS:
        abort(404)
    asked = {name: request.args.get(name, "") for name in ("q", "state")}
    rows = _rows(house, kind)
    counts = {state: sum(1 for row in rows if row.state is state) for state in _URGENT}
    words = asked["q"].lower().split()
    rows = [
        row
        for row in rows
        if (not asked["state"] or row.state.value == asked["state"])
        and all(word in f"{row.id} {row.name} {row.place} {row.note}".lower() for word in words)
    ]
    rows.sort(key=lambda row: _URGENT.index(row.state))
    template = "console/network_rows.html" if request.headers.get("HX-Request") else "console/network.html"
    return render_template(
        template, kind=kind, kinds=KINDS, page=slice_of(rows, asked_offset(), PAGE), asked=asked, counts=counts
    )


def _one(kind: str, object_id: str) -> ResponseReturnValue:
    house, tongue = services(), language()
    network = house.network
    if kind not in KINDS or object_id not in known_objects(network)[kind]:
        abort(404)
    now = house.clock.now()
    days = whole_number("days", SPANS[0])
    with house.records.reading() as session:
        strip = strip_of(session, kind, object_id, days if days in SPANS else SPANS[0], now)
        known = watched_until(session, now) == now
        current = current_states(session, kind).get(object_id) if known else None
        parts = _parts(network, kind, object_id)
        states = {kind: current_states(session, kind) for kind in {part for part, _ in parts}} if known else {}
    rows = [_row(network, part, one, states.get(part, {}).get(one), tongue) for part, one in parts]
    rows.sort(key=lambda row: (row.kind, _URGENT.index(row.state)))
    return render_template(
        "console/network_one.html",
        kind=kind,
        row=_row(network, kind, object_id, current, tongue),
        link=network.links.get(object_id) if kind == LINK else None,
        strip=strip,
        parts=rows,
        agency_device=lambda agency: network.agencies[agency].device,
        root_name=lambda root: root_name(network, root, tongue),
        root_kind=lambda root: LINK if root in network.links else DEVICE if root in network.devices else "",
    )


def root_name(network: Network, root: str, tongue: str) -> str:
    """What a cause is called: a device, or a link by its ends."""
    link = network.links.get(root)
    return device_name(network, root, tongue) if link is None else link_name(network, link, tongue)


def _rows(house: Services, kind: str) -> list[Row]:
    network, tongue = house.network, language()
    with house.records.reading() as session:
        now = house.clock.now()
        known = watched_until(session, now) == now
        states = current_states(session, kind) if known else {}
    return [_row(network, kind, one, states.get(one), tongue) for one in known_objects(network)[kind]]


def _row(network: Network, kind: str, one: str, current: Interval | None, tongue: str) -> Row:
    state, since, cause = (
        (State.UNKNOWN, None, "") if current is None else (current.state, current.start, current.cause)
    )
    name, place, note = _words(network, kind, one, tongue)
    return Row(kind, one, name, place, state, since, cause, note)


def _words(network: Network, kind: str, one: str, tongue: str) -> tuple[str, str, str]:
    """An object's name, where it is, and what else tells it apart."""
    if kind == SITE:
        division = network.divisions[one]
        above = "" if division.parent is None or division.tier is Tier.PREFECTURE else division.parent
        return division_name(division, tongue), place_name(network, above, tongue) if above else "", one
    if kind == LINK:
        link = network.links[one]
        lower = network.devices[link.lower]
        return (
            link_name(network, link, tongue),
            place_name(network, lower.county or lower.division, tongue),
            link.carrier,
        )
    if kind == PRIVATE_NETWORK:
        private = network.private_networks[one]
        return private.name_en if tongue == "en" else private.name, "", str(len(private.members))
    if kind == AGENCY:
        agency = network.agencies[one]
        name = agency.name_en if tongue == "en" else agency.name
        return name, place_name(network, agency.county, tongue), agency.department
    device = network.devices[one]
    return device_name(network, one, tongue), place_name(network, device.county or device.division, tongue), ""


def _parts(network: Network, kind: str, one: str) -> list[tuple[str, str]]:
    """What the object consists of."""
    if kind == SITE:
        site = sites(network)[one]
        return [*((DEVICE, router) for router in site.routers), *((LINK, link) for link in site.uplinks)]
    if kind == LINK:
        link = network.links[one]
        return [(DEVICE, link.upper), (DEVICE, link.lower)]
    return [(AGENCY, agency) for agency in sorted(network.private_networks[one].members)]
