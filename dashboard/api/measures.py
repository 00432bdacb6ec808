"""`/api/v1/rankings` and `/api/v1/series`: what was measured, from the metric store. State is in neither.

As stable as the fields of `dashboard.api.shapes`.
"""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.measures.patience import is_too_much
from dashboard.measures.spans import span_of
from dashboard.web.context import services, whole_number
from dashboard.web.errors import answer
from dashboard.web.texts import gettext
from storage.measures.ranking import AGGREGATES, QUANTITIES, ranking
from storage.metrics.store import (
    Aggregate,
    Measurement,
    MetricRefusedError,
    MetricStoreError,
    SeriesQuery,
)
from topology.model import Tier

MOST_PLACES = 1000


def rankings() -> ResponseReturnValue:
    """`by`, `scope` (a division's code), `span`, `aggregate`, `limit`."""
    house = services()
    network, asked = house.network, request.args
    quantity = QUANTITIES.get(asked.get("by", "utilisation"))
    province = next(d.code for d in network.divisions.values() if d.tier is Tier.PROVINCE)
    scope = asked.get("scope", province)
    if quantity is None or scope not in network.divisions:
        return answer(404, gettext("没有这个排行项目或区划。"))
    aggregate = _aggregate()
    span = span_of(asked.get("span"), "24h")
    if is_too_much(network, scope, span, aggregate):
        return answer(400, gettext("95 百分位要排序全部测量值：全省和州市范围只算近 1 小时，更长时间请选一个县区。"))
    start, end = window = span.until(house.clock.now())
    limit = whole_number("limit", 20, least=1, most=MOST_PLACES)
    try:
        rows = ranking(network, house.metrics, quantity, scope, window, aggregate, limit)
    except MetricStoreError:
        return answer(503, gettext("指标库暂时不可用，请稍后再试。"))
    return jsonify(
        start=start,
        end=end,
        unit=quantity.unit,
        items=[
            {"device": row.device, "interface": row.interface, "value": row.value, "fields": dict(row.by_column)}
            for row in rows
        ],
    )


def series() -> ResponseReturnValue:
    """`device`, `interface` (of an interface's field), `field`, `aggregate`; `span`, or `start`, `end` and `step`."""
    house = services()
    asked = request.args
    device = asked.get("device", "")
    if device not in house.network.devices:
        return answer(404, gettext("没有这个设备。"))
    tags = {"device": device}
    measurement = Measurement.DEVICE
    if "interface" in asked:
        tags["ifname"], measurement = asked["interface"], Measurement.INTERFACE
    span = span_of(asked.get("span"), "24h")
    start, end = span.until(house.clock.now())
    latest = 1 << 53
    start = whole_number("start", start, most=latest)
    end = whole_number("end", end, most=latest)
    step = whole_number("step", span.step, least=1000, most=latest)
    query = SeriesQuery(measurement, tags, asked.get("field", ""), start, end, step, _aggregate())
    try:
        found = house.metrics.series(query)
    except MetricRefusedError as error:
        return answer(400, str(error))
    except MetricStoreError:
        return answer(503, gettext("指标库暂时不可用，请稍后再试。"))
    return jsonify(start=start, end=end, step=step, at=list(found.at), values=list(found.values))


def _aggregate() -> Aggregate:
    """The one that is asked for; the mean for none, and for one that is not known."""
    wanted = request.args.get("aggregate", "")
    known = {str(one): one for one in (*AGGREGATES, Aggregate.MIN, Aggregate.LAST)}
    return known.get(wanted, Aggregate.MEAN)
