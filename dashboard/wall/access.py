"""Who may see the wall: a display with the read-only token, or a person who is logged in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.auth.session import visitor
from dashboard.web.context import services
from dashboard.web.errors import answer
from dashboard.web.security import token_is

P = ParamSpec("P")


def may_watch() -> bool:
    """By the token in the address, or by a session."""
    return token_is(request.args.get("token"), services().settings.wall.token) or visitor() is not None


def watchers_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """The page sends strangers to the login; its streams and posts answer them 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if may_watch():
            return view(*args, **kwargs)
        if request.endpoint == "wall.page":
            return redirect(url_for("auth.login", next=url_for("wall.page")))
        return answer(401, "The wall needs its display token, or a login.")

    return guarded
