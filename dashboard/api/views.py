"""`/api/v1`: summary, devices, incidents, alerts, impact, rankings, series, maintenance, states, timelines.

A login or `Authorization: Bearer …` opens it.

Lists take `limit` (1 to 1000, default 100) and `offset`, and answer
`{"items": […], "limit": …, "offset": …, "more": true|false}`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from alerting.alerts.queries import open_alerts, recent_alerts, unacknowledged_alerts
from alerting.impact.contacts import contacts
from alerting.impact.naming import find
from alerting.impact.present import failing
from alerting.impact.shape import impact_json
from alerting.impact.whatif import what_if
from alerting.incidents.queries import open_incidents, recent_incidents
from alerting.timeline.queries import current_states, intervals
from alerting.timeline.track import SITE
from alerting.timeline.tracks import known_objects
from collectors.facts import facts_of
from dashboard.api import maintenance, taking_out
from dashboard.api.measures import rankings, series
from dashboard.api.portraits import interface_json, portrait_json
from dashboard.api.shapes import alert_json, device_json, incident_json, interval_json, state_json
from dashboard.auth.session import visitor
from dashboard.console.interfaces import interfaces_of
from dashboard.console.strips import watched_until
from dashboard.portrait.draw import draw
from dashboard.web.context import services, whole_number
from dashboard.web.errors import answer
from dashboard.web.security import bearer_token, token_is
from dashboard.web.texts import gettext
from foundation.clock import DAY
from foundation.problems import OperatorError
from storage.metrics.store import MetricStoreError

P = ParamSpec("P")
T = TypeVar("T")

LARGEST_PAGE: Final = 1000


def api_pages(csrf: CSRFProtect) -> Blueprint:
    """The blueprint. It only reads, but for maintenance and alerts that are taken out."""
    pages = Blueprint("api", __name__, url_prefix="/api/v1")
    csrf.exempt(pages)
    for path, view in (
        ("/summary", _summary),
        ("/devices", _devices),
        ("/incidents", _incidents),
        ("/alerts", _alerts),
        ("/impact", _impact),
        ("/states", _states),
        ("/rankings", rankings),
        ("/series", series),
    ):
        pages.add_url_rule(path, path[1:], _guarded(view))
    pages.add_url_rule("/devices/<path:device>", "device", _guarded(_device))
    pages.add_url_rule("/timelines/<kind>/<path:object_id>", "timeline", _guarded(_timeline))
    maintenance.register(pages, csrf, _guarded)
    taking_out.register(pages, csrf)
    return pages


def _guarded(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if visitor() is None and not token_is(bearer_token(), services().settings.api_token):
            refusal = answer(401, gettext("请先登录，或提供有效的令牌。"))
            refusal.headers["WWW-Authenticate"] = 'Bearer realm="yunwei"'
            return refusal
        return view(*args, **kwargs)

    return guarded


def _summary() -> ResponseReturnValue:
    house = services()
    live = house.live
    live.refresh()
    picture = live.picture()
    whole, groups = live.day()
    _, opened, _ = live.incidents()
    return jsonify(
        at=house.clock.now(),
        data_age_ms=picture.age_ms,
        collector_silent=picture.blind,
        agencies={"total": len(picture.cells), **picture.counts},
        devices={"total": len(house.network.devices)},
        availability_today=whole.availability,
        prefectures=[
            {
                "code": code,
                "name": house.network.divisions[code].name,
                "name_en": house.network.divisions[code].name_en,
                "availability_today": figure.availability,
            }
            for code, figure in zip(live.prefectures, groups, strict=True)
        ],
        incidents={
            "open": len(opened),
            "unacknowledged": sum(1 for incident in opened if incident.state == "open"),
            "by_class": {str(grade): sum(1 for i in opened if i.fault_class == grade) for grade in (1, 2, 3, 4)},
        },
    )


def _devices() -> ResponseReturnValue:
    """Filter: `state`, `role`, `division` (exact code)."""
    house = services()
    standings = house.live.devices()
    state, role, division = (request.args.get(name) for name in ("state", "role", "division"))
    found = [
        (device, *standings[device.id])
        for device in house.network.devices.values()
        if (role is None or device.role == role) and (division is None or division in {device.division, device.county})
    ]
    if state is not None:
        found = [row for row in found if row[1].state == state]
    limit, offset = _window()
    page = found[offset : offset + limit + 1]
    return _page([device_json(device, standing, degraded=d) for device, standing, d in page], limit, offset)


def _device(device: str) -> ResponseReturnValue:
    """All that its page shows. `interfaces` is null while the metric store is out of reach."""
    house = services()
    found = house.network.devices.get(device)
    if found is None:
        return answer(404, gettext("没有这个设备。"))
    with house.records.reading() as session:
        facts = facts_of(session, device)
    portrait = draw(house.network, device, facts, house.looks.whole(device))
    interfaces: list[dict[str, object]] | None = None
    try:
        rows = interfaces_of(house.network, house.metrics, device, house.clock.now())
        interfaces = [interface_json(row, portrait.interfaces) for row in rows]
    except MetricStoreError:
        interfaces = None
    standing, degraded = house.live.devices()[device]
    return jsonify(
        **device_json(found, standing, degraded=degraded),
        **portrait_json(portrait, house.looks.contact(device)),
        interfaces=interfaces,
    )


def _states() -> ResponseReturnValue:
    """`kind`: device, agency, link, site (default) or private_network; `state` filters."""
    house = services()
    kind, state = request.args.get("kind", SITE), request.args.get("state")
    known = known_objects(house.network)
    if kind not in known:
        return answer(404, gettext("没有这种对象。"))
    now = house.clock.now()
    with house.records.reading() as session:
        current = current_states(session, kind) if watched_until(session, now) == now else {}
    found = [state_json(kind, one, current.get(one)) for one in known[kind]]
    if state is not None:
        found = [one for one in found if one["state"] == state]
    limit, offset = _window()
    return _page(found[offset : offset + limit + 1], limit, offset)


def _timeline(kind: str, object_id: str) -> ResponseReturnValue:
    """One object's intervals over the last `days` (1 to 400, default 1), the oldest first."""
    house = services()
    if object_id not in known_objects(house.network).get(kind, ()):
        return answer(404, gettext("没有这个对象。"))
    end = house.clock.now()
    start = end - whole_number("days", 1, least=1, most=400) * DAY
    with house.records.reading() as session:
        until = watched_until(session, end)
        found = intervals(session, kind, [object_id], start, until) if start < until else []
    return jsonify(
        kind=kind,
        id=object_id,
        start=start,
        end=end,
        known_until=until,
        intervals=[interval_json(one) for one in found],
    )


