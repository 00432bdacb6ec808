"""The list of alerts: machine-owned conditions: open ones, those that are over and unacknowledged, or all."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.alerts.queries import open_alerts, recent_alerts, unacknowledged_alerts
from dashboard.console.paging import asked_offset, cut, slice_of
from dashboard.names import device_place, place_name, why_suppressed
from dashboard.web.context import services
from dashboard.web.languages import language

PAGE = 50


def register(pages: Blueprint) -> None:
    """The list."""
    pages.add_url_rule("/alerts", "alerts", login_required(_list))


def _list() -> ResponseReturnValue:
    house, offset = services(), asked_offset()
    asked = request.args.get("scope", "")
    scope = asked if asked in ("all", "unacknowledged") else "open"
    with house.records.reading() as session:
        opened, unacknowledged = open_alerts(session), unacknowledged_alerts(session)
        if scope != "all":
            page = slice_of(opened if scope == "open" else unacknowledged, offset, PAGE)
        else:
            page = cut(recent_alerts(session, PAGE + 1, offset), offset, PAGE)
    return render_template(
        "console/alerts.html",
        page=page,
        scope=scope,
        open_count=len(opened),
        unacknowledged_count=len(unacknowledged),
        why=lambda alert: why_suppressed(house.network, alert.suppressed_by, language()),
        place_of=lambda alert: place_name(
            house.network, device_place(house.network, alert.device) or alert.division, language()
        ),
    )
