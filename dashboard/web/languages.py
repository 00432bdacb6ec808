"""Chinese first, English complete: `?lang=en` chooses, and a cookie remembers."""

from typing import Final

from flask import Flask, Response, g, request
from flask_babel import Babel  # type: ignore[import-untyped]

LANGUAGES: Final = ("zh", "en")
COOKIE: Final = "lang"
_YEAR_S: Final = 365 * 24 * 3600


def language() -> str:
    """The language of this request: asked for, else remembered, else Chinese."""
    if "language" not in g:
        asked = request.args.get("lang")
        remembered = request.cookies.get(COOKIE)
        g.language = next((found for found in (asked, remembered) if found in LANGUAGES), LANGUAGES[0])
    found: str = g.language
    return found


def use_languages(app: Flask) -> None:
    """Choose the language of each request; message ids are the Chinese texts themselves."""
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=language)
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.cookies.get(COOKIE) != asked and request.endpoint != "wall.stream":
        response.set_cookie(COOKIE, asked, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