def _incidents() -> ResponseReturnValue:
    """`scope=open` (default): the gravest first; `scope=all`: the newest first."""
    limit, offset = _window()
    with services().records.reading() as session:
        if request.args.get("scope") == "all":
            found = recent_incidents(session, limit + 1, offset)
        else:
            found = open_incidents(session)[offset : offset + limit + 1]
    return _page([incident_json(incident) for incident in found], limit, offset)


def _alerts() -> ResponseReturnValue:
    """`scope=open` (default), `scope=unacknowledged` (over, and acknowledged by nobody) or `scope=all`; the latest
    first."""
    limit, offset = _window()
    scope = request.args.get("scope")
    with services().records.reading() as session:
        if scope == "all":
            found = recent_alerts(session, limit + 1, offset)
        elif scope == "unacknowledged":
            found = unacknowledged_alerts(session)[offset : offset + limit + 1]
        else:
            found = open_alerts(session)[offset : offset + limit + 1]
    return _page([alert_json(alert) for alert in found], limit, offset)


def _impact() -> ResponseReturnValue:
    """`object=` (repeated): devices or links that would fail; `now=1`: on top of what has failed already."""
    house = services()
    try:
        devices, links = find(house.network, request.args.getlist("object"))
    except OperatorError as error:
        return answer(404, str(error))
    if not devices and not links:
        return answer(400, gettext("请用 object= 给出设备或线路。"))
    down_devices: frozenset[str] = frozenset()
    down_links: frozenset[str] = frozenset()
    if request.args.get("now") == "1":
        with house.records.reading() as session:
            down_devices, down_links = failing(session, house.network)
    found = what_if(house.network, devices, links, down_devices=down_devices, down_links=down_links)
    called = contacts(house.network, house.roster, found, house.clock.now())
    return jsonify(impact_json(house.network, found, called))


def _window() -> tuple[int, int]:
    return whole_number("limit", 100, least=1, most=LARGEST_PAGE), whole_number("offset", 0)


def _page(found: Sequence[T], limit: int, offset: int) -> Response:
    return jsonify(items=found[:limit], limit=limit, offset=offset, more=len(found) > limit)
