"""Kinds of rule that look back over stored metrics: ratios, forecasts, and what is usual at this hour."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from alerting.changes import ObjectKind
from alerting.rules.base import HeldRule
from alerting.rules.metrics import METRICS, Layer, Metric, parse_quantity
from alerting.rules.summaries import COMMON_FIELDS, INTERFACE_FIELDS
from foundation.clock import DAY, HOUR, MINUTE
from foundation.settings import Duration

StoredName = Literal[
    "in_util", "out_util", "in_bps", "out_bps", "in_errors", "out_errors", "in_discards", "out_discards",
    "cpu", "memory", "temperature", "rtt_ms",
]  # fmt: skip
"""Metrics whose history is kept."""

Stored = Annotated[
    list[StoredName],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
]

_SHARE = Metric("share", Layer.DEVICE, {"%": 1.0, "ppm": 1e-4}, "占比", "share")
_FIELDS = (
    *COMMON_FIELDS,
    *INTERFACE_FIELDS,
    "entity",
    "metric",
    "metric_en",
    "value",
    "limit",
    "unit",
    "evidence",
    "evidence_en",
)


class SurveyRule(HeldRule):
    """What all slow rules have. `for` counts from survey to survey."""

    object_kinds = frozenset({ObjectKind.DEVICE, ObjectKind.INTERFACE})
    summary_fields = _FIELDS

    @property
    def every(self) -> int:
        """How often it is worth looking, in milliseconds."""
        return 5 * MINUTE


class RatioRule(SurveyRule):
    """A share over a window: lost polls, or errors or discards of the packets.

    Packets are not counted by the poll: they are estimated from the bytes, at `packet_size` bytes a packet.
    """

    kind: Literal["ratio"]
    of: Literal["lost_polls", "in_errors", "out_errors", "in_discards", "out_discards"]
    over: Duration = HOUR
    when: str = Field(pattern=r"^\s*>\s*\S")
    """`> 0.1 %` or `> 100 ppm`."""
    clear: str = Field(pattern=r"^\s*<\s*\S")
    packet_size: int = Field(default=500, ge=64, le=9_000)
    """Bytes that a packet is taken to have."""
    floor: str | None = None
    """`10 kbps`: with less traffic than this nothing is told; of interfaces only."""

    @cached_property
    def limit(self) -> float:
        """In percent."""
        return parse_quantity(self.when.strip()[1:], _SHARE)

    @cached_property
    def clear_limit(self) -> float:
        """In percent."""
        return parse_quantity(self.clear.strip()[1:], _SHARE)

    @cached_property
    def least_bps(self) -> float:
        """Traffic below which a share says nothing, in bits a second."""
        return 0.0 if self.floor is None else parse_quantity(self.floor, METRICS["in_bps"])

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """DEVICE for polls, INTERFACE for packets."""
        return frozenset({ObjectKind.DEVICE if self.of == "lost_polls" else ObjectKind.INTERFACE})

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`: what the share is of."""
        return {**super().labels(), "metric": frozenset({self.of})}

    def problems(self) -> list[tuple[str, str]]:
        """Also: units, and a clear value on the wrong side."""
        found = super().problems()
        values = _parsed(found, (("when", self.when.strip()[1:]), ("clear", self.clear.strip()[1:])), _SHARE)
        if len(values) == 2 and values["clear"] > values["when"]:
            found.append(("clear", f"the clear value {self.clear} must lie below the limit {self.when}, or at it"))
        if self.floor is not None:
            _parsed(found, (("floor", self.floor),), METRICS["in_bps"])
        if not 5 * MINUTE <= self.over <= 7 * DAY:
            found.append(("over", "a share is taken over 5 min to 7 d"))
        return found


