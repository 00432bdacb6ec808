"""Headers, tokens, and addresses to return to."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request

from foundation.settings import Secret

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, and no script or style inside a page."""


def add_security_headers(app: Flask) -> None:
    """Put them on every answer."""
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer" if request.path.startswith("/wall") else "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def token_is(given: str | None, secret: Secret | None) -> bool:
    """Whether a token was given and is the right one, compared in constant time. No secret: no token is right."""
    if not given or secret is None:
        return False
    return hmac.compare_digest(given.encode(), secret.resolve().encode())


def bearer_token() -> str | None:
    """The token of the `Authorization: Bearer …` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def safe_target(target: str | None, otherwise: str) -> str:
    """An address to go on to after a login: only a path on this server, never another host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(ord(letter) < 0x20 for letter in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target
