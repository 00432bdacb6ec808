"""The series behind a device's graphs, as JSON for uPlot."""

from typing import Final

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from dashboard.measures.spans import span_of
from dashboard.web.context import services
from dashboard.web.texts import gettext
from storage.metrics.store import Aggregate, Measurement, MetricStoreError, SeriesQuery

GRAPHS: Final = {
    "traffic": (Measurement.INTERFACE, ("in_bps", "out_bps"), Aggregate.MEAN),
    "utilisation": (Measurement.INTERFACE, ("in_util", "out_util"), Aggregate.MAX),
    "errors": (Measurement.INTERFACE, ("in_errors", "out_errors"), Aggregate.MEAN),
    "discards": (Measurement.INTERFACE, ("in_discards", "out_discards"), Aggregate.MEAN),
    "load": (Measurement.DEVICE, ("cpu", "memory"), Aggregate.MEAN),
    "latency": (Measurement.DEVICE, ("rtt_ms",), Aggregate.MEAN),
}


def register(pages: Blueprint) -> None:
    """One address, one graph an answer."""
    pages.add_url_rule("/graphs/<graph>/<path:device>", "graphs", login_required(_graph))


def column_word(column: str) -> str:
    """What a column is called in a legend."""
    return {
        "in_bps": gettext("入向"),
        "out_bps": gettext("出向"),
        "in_util": gettext("入向"),
        "out_util": gettext("出向"),
        "in_errors": gettext("入向"),
        "out_errors": gettext("出向"),
        "in_discards": gettext("入向"),
        "out_discards": gettext("出向"),
        "cpu": gettext("处理器"),
        "memory": gettext("内存"),
        "rtt_ms": gettext("往返时延"),
    }[column]


def _graph(graph: str, device: str) -> ResponseReturnValue:
    house = services()
    if graph not in GRAPHS or device not in house.network.devices:
        abort(404)
    measurement, columns, aggregate = GRAPHS[graph]
    tags = {"device": device}
    if measurement is Measurement.INTERFACE:
        tags["ifname"] = request.args.get("interface", "")
    span = span_of(request.args.get("span"), "24h")
    start, end = span.until(house.clock.now())
    found = []
    try:
        for column in columns:
            query = SeriesQuery(measurement, tags, column, start, end, span.step, aggregate)
            found.append(house.metrics.series(query))
    except MetricStoreError:
        return jsonify(error=gettext("指标库暂时不可用，请稍后再试。")), 503
    return jsonify(
        at=[instant / 1000 for instant in found[0].at],
        series=[
            {"label": column_word(column), "values": list(series.values)}
            for column, series in zip(columns, found, strict=True)
        ],
    )
