"""The list of devices, and one device's page."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.alerts.queries import alerts_of_device
from alerting.incidents.queries import incidents_of_device
from alerting.timeline.track import DEVICE, LINK
from collectors.facts import facts_of
from dashboard.console.interfaces import interfaces_of
from dashboard.console.network import root_name
from dashboard.console.paging import asked_offset, slice_of
from dashboard.console.polling import line_shares, polling_rows
from dashboard.console.search import search
from dashboard.console.strips import SPANS, strip_of
from dashboard.live.board import Standing
from dashboard.names import device_name, device_place, place_name, why_suppressed
from dashboard.portrait.draw import draw
from dashboard.web.context import services, whole_number
from dashboard.web.languages import language
from foundation.messages import State
from storage.metrics.store import MetricStoreError
from topology.model import Link, Role, Tier
from topology.network import Network

PAGE = 50
ALERTS = 10


@dataclass(frozen=True, slots=True)
class Side:
    """A device at the other end of a link."""

    link: Link
    device: str
    standing: Standing
    degraded: bool
    upwards: bool
    """Nearer to the core."""
    own_interface: str


def register(pages: Blueprint) -> None:
    """The list with its search, and the page."""
    pages.add_url_rule("/devices", "devices", login_required(_list))
    pages.add_url_rule("/devices/<path:device>", "devices_one", login_required(_one))


def _list() -> ResponseReturnValue:
    house, tongue = services(), language()
    asked = {name: request.args.get(name, "") for name in ("q", "state", "role", "prefecture")}
    rows = search(house.network, house.live.devices(), tongue, **asked)
    page = slice_of(rows, asked_offset(), PAGE)
    template = "console/devices_rows.html" if request.headers.get("HX-Request") else "console/devices.html"
    prefectures = [d for d in house.network.divisions.values() if d.tier is Tier.PREFECTURE]
    return render_template(
        template, page=page, asked=asked, prefectures=prefectures, roles=list(Role), name_of=_name_of
    )


def _name_of(device: str) -> str:
    return device_name(services().network, device, language())


def _one(device: str) -> ResponseReturnValue:
    house, tongue = services(), language()
    network = house.network
    found = network.devices.get(device)
    if found is None:
        abort(404)
    now = house.clock.now()
    days = whole_number("days", SPANS[0])
    with house.records.reading() as session:
        strip = strip_of(session, DEVICE, device, days if days in SPANS else SPANS[0], now)
        alerts = alerts_of_device(session, device, ALERTS)
        incidents = incidents_of_device(session, device, 5)
        facts = facts_of(session, device)
    portrait = draw(network, device, facts, house.looks.whole(device))
    refused = None
    try:
        interfaces = interfaces_of(network, house.metrics, device, now)
    except MetricStoreError as error:
        interfaces, refused = [], str(error)
    standings = house.live.devices()
    standing, degraded = standings[device]
    uplinks = network.uplinks(device)
    return render_template(
        "console/device.html",
        device=found,
        name_of=_name_of,
        agency=network.agencies.get(found.agency) if found.agency else None,
        place=place_name(network, device_place(network, device), tongue),
        standing=standing,
        degraded=degraded,
        cause=network.devices.get(standing.cause),
        strip=strip,
        root_name=lambda root: root_name(network, root, tongue),
        root_kind=lambda root: LINK if root in network.links else DEVICE if root in network.devices else "",
        alerts=alerts,
        incidents=incidents,
        interfaces=interfaces,
        portrait=portrait,
        contact=house.looks.contact(device),
        why=lambda alert: why_suppressed(network, alert.suppressed_by, tongue),
        polling=polling_rows(portrait.tuning),
        lines=line_shares(portrait.tuning),
        refused=refused,
        sides=_sides(network, device, standings),
        first_interface=uplinks[0].lower_interface if uplinks else (interfaces[0].name if interfaces else ""),
    )


def _sides(network: Network, device: str, standings: dict[str, tuple[Standing, bool]]) -> list[Side]:
    """Upwards first; then those in trouble."""
    sides = []
    for step in network.neighbours(device):
        link = network.links[step.link]
        standing, degraded = standings[step.device]
        upwards = link.lower == device
        own = link.lower_interface if upwards else link.upper_interface
        sides.append(Side(link, step.device, standing, degraded, upwards, own))
    return sorted(sides, key=lambda s: (not s.upwards, s.standing.state is State.UP and not s.degraded))
