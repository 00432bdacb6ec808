"""What each kind of slow rule finds for every object that it covers: pure but for the questions to the past."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import TypeVar

from alerting.rules.metrics import METRICS
from alerting.rules.surveyed import BaselineRule, ForecastRule, RatioRule, SurveyRule
from alerting.survey.past import Past, Place
from alerting.survey.shares import share_of_packets
from alerting.survey.trend import trend_of
from alerting.survey.usual import usual_of
from foundation.clock import DAY, HOUR, Instant
from storage.metrics.store import Measurement

R = TypeVar("R", bound=SurveyRule)
WEEK = 7 * DAY

Fitted = Callable[[R, Place], R | None]
"""The rule as it stands for an object; None where it does not cover it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one object. Between firing and calm nothing is said, so that nothing flaps."""

    place: Place
    metric: str
    holds: bool
    value: float
    text: str = ""
    text_en: str = ""


def ratios(
    rule: RatioRule, past: Past, now: Instant, fitted: Fitted[RatioRule], unseen: Callable[[Instant, Instant], Set[str]]
) -> Iterator[Verdict]:
    """Shares over the window. A device that was away in it, as `unseen` tells, lost no polls: it was down."""
    start = now - rule.over
    if rule.of == "lost_polls":
        away = unseen(start, now)
        means = past.means(Measurement.DEVICE, "loss", start, now)
        shares = {place: value for place, value in means.items() if place[0] not in away}
    else:
        traffic = past.means(Measurement.INTERFACE, "in_bps" if rule.of.startswith("in_") else "out_bps", start, now)
        wrong = past.means(Measurement.INTERFACE, rule.of, start, now)
        shares = {
            place: share_of_packets(value, traffic[place], rule.packet_size)
            for place, value in wrong.items()
            if place in traffic and traffic[place] >= rule.least_bps
        }
    for place, share in shares.items():
        one = fitted(rule, place)
        if one is not None and (share > one.limit or share < one.clear_limit):
            yield Verdict(place, rule.of, share > one.limit, share)


def forecasts(rule: ForecastRule, past: Past, now: Instant, fitted: Fitted[ForecastRule]) -> Iterator[Verdict]:
    """The metric whose line reaches the limit first, of each object."""
    step = rule.step
    end = now // step * step
    starts = range(end - rule.over // step * step, end, step)
    measurement = Measurement.INTERFACE if rule.on_interfaces else Measurement.DEVICE
    soonest: dict[Place, tuple[float, Verdict]] = {}
    for metric in rule.metrics:
        columns = [past.means(measurement, metric.name, start, start + step) for start in starts]
        for place in {place for column in columns for place in column}:
            one = fitted(rule, place)
            line = None if one is None else trend_of([column.get(place) for column in columns])
            if one is None or line is None:
                continue
            ahead = line.steps_until(one.limit) * step if line.fit >= one.fit else float("inf")
            if one.within < ahead <= 1.25 * one.within:
                continue
            holds = ahead <= one.within
            hours = round(ahead / HOUR) if holds else 0
            found = Verdict(
                place, metric.name, holds, line.level, f"按近 {rule.over // HOUR} 小时的增长，约 {hours} 小时后",
                f"as it grew over the last {rule.over // HOUR} h, in about {hours} h",
            )  # fmt: skip
            if place not in soonest or ahead < soonest[place][0]:
                soonest[place] = (ahead, found)
    return (verdict for _, verdict in soonest.values())


def baselines(rule: BaselineRule, past: Past, now: Instant, fitted: Fitted[BaselineRule]) -> Iterator[Verdict]:
    """The metric that is furthest from its usual value, of each object."""
    measurement = Measurement.INTERFACE if rule.on_interfaces else Measurement.DEVICE
    furthest: dict[Place, tuple[float, Verdict]] = {}
    for metric in rule.metrics:
        present = past.means(measurement, metric.name, now - HOUR, now)
        weeks = [
            past.means(measurement, metric.name, now - HOUR - week * WEEK, now - week * WEEK)
            for week in range(1, rule.weeks + 1)
        ]
        for place, value in present.items():
            one = fitted(rule, place)
            usual = None if one is None else usual_of([week.get(place) for week in weeks])
            if one is None or usual is None:
                continue
            away = value - usual.middle
            if (away < 0 and one.direction == "above") or (away > 0 and one.direction == "below"):
                away = 0.0
            reach = abs(away) / usual.bound(one.deviations, one.least)
            if 0.75 < reach <= 1:
                continue
            unit = METRICS[metric.name].unit
            found = Verdict(
                place, metric.name, reach > 1, value, f"近 {rule.weeks} 周同一时段通常为 {usual.middle:.1f} {unit}",
                f"usually {usual.middle:.1f} {unit} at this hour",
            )  # fmt: skip
            if place not in furthest or reach > furthest[place][0]:
                furthest[place] = (reach, found)
    return (verdict for _, verdict in furthest.values())