class _MetricSurvey(SurveyRule):
    """A slow rule on a stored metric. Each of several is judged for itself, the worst of them is told."""

    metric: Stored

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """The watched metrics."""
        return tuple(METRICS[name] for name in self.metric)

    @property
    def on_interfaces(self) -> bool:
        """Whether the metric is an interface's."""
        return self.metrics[0].layer is Layer.INTERFACE

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """INTERFACE for interface metrics, DEVICE for all others."""
        return frozenset({ObjectKind.INTERFACE if self.on_interfaces else ObjectKind.DEVICE})

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones, and `metric`."""
        return {**super().labels(), "metric": frozenset(self.metric)}

    def problems(self) -> list[tuple[str, str]]:
        """Also: metrics that are not measured alike."""
        found = super().problems()
        first, *others = self.metrics
        for other in others:
            if (other.layer is Layer.INTERFACE) is not self.on_interfaces or other.unit != first.unit:
                unlike = f"{first.name} and {other.name} are not measured alike: give each its own rule"
                found.append(("metric", unlike))
        return found


class ForecastRule(_MetricSurvey):
    """A metric that, as it has grown, will pass a limit within a time: a line through the means of whole days (of hours
    where `over` is under four days), told only where the line explains most of what was seen."""

    kind: Literal["forecast"]
    reaches: str
    """`95 %`."""
    within: Duration
    """How far ahead."""
    over: Duration = 14 * DAY
    """How far back the line is fitted: 6 h to 90 d."""
    fit: float = Field(default=0.7, ge=0.3, le=0.99)
    """The least share of the variation that the line must explain (r²)."""

    @cached_property
    def limit(self) -> float:
        """In the metric's own unit."""
        return parse_quantity(self.reaches, self.metrics[0])

    @property
    def step(self) -> int:
        """The time whose mean is one point of the fit: whole days, so that day and night don't count as growth."""
        return DAY if self.over >= 4 * DAY else HOUR if self.over >= DAY else 30 * MINUTE

    @property
    def every(self) -> int:
        """A day's growth is not seen sooner."""
        return HOUR if self.step == DAY else 15 * MINUTE

    def problems(self) -> list[tuple[str, str]]:
        """Also: a limit in the wrong unit, and times that can't be fitted."""
        found = super().problems()
        _parsed(found, (("reaches", self.reaches),), self.metrics[0])
        if not 6 * HOUR <= self.over <= 90 * DAY:
            found.append(("over", "a forecast looks back 6 h to 90 d"))
        if self.within > 2 * self.over:
            found.append(("within", "a forecast reaches at most twice as far ahead as it looks back"))
        return found


class BaselineRule(_MetricSurvey):
    """The last hour against the same hour of past weeks: told when it is further from their median than `deviations`
    times their usual spread, and than `floor`."""

    kind: Literal["baseline"]
    weeks: int = Field(default=4, ge=2, le=12)
    """How many past weeks; at least half of them, and two, must have values."""
    deviations: float = Field(default=4.0, gt=0)
    floor: str
    """`20 %`: a smaller difference is never told, however regular the past was."""
    direction: Literal["above", "below", "both"] = "both"

    @cached_property
    def least(self) -> float:
        """The floor, in the metric's own unit."""
        return parse_quantity(self.floor, self.metrics[0])

    @property
    def every(self) -> int:
        """Four times an hour."""
        return 15 * MINUTE

    def problems(self) -> list[tuple[str, str]]:
        """Also: a floor in the wrong unit, or none."""
        found = super().problems()
        values = _parsed(found, (("floor", self.floor),), self.metrics[0])
        if values.get("floor", 1.0) <= 0:
            found.append(("floor", "a floor lies above 0"))
        return found


def _parsed(found: list[tuple[str, str]], texts: tuple[tuple[str, str], ...], metric: Metric) -> dict[str, float]:
    """The quantities that can be read; what can't is added to `found`."""
    values: dict[str, float] = {}
    for key, text in texts:
        try:
            values[key] = parse_quantity(text, metric)
        except ValueError as error:
            found.append((key, str(error)))
    return values
