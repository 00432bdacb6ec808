"""How the platform itself fares."""

from collections.abc import Mapping

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.notify.queries import backlog
from dashboard.live.stream import StreamLimit
from dashboard.wall.displays import Displays
from dashboard.web.context import services


def register(pages: Blueprint) -> None:
    """The page."""
    pages.add_url_rule("/status", "status", login_required(_page))


def _page() -> ResponseReturnValue:
    house = services()
    with house.records.reading() as session:
        waiting = backlog(session)
    streams: StreamLimit = current_app.extensions["yunwei-streams"]
    displays: Displays = current_app.extensions["yunwei-displays"]
    report = house.health()
    return render_template(
        "console/status.html",
        health=report,
        figures=flatten({key: value for key, value in report.items() if key != "dropped_messages"}),
        collector=house.live.collector(),
        sight=house.live.sight(),
        waiting=waiting,
        streams=streams,
        displays=displays.present(house.clock.now()),
        mailboxes=house.bus.mailboxes,
        totals={"devices": len(house.network.devices), "agencies": len(house.network.agencies)},
    )


def flatten(report: Mapping[str, object], prefix: str = "") -> list[tuple[str, object]]:
    """A report's figures by dotted names, for a plain table."""
    found: list[tuple[str, object]] = []
    for key, value in report.items():
        if isinstance(value, Mapping):
            found += flatten(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", value))
    return found
