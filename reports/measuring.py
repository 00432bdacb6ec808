"""Reads the load of lines from the metric store. Only this file asks it.

A line is measured at its lower end, or where that has no values at its upper one; its capacity is the declared one,
whatever speed the port has. All lines are ranked by their mean over the month, which roll-ups answer; the peak is read
of the busiest of those alone, since it takes every 5-minute value of the month.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foundation import calendar
from foundation.clock import HOUR, Instant
from reports.load import LinkLoad, MonthLoad, Peak, Way
from reports.naming import Naming
from reports.rows import Name
from reports.shares import Share
from storage.measures.interface import figure
from storage.measures.ranking import QUANTITIES, Object, by_object
from storage.metrics.history import HistoryStore, Span, without_overlap
from storage.metrics.resolutions import HOURLY
from storage.metrics.store import Aggregate, Measurement, MetricStore, MetricStoreError, SeriesQuery
from topology.model import Link
from topology.network import Network

log = logging.getLogger(__name__)

SHOWN: Final = 10
CANDIDATES: Final = 100
"""Lines whose peaks are read: those with the highest means."""

NO_VALUES: Final = Name("本时段没有测得任何线路的流量。", "No traffic of any line was measured in this period.")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line is measured, and the field of each direction there."""

    link: Link
    device: str
    interface: str
    columns: Mapping[Way, str]


def measure_load(network: Network, metrics: HistoryStore, start: Instant, end: Instant) -> MonthLoad:
    """The busiest lines of [start, end). A store that is away, or holds nothing of that time, is told in a note."""
    try:
        return _measured(network, metrics, (start, end))
    except MetricStoreError as error:
        log.warning("The load of lines can't be read for the report: %s", error)
        return unread(start)


def unread(start: Instant) -> MonthLoad:
    """What stands in the report of the month that begins then when the store can't be read."""
    return MonthLoad(notes=(_away(calendar.month_of(start)),))


def _measured(network: Network, metrics: HistoryStore, window: tuple[Instant, Instant]) -> MonthLoad:
    spans = metrics.spans()
    if not spans:
        return MonthLoad(notes=(NO_VALUES,))
    oldest = min(span.start for span in spans)
    if oldest >= window[1]:
        return MonthLoad(notes=(_gone(oldest),))
    peak = Peak.HIGHEST if _only_hours_are_left(spans, window[0]) else Peak.P95
    means = by_object(metrics, QUANTITIES["traffic"], window, Aggregate.MEAN)
    found = []
    for place in _busiest(network, means):
        at_peak = _at_peak(metrics, place, window, peak)
        if at_peak is not None:
            found.append((place, *at_peak))
    found.sort(key=lambda one: (-one[2] / one[0].link.speed_mbps, one[0].link.id))
    naming = Naming(network)
    rows = [
        LinkLoad(
            link=place.link.id,
            name=naming.ends(place.link),
            prefecture=naming.prefecture(naming.division_of(place.link.id)),
            carrier=place.link.carrier,
            speed_mbps=place.link.speed_mbps,
            way=way,
            mean=round(means[place.device, place.interface][place.columns[way]]),
            peak=round(value),
            measured=_share(metrics, place, way, window),
        )
        for place, way, value in found[:SHOWN]
    ]
    return MonthLoad(tuple(rows), peak, _notes(rows, peak, oldest, window[0]))


def _only_hours_are_left(spans: Sequence[Span], start: Instant) -> bool:
    """Whether for some of the time since `start` nothing finer is kept."""
    return any(span.roll_up == HOURLY and span.end > start for span in without_overlap(spans))


def _busiest(network: Network, means: Mapping[Object, Mapping[str, float]]) -> list[_Place]:
    found: list[tuple[float, _Place]] = []
    for link in network.links.values():
        lower = _Place(link, link.lower, link.lower_interface, {Way.DOWN: "in_bps", Way.UP: "out_bps"})
        upper = _Place(link, link.upper, link.upper_interface, {Way.DOWN: "out_bps", Way.UP: "in_bps"})
        for place in (lower, upper):
            values = means.get((place.device, place.interface))
            if values:
                found.append((max(values.values()) / link.speed_mbps, place))
                break
    found.sort(key=lambda one: (-one[0], one[1].link.id))
    return [place for _, place in found[:CANDIDATES]]


def _at_peak(
    metrics: MetricStore, place: _Place, window: tuple[Instant, Instant], peak: Peak
) -> tuple[Way, float] | None:
    aggregate = Aggregate.P95 if peak is Peak.P95 else Aggregate.MAX
    values = {
        way: figure(metrics, place.device, place.interface, column, window, aggregate)
        for way, column in place.columns.items()
    }
    known = [(value, way) for way, value in values.items() if value is not None]
    if not known:
        return None
    value, way = max(known, key=lambda one: one[0])
    return way, value


def _share(metrics: MetricStore, place: _Place, way: Way, window: tuple[Instant, Instant]) -> Share:
    tags = {"device": place.device, "ifname": place.interface}
    query = SeriesQuery(Measurement.INTERFACE, tags, place.columns[way], *window, HOUR)
    values = metrics.series(query).values
    return Share(sum(value is not None for value in values), len(values))


def _notes(rows: Sequence[LinkLoad], peak: Peak, oldest: Instant, start: Instant) -> tuple[Name, ...]:
    if not rows:
        return (NO_VALUES,)
    notes = []
    if oldest >= start + HOUR:
        moment = calendar.stamp(oldest)
        notes.append(
            Name(
                f"留存的测量值始于 {moment}，此前的时间不在负载之内。",
                f"The measured values that are kept begin at {moment}: the time before is not in these figures.",
            )
        )
    if peak is Peak.HIGHEST:
        notes.append(
            Name(
                "本时段的 5 分钟值已超过保存期，无法再算 95 百分位；所列为最高的单个值。",
                "The 5-minute values of this period are past their retention, so there is no 95th percentile any more: "
                "the highest single value stands in its place.",
            )
        )
    return tuple(notes)


def _gone(oldest: Instant) -> Name:
    moment = calendar.stamp(oldest)
    return Name(
        f"指标库中最早的测量值始于 {moment}，本时段没有留存的测量值。",
        f"The oldest measured values that are kept begin at {moment}: there are none of this period.",
    )


def _away(month: str) -> Name:
    command = f"yunwei report month {month}"
    return Name(
        f"生成本报告时读不到指标库，所以没有线路负载。指标库恢复后可用 {command} 重新生成。",
        "The metric store could not be read when this report was made, so no load is shown. Make it again with "
        f"{command} once the store is back.",
    )
