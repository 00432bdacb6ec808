"""Maintenance windows: list, plan, check before planning, end and cancel."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.maintenance import planning, windows
from alerting.maintenance.asking import ask
from alerting.maintenance.findings import Extent, Finding, Level, Linter
from alerting.maintenance.planning import WindowRefusedError
from alerting.maintenance.targets import TargetKind
from alerting.maintenance.windows import NewWindow, Standing, Window
from dashboard.auth.session import actor, requires
from dashboard.names import division_name
from dashboard.web.context import services, source
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from foundation.calendar import local
from foundation.clock import DAY, HOUR, MINUTE, Instant
from foundation.problems import OperatorError

PAST: Final = 30 * DAY
"""How far back the list goes."""

_ORDER: Final = (Standing.ACTIVE, Standing.PLANNED, Standing.OVER, Standing.CANCELLED)


def register(pages: Blueprint) -> None:
    """The list with its form, the check of what the form holds, and the actions."""
    pages.add_url_rule("/maintenance", "maintenance", login_required(_list))
    pages.add_url_rule("/maintenance/live", "maintenance_live", login_required(_live))
    act = requires(lambda role: role.may_act)
    pages.add_url_rule("/maintenance", "maintenance_plan", act(_plan), methods=["POST"])
    pages.add_url_rule("/maintenance/check", "maintenance_check", act(_check), methods=["POST"])
    pages.add_url_rule("/maintenance/<int:number>/end", "maintenance_end", act(_end), methods=["POST"])


def linter() -> Linter:
    """The linter of the network that is watched."""
    house = services()
    return Linter(house.network, house.maintenance)


def _list() -> ResponseReturnValue:
    return _page({}, [])


def _live() -> ResponseReturnValue:
    return render_template("console/maintenance_live.html", **_shown())


def _plan() -> ResponseReturnValue:
    house, form = services(), request.form
    try:
        window = _asked()
        with house.records.transaction() as session:
            planning.plan(
                session, window, actor(), house.clock.now(),
                linter=linter(), confirmed=form.get("confirmed", "").split(","), source=source(),
            )  # fmt: skip
    except WindowRefusedError as error:
        return _page(form.to_dict(), error.findings), 400
    flash(gettext("检修窗口已登记。"))
    return redirect(url_for("console.maintenance"))


def _check() -> ResponseReturnValue:
    """What planning would say about the form as it stands, and whom the window would concern."""
    house = services()
    now = house.clock.now()
    extent: Extent | None = None
    try:
        window = _asked()
    except WindowRefusedError as error:
        found = error.findings
    else:
        judge = linter()
        with house.records.reading() as session:
            found = judge.new(window, actor(), windows.list_windows(session, now), now)
        extent = judge.extent(window)
    # What is still empty is no mistake yet.
    unsaid = {f"no-{key}" for key in ("reason", "approver") if not request.form.get(key, "").strip()}
    if not request.form.get("target_id", "").strip():
        unsaid |= {"unknown-target", "matches-nothing"}
    found = [one for one in found if one.code not in unsaid]
    return render_template(
        "console/maintenance_findings.html",
        findings=found,
        extent=extent,
        confirmed=request.form.get("confirmed"),
        sentence=_sentence,
    )


def _end(number: int) -> ResponseReturnValue:
    house = services()
    try:
        with house.records.transaction() as session:
            planning.end(session, number, actor(), house.clock.now(), source=source())
        flash(gettext("检修窗口已结束。"))
    except OperatorError:
        flash(gettext("这个检修窗口已经结束，或不存在。"))
    return redirect(url_for("console.maintenance"))


def _asked() -> NewWindow:
    house, form = services(), request.form
    return ask(
        house.network,
        kind=form.get("target_kind", ""),
        target=form.get("target_id", ""),
        starts_at=form.get("starts_at", ""),
        ends_at="" if form.get("open_ended") == "1" else form.get("ends_at", "") or "?",
        reason=form.get("reason", ""),
        approver=form.get("approver", ""),
        announced_at=form.get("announced_at", ""),
        now=house.clock.now(),
    )


def _page(form: dict[str, str], findings: list[Finding]) -> str:
    house = services()
    now = house.clock.now()
    defaults = {"starts_at": _input(now + 5 * MINUTE), "ends_at": _input(now + 2 * HOUR), "target_kind": "division"}
    return render_template(
        "console/maintenance.html",
        form={**defaults, **form},
        findings=findings,
        extent=None,
        confirmed=form.get("confirmed"),
        kinds=list(TargetKind),
        divisions=[d for d in house.network.divisions.values() if d.parent is not None],
        **_shown(),
    )


def _shown() -> dict[str, Any]:
    """What the list shows: what lasts first, then what is planned, then what is over, the latest first."""
    house = services()
    now = house.clock.now()
    with house.records.reading() as session:
        found = windows.list_windows(session, now - PAST)
    standing = {window.id: window.standing(now) for window in found}
    found.sort(key=lambda w: (_ORDER.index(standing[w.id]), w.starts_at if w.starts_at > now else -w.starts_at))
    judge = linter()
    alive = [window for window in found if standing[window.id] in _ORDER[:2]]
    remarks = {window.id: [one for one in judge.recorded(window, alive, now) if _worth(one)] for window in alive}
    return {
        "windows": found,
        "standing": standing,
        "remarks": remarks,
        "now": now,
        "target_name": _target_name,
        "sentence": _sentence,
    }


def _worth(finding: Finding) -> bool:
    """Whether a finding about a recorded window is worth a line: its size was confirmed, and columns show the rest."""
    return finding.level is not Level.NOTE and finding.code != "large"


def _sentence(finding: Finding) -> str:
    return finding.text_en if language() == "en" else finding.text


def _target_name(window: Window) -> str:
    apart = ", " if language() == "en" else "、"
    return apart.join(_piece_name(kind, target) for kind, target in window.pieces)


def _piece_name(kind: TargetKind, target: str) -> str:
    network, tongue = services().network, language()
    if kind is TargetKind.DIVISION and target in network.divisions:
        return division_name(network.divisions[target], tongue)
    if kind is TargetKind.AGENCY and target in network.agencies:
        agency = network.agencies[target]
        return agency.name_en if tongue == "en" else agency.name
    if kind is TargetKind.DEVICE and target in network.devices:
        return network.devices[target].name
    if kind is TargetKind.LINK and target in network.links:
        link = network.links[target]
        return f"{network.devices[link.lower].name} – {network.devices[link.upper].name}"
    return target


def _input(moment: Instant) -> str:
    return local(moment).strftime("%Y-%m-%dT%H:%M")
