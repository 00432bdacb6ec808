"""One line a request, without its query: tokens in addresses are never written down."""

import logging

from flask import Flask, Response, g, request

from foundation.clock import Clock

_log = logging.getLogger(__name__)


def log_access(app: Flask, clock: Clock) -> None:
    """Log each answer with its path, status and time taken."""

    def begin() -> None:
        g.began = clock.monotonic()

    def end(response: Response) -> Response:
        # Reading is what pages do all day; what changes something, or goes wrong, is worth a line.
        quiet = response.status_code < 400 and (request.method in {"GET", "HEAD"} or request.endpoint == "wall.health")
        _log.log(
            logging.DEBUG if quiet else logging.INFO,
            "%s %s was answered with %d.",
            request.method,
            request.path,
            response.status_code,
            extra={"ms": round((clock.monotonic() - g.get("began", clock.monotonic())) * 1000, 1)},
        )
        return response

    app.before_request(begin)
    app.after_request(end)
