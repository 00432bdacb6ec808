"""`/api/v1/maintenance`: read, check, plan, end and cancel maintenance windows.

Who is logged in and may act plans in their own name, with the page's CSRF token as `X-CSRFToken`. A program plans with
`dashboard.api_acting_token`, and names in `author` (and `by`) the person it acts for.
"""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from alerting.maintenance import planning, windows
from alerting.maintenance.asking import ask
from alerting.maintenance.findings import CONFIRMABLE, Extent
from alerting.maintenance.planning import WindowRefusedError
from alerting.maintenance.shape import check_json, finding_json, window_json
from alerting.maintenance.targets import APART, TargetKind
from alerting.maintenance.windows import NewWindow, Standing
from dashboard.api.acting import Body, act
from dashboard.console.maintenance import PAST, linter
from dashboard.web.context import services, source
from dashboard.web.errors import answer
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from foundation.problems import OperatorError

_TEXTS: Final = ("kind", "target", "starts_at", "ends_at", "reason", "approver", "announced_at")

Guard = Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]


def register(pages: Blueprint, csrf: CSRFProtect, reading: Guard) -> None:
    """All addresses; `reading` guards those that only read."""

    def acting(view: Callable[[Body, str], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        return lambda: act(csrf, view)

    def acting_on(view: Callable[[Body, str, int], ResponseReturnValue]) -> Callable[[int], ResponseReturnValue]:
        return lambda number: act(csrf, lambda body, who: view(body, who, number))

    pages.add_url_rule("/maintenance", "maintenance", reading(_list))
    pages.add_url_rule("/maintenance/<int:number>", "maintenance_one", reading(_one))
    pages.add_url_rule("/maintenance", "maintenance_plan", acting(_plan), methods=["POST"])
    pages.add_url_rule("/maintenance/check", "maintenance_check", acting(_check), methods=["POST"])
    pages.add_url_rule("/maintenance/<int:number>/end", "maintenance_end", acting_on(_end), methods=["POST"])
    pages.add_url_rule("/maintenance/<int:number>/cancel", "maintenance_cancel", acting_on(_cancel), methods=["POST"])


def _list() -> ResponseReturnValue:
    """`scope=open` (default): planned or lasting; `scope=all`: those of the last 30 days too."""
    house = services()
    now = house.clock.now()
    since = now - PAST if request.args.get("scope") == "all" else now
    with house.records.reading() as session:
        found = windows.list_windows(session, since)
    return jsonify(items=[window_json(window, now) for window in found])


def _one(number: int) -> ResponseReturnValue:
    house = services()
    now = house.clock.now()
    with house.records.reading() as session:
        window = windows.window(session, number)
        others = windows.list_windows(session, now)
    if window is None:
        return answer(404, gettext("没有找到这个页面或对象，它可能已被移除。"))
    judge = linter()
    alive = window.standing(now) in (Standing.ACTIVE, Standing.PLANNED)
    found = judge.recorded(window, others, now) if alive else []
    return jsonify(**window_json(window, now), **check_json(found, judge.extent(window)))


def _plan(body: Body, who: str) -> ResponseReturnValue:
    house = services()
    now = house.clock.now()
    wanted = body.get("confirmed") or ()
    confirmed = CONFIRMABLE if wanted is True else [str(code) for code in wanted if isinstance(wanted, list)]
    try:
        window = _asked(body)
        with house.records.transaction() as session:
            number = planning.plan(
                session, window, who, now, linter=linter(), confirmed=confirmed, source=source()
            )  # fmt: skip
            recorded = windows.window(session, number)
    except WindowRefusedError as error:
        return _refused(error)
    assert recorded is not None
    response = jsonify(**window_json(recorded, now))
    response.status_code = 201
    return response


def _check(body: Body, who: str) -> ResponseReturnValue:
    """What planning would say, and whom the window would concern; nothing is saved."""
    house = services()
    now = house.clock.now()
    extent: Extent | None = None
    try:
        window = _asked(body)
    except WindowRefusedError as error:
        found = error.findings
    else:
        judge = linter()
        with house.records.reading() as session:
            found = judge.new(window, who, windows.list_windows(session, now), now)
        extent = judge.extent(window)
    return jsonify(**check_json(found, extent))


def _end(_body: Body, who: str, number: int) -> ResponseReturnValue:
    return _over(number, who, planning.end)


def _cancel(_body: Body, who: str, number: int) -> ResponseReturnValue:
    return _over(number, who, planning.cancel)


def _over(number: int, who: str, how: Callable[..., None]) -> ResponseReturnValue:
    house = services()
    now = house.clock.now()
    if not who:
        return answer(422, gettext("请在 by 中写明由谁操作。"))
    with house.records.transaction() as session:
        if windows.window(session, number) is None:
            return answer(404, gettext("没有找到这个页面或对象，它可能已被移除。"))
        try:
            how(session, number, who, now, source=source())
        except OperatorError as error:
            return answer(409, str(error))
        window = windows.window(session, number)
    assert window is not None
    return jsonify(**window_json(window, now))


def _asked(body: Body) -> NewWindow:
    house = services()
    texts = {key: str(body.get(key) or "") for key in _TEXTS}
    targets = body.get("targets")
    if isinstance(targets, list) and all(isinstance(one, dict) for one in targets):
        named = (f"{one.get('kind') or ''}:{one.get('target') or ''}" for one in targets)
        texts |= {"kind": TargetKind.SEVERAL.value, "target": APART.join(named)}
    return ask(house.network, now=house.clock.now(), **texts)


def _refused(error: WindowRefusedError) -> Response:
    english = language() == "en"
    sentence = " ".join(one.text_en if english else one.text for one in error.reasons)
    response = answer(422, sentence)
    response.set_data(
        jsonify(error={"status": 422, "message": sentence}, findings=[finding_json(one) for one in error.findings]).data
    )
    return response
