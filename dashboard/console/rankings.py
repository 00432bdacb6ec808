"""The busiest, the most faulty, the slowest: a ranking of interfaces or devices over a scope."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from dashboard.measures.patience import is_too_much
from dashboard.measures.spans import SPANS, span_of
from dashboard.names import device_name, device_place, place_name
from dashboard.web.context import services
from dashboard.web.formats import bits
from dashboard.web.languages import language
from dashboard.web.texts import gettext
from storage.measures.ranking import AGGREGATES, QUANTITIES, RankingRow, ranking
from storage.metrics.store import Aggregate, Measurement, MetricStoreError
from topology.model import Tier

LIMITS: Final = (10, 20, 50, 100)


def register(pages: Blueprint) -> None:
    """The page; its rows alone for a change of the choice."""
    pages.add_url_rule("/rankings", "rankings", login_required(_page))


def quantity_word(name: str) -> str:
    """What is ranked by."""
    return {
        "utilisation": gettext("接口利用率"),
        "traffic": gettext("接口流量"),
        "errors": gettext("接口错包"),
        "discards": gettext("接口丢弃"),
        "cpu": gettext("处理器"),
        "memory": gettext("内存"),
        "temperature": gettext("温度"),
        "latency": gettext("往返时延"),
        "loss": gettext("丢包率"),
    }[name]


def span_word(name: str) -> str:
    """A length of time up to now."""
    return {
        "1h": gettext("近 1 小时"),
        "2h": gettext("近 2 小时"),
        "24h": gettext("近 24 小时"),
        "7d": gettext("近 7 天"),
        "30d": gettext("近 30 天"),
        "1y": gettext("近 1 年"),
    }[name]


def aggregate_word(aggregate: str) -> str:
    """How a time's values become one."""
    return {"mean": gettext("平均"), "max": gettext("最高"), "p95": gettext("95 百分位")}[aggregate]


def measured(value: float | None, unit: str) -> str:
    """A value with its unit: `12.4 Mbps`, `71.3 %`."""
    if value is None:
        return "—"
    if unit == "bps":
        return bits(value)
    word = gettext("包/秒") if unit == "pps" else unit
    # What is small is not nothing: an error an hour is 0.00028 a second.
    return f"{value:.2g} {word}" if 0 < value < 0.005 else f"{value:.2f} {word}"


def _page() -> ResponseReturnValue:
    house, tongue = services(), language()
    network, asked = house.network, request.args
    name = asked.get("by", "")
    name = name if name in QUANTITIES else "utilisation"
    quantity = QUANTITIES[name]
    span = span_of(asked.get("span"), "24h")
    wanted = asked.get("aggregate", "")
    aggregate = Aggregate(wanted) if wanted in AGGREGATES else Aggregate.MEAN
    divisions = network.divisions
    province = next(d for d in divisions.values() if d.tier is Tier.PROVINCE)
    prefecture = divisions.get(asked.get("prefecture", ""))
    county = divisions.get(asked.get("county", ""))
    if county is not None and (prefecture is None or county.parent != prefecture.code):
        county = None
    scope = county or prefecture or province
    limit = int(asked["limit"]) if asked.get("limit", "") in map(str, LIMITS) else 20
    rows: list[RankingRow] = []
    refused = ""
    if is_too_much(network, scope.code, span, aggregate):
        refused = gettext("95 百分位要排序全部测量值：全省和州市范围只算近 1 小时，更长时间请选一个县区。")
    else:
        try:
            window = span.until(house.clock.now())
            rows = ranking(network, house.metrics, quantity, scope.code, window, aggregate, limit)
        except MetricStoreError:
            refused = gettext("指标库暂时不可用，请稍后再试。")
    highest = 100.0 if quantity.unit == "%" else max((row.value for row in rows), default=0.0)
    partial = request.headers.get("HX-Request") is not None
    return render_template(
        "console/rankings_rows.html" if partial else "console/rankings.html",
        partial=partial,
        rows=rows,
        refused=refused,
        name=name,
        quantity=quantity,
        is_interface=quantity.measurement is Measurement.INTERFACE,
        highest=highest,
        span=span,
        aggregate=aggregate,
        limit=limit,
        scope=scope,
        prefecture=prefecture,
        county=county,
        quantities=list(QUANTITIES),
        spans=[one for one in SPANS if one != "2h"],
        aggregates=AGGREGATES,
        limits=LIMITS,
        prefectures=[d for d in divisions.values() if d.tier is Tier.PREFECTURE],
        counties=[] if prefecture is None else [d for d in divisions.values() if d.parent == prefecture.code],
        quantity_word=quantity_word,
        span_word=span_word,
        aggregate_word=aggregate_word,
        measured=measured,
        name_of=lambda device: device_name(network, device, tongue),
        place_of=lambda device: place_name(network, device_place(network, device), tongue),
    )
