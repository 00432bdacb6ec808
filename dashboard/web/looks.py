"""Light or dark: by the browser's own wish, or by `?theme=`, remembered in a cookie."""

from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, request

THEMES: Final = ("auto", "light", "dark")
_YEAR_S: Final = 365 * 24 * 3600


def theme() -> str:
    """The theme of this request."""
    for found in (request.args.get("theme"), request.cookies.get("theme")):
        if found in THEMES:
            return str(found)
    return THEMES[0]


def with_query(**changes: str | int) -> str:
    """The address of this page with some parameters changed: for pagers, filters and switches."""
    query = {key: value for key, value in request.args.items() if key not in {"lang", "theme"} or key in changes}
    query.update({key: str(value) for key, value in changes.items()})
    return f"?{urlencode(query)}"


def use_looks(app: Flask) -> None:
    """Remember a theme that was asked for, and hand these to the templates."""
    app.after_request(_remember)
    app.context_processor(lambda: {"theme": theme()})
    app.jinja_env.globals["with_query"] = with_query


def _remember(response: Response) -> Response:
    asked = request.args.get("theme")
    if asked in THEMES:
        response.set_cookie("theme", asked, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
