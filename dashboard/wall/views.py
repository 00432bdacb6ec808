"""The wall's addresses: the page, its sizes as a style sheet, its stream, and where walls report their own health."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from dashboard.live.frames import FrameWriter
from dashboard.live.stream import StreamLimit, follow
from dashboard.names import short_division_name
from dashboard.services import Services
from dashboard.wall.access import watchers_only
from dashboard.wall.displays import Displays, parse
from dashboard.wall.geometry import Geometry, geometry
from dashboard.wall.sizes import units_per_arcminute
from dashboard.wall.words import wall_words
from dashboard.web.context import source
from dashboard.web.errors import answer
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from topology.model import Tier

RETRY_AFTER_S = 15


def wall_pages(house: Services, csrf: CSRFProtect, limit: StreamLimit, displays: Displays) -> Blueprint:
    """The blueprint. The map is drawn once, here."""
    pages = Blueprint("wall", __name__)
    province = next(d for d in house.network.divisions.values() if d.tier is Tier.PROVINCE)
    frames = FrameWriter(house.live, house.network, house.roster, house.clock, house.build, province.code, house.health)
    drawing = geometry(house.network, house.cartogram)
    tiers = [d.tier for d in house.network.divisions.values()]
    totals = {
        "prefectures": tiers.count(Tier.PREFECTURE),
        "counties": tiers.count(Tier.COUNTY),
        "agencies": len(house.network.agencies),
    }

    @pages.get("/wall")
    @watchers_only
    def page() -> ResponseReturnValue:
        tongue = language()
        return render_template(
            "wall/wall.html",
            config=_config(house, drawing, tongue),
            drawing=drawing,
            totals=totals,
            province_name=short_division_name(province, tongue) if tongue == "en" else province.name,
            calibrate="calibrate" in request.args,
            token=request.args.get("token"),
            tongue=tongue,
        )

    @pages.get("/wall/layout.css")
    @watchers_only
    def layout() -> ResponseReturnValue:
        wall = house.settings.wall
        arc = units_per_arcminute(wall.distance_m, wall.picture_height_mm)
        sheet = render_template("wall/layout.css", arc=arc, drawing=drawing)
        return Response(sheet, mimetype="text/css")

    @pages.get("/wall/stream")
    @watchers_only
    def stream() -> ResponseReturnValue:
        if house.live.closed or not limit.enter():
            refusal = answer(503, gettext("打开的大屏过多，请稍候再试。"))
            refusal.headers["Retry-After"] = str(RETRY_AFTER_S)
            return refusal
        response = Response(follow(house.live, frames, house.clock, language()), mimetype="text/event-stream")
        # Called when the server is done with the answer, however it ends and even when nothing was sent.
        response.call_on_close(limit.leave)
        response.headers["X-Accel-Buffering"] = "no"
        return response

    @pages.get("/wall/snapshot")
    @watchers_only
    def snapshot() -> ResponseReturnValue:
        house.live.refresh()
        return jsonify(frames.snapshot(language()))

    @pages.post("/wall/health")
    @watchers_only
    def health() -> ResponseReturnValue:
        try:
            displays.report(parse(request.get_json(silent=True), house.clock.now(), source()))
        except ValueError:
            abort(400)
        return "", 204

    # A display has no session, so nothing that a foreign page could ride on.
    csrf.exempt(health)
    return pages


def _config(house: Services, drawing: Geometry, tongue: str) -> dict[str, Any]:
    """What the wall's script is told."""
    divisions = house.network.divisions
    return {
        "stream": _with_token("/wall/stream", tongue),
        "health": _with_token("/wall/health", tongue),
        "language": tongue,
        "build": house.build,
        "radius": drawing.radius,
        "nodes": drawing.nodes,
        "prefectures": {code: short_division_name(divisions[code], tongue) for code in house.live.prefectures},
        "order": house.live.prefectures,
        "cellPrefectures": house.live.groups,
        "words": wall_words(),
    }


def _with_token(path: str, tongue: str) -> str:
    query = {"lang": tongue}
    token = request.args.get("token")
    if token:
        query["token"] = token
    return f"{path}?{urlencode(query)}"
