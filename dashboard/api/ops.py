"""What watches the watcher: `/metrics` for Prometheus, `/healthz` for a supervisor."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from dashboard.live.stream import StreamLimit
from dashboard.services import Services
from dashboard.web.errors import answer
from dashboard.web.security import bearer_token, token_is


def ops_pages(house: Services, streams: StreamLimit) -> Blueprint:
    """The blueprint; the dashboard's own figures are added to the platform's registry."""
    pages = Blueprint("ops", __name__)
    _own_figures(house, streams, house.registry)

    @pages.get("/metrics")
    def metrics() -> ResponseReturnValue:
        secret = house.settings.metrics_token
        if secret is not None and not token_is(bearer_token(), secret):
            refusal = answer(401, "/metrics needs its bearer token.")
            refusal.headers["WWW-Authenticate"] = 'Bearer realm="yunwei"'
            return refusal
        return Response(generate_latest(house.registry), content_type=CONTENT_TYPE_LATEST)

    @pages.get("/healthz")
    def healthz() -> ResponseReturnValue:
        report = house.health()
        return jsonify(dict(report)), 503 if report.get("status") == "failing" else 200

    return pages


def _own_figures(house: Services, streams: StreamLimit, registry: CollectorRegistry) -> None:
    """Figures that are read when they are asked for."""
    running = Gauge("yunwei_wall_streams", "Walls that are connected.", registry=registry)
    running.set_function(lambda: streams.running)
    limit = Gauge("yunwei_wall_streams_limit", "Walls that may be connected at once.", registry=registry)
    limit.set(streams.limit)
    age = Gauge("yunwei_collector_age_seconds", "Since the collector's last word.", registry=registry)
    age.set_function(lambda: _seconds(house.live.sight()[1]))
    agencies = Gauge("yunwei_agencies", "Agencies by state.", ["state"], registry=registry)
    for state in ("up", "degraded", "down", "unreachable", "maintenance", "unknown"):
        agencies.labels(state).set_function(_count(house, state))
    opened = Gauge("yunwei_open_incidents", "Incidents that nobody closed.", registry=registry)
    opened.set_function(lambda: len(house.live.incidents()[1]))


def _count(house: Services, state: str) -> Callable[[], float]:
    return lambda: house.live.picture().counts[state]


def _seconds(milliseconds: int | None) -> float:
    return float("nan") if milliseconds is None else milliseconds / 1000
