"""The console's blueprint: every page needs a login."""

from flask import Blueprint, Flask

from dashboard.console import (
    alerts,
    audit,
    devices,
    graphs,
    impact,
    incident_actions,
    incidents,
    interface_page,
    maintenance,
    messages,
    network,
    overview,
    rankings,
    reports,
    status,
)
from dashboard.console.navigation import navigation
from dashboard.words import WORDS


def use_console(app: Flask) -> None:
    """Register all pages, and what their templates call."""
    pages = Blueprint("console", __name__)
    for part in (
        overview, incidents, incident_actions, devices, interface_page, network, graphs, rankings, alerts, messages,
        maintenance, impact, reports, status, audit,
    ):  # fmt: skip
        part.register(pages)
    app.register_blueprint(pages)
    # Globals, not a context: macros see them too.
    app.jinja_env.globals.update(navigation=navigation, **WORDS)
