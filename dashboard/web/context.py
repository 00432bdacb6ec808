"""The services of the application that answers the present request."""

from typing import Final, cast

from flask import current_app, request

from dashboard.services import Services

EXTENSION: Final = "yunwei"


def services() -> Services:
    """What `create_app` was given."""
    return cast(Services, current_app.extensions[EXTENSION])


def source() -> str:
    """Where the request comes from, for the audit trail."""
    return request.remote_addr or "?"


def whole_number(name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
    """A whole number from the query, kept within bounds; the default when it is none."""
    try:
        return min(max(int(request.args.get(name, default)), least), most)
    except ValueError:
        return default
