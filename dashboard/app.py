"""The Flask application: one factory that ties the pages together."""

import secrets

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from dashboard.api.ops import ops_pages
from dashboard.api.views import api_pages
from dashboard.auth.session import use_sessions
from dashboard.auth.views import auth_pages
from dashboard.console.pages import use_console
from dashboard.live.stream import StreamLimit
from dashboard.services import Services
from dashboard.wall.displays import Displays
from dashboard.wall.views import wall_pages
from dashboard.web.access_log import log_access
from dashboard.web.context import EXTENSION
from dashboard.web.errors import handle_errors
from dashboard.web.formats import use_formats
from dashboard.web.languages import language, use_languages
from dashboard.web.looks import use_looks
from dashboard.web.security import add_security_headers

LARGEST_REQUEST = 256 * 1024
"""Bytes; no form of ours comes near it."""


def create_app(services: Services) -> Flask:
    """The application, ready for `dashboard.server.WebServer` or a test client.

    Raises OperatorError when a secret it needs can't be read.
    """
    settings = services.settings
    app = Flask(__name__)
    app.extensions[EXTENSION] = services
    app.config.update(
        SECRET_KEY=settings.secret_key.resolve() if settings.secret_key is not None else secrets.token_hex(32),
        SESSION_COOKIE_NAME="yunwei",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=None,  # asked for each time, answered 304: modules of two builds never meet
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"language": language(), "build": services.build})
    app.jinja_env.globals["tongue"] = language
    log_access(app, services.clock)
    use_languages(app)
    use_sessions(app)
    use_looks(app)
    use_formats(app, services.clock)
    handle_errors(app)
    add_security_headers(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    streams, displays = StreamLimit(settings.wall.streams), Displays()
    app.extensions["yunwei-streams"], app.extensions["yunwei-displays"] = streams, displays
    app.register_blueprint(auth_pages(limiter))
    use_console(app)
    app.register_blueprint(api_pages(csrf))
    app.register_blueprint(ops_pages(services, streams))
    app.register_blueprint(wall_pages(services, csrf, streams, displays))
    return app
