"""Maintenance windows: list, plan, end."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.maintenance import windows
from alerting.maintenance.windows import NewWindow, TargetKind, Window
from dashboard.auth.session import actor, requires
from dashboard.names import division_name
from dashboard.web.context import services
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from foundation.calendar import local, parse
from foundation.clock import DAY, HOUR, MINUTE, Instant
from foundation.problems import OperatorError

PAST = 30 * DAY
"""How far back the list goes."""


def register(pages: Blueprint) -> None:
    """The list with its form, and the two actions."""
    pages.add_url_rule("/maintenance", "maintenance", login_required(_list))
    act = requires(lambda role: role.may_act)
    pages.add_url_rule("/maintenance", "maintenance_plan", act(_plan), methods=["POST"])
    pages.add_url_rule("/maintenance/<int:number>/end", "maintenance_end", act(_end), methods=["POST"])


def _list() -> ResponseReturnValue:
    return _render({}, None)


def _plan() -> ResponseReturnValue:
    house, form = services(), request.form
    now = house.clock.now()
    try:
        window = NewWindow(
            TargetKind(form.get("target_kind", "")),
            _target(form.get("target_kind", ""), form.get("target_id", "").strip()),
            parse(form.get("starts_at", "")),
            parse(form.get("ends_at", "")),
            form.get("reason", ""),
            form.get("approver", ""),
        )
    except ValueError:
        return _render(form.to_dict(), gettext("请选择对象并填写开始、结束时间。")), 400
    try:
        with house.records.transaction() as session:
            windows.plan(session, window, actor(), now, network=house.network)
    except OperatorError:
        return _render(form.to_dict(), _why(window, now)), 400
    flash(gettext("检修窗口已登记。"))
    return redirect(url_for("console.maintenance"))


def _end(number: int) -> ResponseReturnValue:
    house = services()
    try:
        with house.records.transaction() as session:
            windows.end(session, number, actor(), house.clock.now())
        flash(gettext("检修窗口已结束。"))
    except OperatorError:
        flash(gettext("这个检修窗口已经结束，或不存在。"))
    return redirect(url_for("console.maintenance"))


def _render(form: dict[str, str], refusal: str | None) -> str:
    house = services()
    now = house.clock.now()
    with house.records.reading() as session:
        found = windows.list_windows(session, now - PAST)
    order = {"active": 0, "planned": 1, "over": 2}
    found.sort(key=lambda w: (order[standing(w, now)], w.starts_at if w.starts_at > now else -w.starts_at))
    defaults = {"starts_at": _input(now + 5 * MINUTE), "ends_at": _input(now + 2 * HOUR), "target_kind": "division"}
    return render_template(
        "console/maintenance.html",
        windows=found,
        standing=lambda window: standing(window, now),
        form={**defaults, **form},
        refusal=refusal,
        kinds=list(TargetKind),
        target_name=_target_name,
        divisions=[d for d in house.network.divisions.values() if d.parent is not None],
    )


def standing(window: Window, now: Instant) -> str:
    """`active`, `planned` or `over`."""
    if window.is_active(now):
        return "active"
    return "planned" if window.until > now else "over"


def _why(window: NewWindow, now: Instant) -> str:
    """The refusal's first reason, in the language of the request."""
    network = services().network
    known = {"device": network.devices, "agency": network.agencies, "division": network.divisions}
    if window.target_id not in known[window.target_kind]:
        return gettext("没有找到这个对象，请核对编号或名称。")
    if not window.reason.strip() or not window.approver.strip():
        return gettext("请填写原因和批准人。")
    if window.ends_at <= window.starts_at:
        return gettext("结束时间必须晚于开始时间。")
    if window.starts_at < now - 5 * MINUTE:
        return gettext("开始时间不能早于现在：已经发生的中断仍按中断计。")
    return gettext("不能对全省登记检修，请按州市、县区或设备分别登记。")


def _target(kind: str, text: str) -> str:
    """An id as it is; a name that only one object bears becomes its id."""
    network = services().network
    if kind == "division":
        named = [d.code for d in network.divisions.values() if text in {d.name, d.name_en}]
    elif kind == "agency":
        named = [a.id for a in network.agencies.values() if text in {a.name, a.name_en}]
    else:
        named = [d.id for d in network.devices.values() if text == d.name]
    return named[0] if len(named) == 1 else text


def _target_name(window: Window) -> str:
    network, tongue = services().network, language()
    if window.target_kind is TargetKind.DIVISION and window.target_id in network.divisions:
        return division_name(network.divisions[window.target_id], tongue)
    if window.target_kind is TargetKind.AGENCY and window.target_id in network.agencies:
        agency = network.agencies[window.target_id]
        return agency.name_en if tongue == "en" else agency.name
    if window.target_kind is TargetKind.DEVICE and window.target_id in network.devices:
        return network.devices[window.target_id].name
    return window.target_id


def _input(moment: Instant) -> str:
    return local(moment).strftime("%Y-%m-%dT%H:%M")
