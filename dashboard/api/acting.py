"""Who may act by the API, and under which name: a login that may act, or a program with the acting token."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from dashboard.auth.session import visitor
from dashboard.web.context import services
from dashboard.web.errors import answer
from dashboard.web.security import bearer_token, token_is
from dashboard.web.texts import gettext

Body = Mapping[str, Any]


def act(csrf: CSRFProtect, view: Callable[[Body, str], ResponseReturnValue]) -> ResponseReturnValue:
    """Do it for who may, with the JSON object of the request and the name that it is recorded under."""
    who = visitor()
    body = request.get_json(silent=True)
    if body is None and not request.data:
        body = {}
    if not isinstance(body, dict):
        return answer(400, gettext("请求有误，请检查后再试。"))
    if token_is(bearer_token(), services().settings.api_acting_token):
        return view(body, str(body.get("author") or body.get("by") or "").strip())
    if who is None:
        refusal = answer(401, gettext("请先登录，或提供有效的令牌。"))
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="yunwei"'
        return refusal
    csrf.protect()
    if not who.role.may_act:
        return answer(403, gettext("您的角色无权进行此操作。"))
    return view(body, who.name)
