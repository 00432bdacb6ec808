"""One interface's figures over a span: mean, highest, and the 95th percentile by which traffic is billed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foundation.clock import Instant
from storage.metrics.store import Aggregate, Measurement, MetricStore, RankQuery

FIGURES: Final = ("in_bps", "out_bps", "in_util", "out_util", "in_errors", "out_errors", "in_discards", "out_discards")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one field; None where nothing was measured."""

    mean: float | None
    highest: float | None
    p95: float | None


def figures(
    metrics: MetricStore, device: str, interface: str, window: tuple[Instant, Instant]
) -> Mapping[str, Figures]:
    """By field, in the order of FIGURES. Raises MetricStoreError."""

    def of(column: str, aggregate: Aggregate) -> float | None:
        return figure(metrics, device, interface, column, window, aggregate)

    return {
        column: Figures(of(column, Aggregate.MEAN), of(column, Aggregate.MAX), of(column, Aggregate.P95))
        for column in FIGURES
    }


def figure(
    metrics: MetricStore,
    device: str,
    interface: str,
    column: str,
    window: tuple[Instant, Instant],
    aggregate: Aggregate,
) -> float | None:
    """One field's; None where nothing was measured. Raises MetricStoreError."""
    tags = {"device": device, "ifname": interface}
    query = RankQuery(Measurement.INTERFACE, column, *window, aggregate, tags, limit=1)
    return next((ranked.value for ranked in metrics.rank(query)), None)
