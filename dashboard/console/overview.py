"""The first page: what is wrong now, and how the day has been."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from dashboard.live.cards import sort_open
from dashboard.names import device_place, place_name, short_division_name
from dashboard.web.context import services
from dashboard.web.languages import language
from topology.model import Tier

SHOWN = 12
"""Open incidents on the first page; the list has them all."""


@dataclass(frozen=True, slots=True)
class PrefectureDay:
    """One prefecture's day."""

    name: str
    availability: float | None
    strip: str


def register(pages: Blueprint) -> None:
    """The page, and the part of it that refreshes itself."""
    pages.add_url_rule("/", "overview", login_required(_page))
    pages.add_url_rule("/overview/live", "overview_live", login_required(_live))


def _page() -> ResponseReturnValue:
    return render_template("console/overview.html", **_context())


def _live() -> ResponseReturnValue:
    return render_template("console/overview_live.html", **_context())


def _context() -> dict[str, object]:
    house, tongue = services(), language()
    live = house.live
    live.refresh()
    picture = live.picture()
    whole, groups = live.day()
    _, opened, _ = live.incidents()
    ordered = sort_open(opened)
    names = [short_division_name(house.network.divisions[code], tongue) for code in live.prefectures]
    days = [PrefectureDay(name, f.availability, f.strip) for name, f in zip(names, groups, strict=True)]
    days.sort(key=lambda day: 2.0 if day.availability is None else day.availability)
    province = next(d for d in house.network.divisions.values() if d.tier is Tier.PROVINCE)
    return {
        "picture": picture,
        "today": whole.availability,
        "incidents": ordered[:SHOWN],
        "open_count": len(ordered),
        "days": days,
        "duty": house.roster.on_duty(province.code, house.clock.now()),
        "place_of": lambda incident: place_name(
            house.network, device_place(house.network, incident.device) or incident.division, tongue
        ),
        "agencies": len(house.network.agencies),
    }
