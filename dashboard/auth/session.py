"""Who is logged in, by Flask-Login, and how long a silent session lives."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from dashboard.accounts.roles import Role
from dashboard.accounts.service import Person, person
from dashboard.web.context import services

P = ParamSpec("P")
R = TypeVar("R")

_SEEN = "seen"
QUIET_HEADER = "X-Yunwei-Quiet"
"""Sent by a page that refreshes itself: that is no sign of a person."""


class Visitor(UserMixin):
    """A logged-in person, in the form Flask-Login wants."""

    def __init__(self, who: Person) -> None:
        self.person = who
        self.id = str(who.id)


def use_sessions(app: Flask) -> None:
    """Load the visitor of each request, and end a session that was silent for too long."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)
    manager.unauthorized_handler(_unauthorized)
    app.before_request(_end_idle_session)
    app.context_processor(lambda: {"visitor": visitor(), "Role": Role})


def visitor() -> Person | None:
    """Who is logged in; None for nobody."""
    return current_user.person if current_user and current_user.is_authenticated else None


def actor() -> str:
    """The visitor's name, for what is recorded. Only where a login is required."""
    who = visitor()
    assert who is not None, "the page requires a login"
    return who.name


def welcome(who: Person) -> None:
    """Begin a session; what the browser's former session held is dropped."""
    session.clear()
    login_user(Visitor(who))
    session[_SEEN] = services().clock.now()


def farewell() -> None:
    """End the session."""
    logout_user()
    session.clear()


def requires(allowed: Callable[[Role], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only for roles that are allowed: others get 403, nobody is sent to the login."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            who = visitor()
            if who is None:
                return cast(R, _unauthorized())
            if not allowed(who.role):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _load(account: str) -> Visitor | None:
    if not account.isdecimal():
        return None
    with services().records.reading() as records:
        who = person(records, int(account))
    return None if who is None else Visitor(who)


def _unauthorized() -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        # htmx would put the login form into the fragment's place; this makes it load the whole page.
        return "", 401, {"HX-Redirect": url_for("auth.login")}
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=target))


def _end_idle_session() -> None:
    if request.endpoint == "static" or "_user_id" not in session:
        return
    now = services().clock.now()
    if now - session.get(_SEEN, 0) > services().settings.session_idle:
        farewell()
    elif QUIET_HEADER not in request.headers and not (request.endpoint or "").startswith("wall."):
        session[_SEEN] = now
