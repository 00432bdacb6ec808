"""One interface's page: its figures and its graphs over 24 hours, 30 days or a year."""

from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from collectors.facts import facts_of
from dashboard.console.interfaces import InterfaceRow, interfaces_of
from dashboard.console.rankings import measured, span_word
from dashboard.measures.spans import SPANS
from dashboard.names import device_name, device_place, place_name
from dashboard.portrait.draw import draw
from dashboard.web.context import services
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from storage.measures.interface import FIGURES, Figures, figures
from storage.metrics.store import MetricStoreError

CHOICE: Final = ("24h", "30d", "1y")
UNITS: Final = {"bps": "bps", "util": "%", "errors": "pps", "discards": "pps"}


def register(pages: Blueprint) -> None:
    """The page. An interface's name holds slashes: it is a parameter."""
    pages.add_url_rule("/interfaces/<path:device>", "devices_interface", login_required(_page))


def _page(device: str) -> ResponseReturnValue:
    house, tongue = services(), language()
    network, name = house.network, request.args.get("name", "")
    found = network.devices.get(device)
    if found is None or not name:
        abort(404)
    wanted = request.args.get("span", "")
    span = SPANS[wanted if wanted in CHOICE else "24h"]
    now = house.clock.now()
    with house.records.reading() as session:
        facts = facts_of(session, device)
    known = draw(network, device, facts, house.looks.whole(device)).interfaces.get(name)
    row: InterfaceRow | None = None
    told: dict[str, Figures] = {}
    refused = ""
    try:
        row = next((one for one in interfaces_of(network, house.metrics, device, now) if one.name == name), None)
        told = dict(figures(house.metrics, device, name, span.until(now)))
    except MetricStoreError:
        refused = gettext("指标库暂时不可用，请稍后再试。")
    if not refused and row is None and known is None:
        abort(404)
    return render_template(
        "console/interface.html",
        device=found,
        name=name,
        device_name=device_name(network, device, tongue),
        place=place_name(network, device_place(network, device), tongue),
        other=device_name(network, row.other, tongue) if row is not None and row.other else "",
        row=row,
        known=known,
        span=span,
        choice=CHOICE,
        refused=refused,
        figures=[(_word(column), UNITS[column.partition("_")[2]], told.get(column)) for column in FIGURES],
        span_word=span_word,
        measured=measured,
    )


def _word(column: str) -> str:
    direction, _, kind = column.partition("_")
    way = gettext("入向") if direction == "in" else gettext("出向")
    what = {
        "bps": gettext("流量"),
        "util": gettext("利用率"),
        "errors": gettext("错包"),
        "discards": gettext("丢弃"),
    }[kind]
    return f"{way}{' ' if language() == 'en' else ''}{what}"
