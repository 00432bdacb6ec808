"""Makes one value of many where no engine does it for us: the same arithmetic that the engines are asked for."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from foundation.clock import Instant
from storage.metrics.store import PERCENTILE, Aggregate

Sample = tuple[Instant, float]


def folded(samples: Iterable[Sample], aggregate: Aggregate) -> float | None:
    """The aggregate of some samples; None of none."""
    found = list(samples)
    if not found:
        return None
    values = [value for _, value in found]
    if aggregate is Aggregate.LAST:
        return max(found, key=lambda sample: sample[0])[1]
    return _FOLDS[aggregate](values)


def by_step(samples: Iterable[Sample], step: int, aggregate: Aggregate) -> dict[Instant, float]:
    """The aggregate of each step that has samples, by its first instant."""
    groups: dict[Instant, list[Sample]] = {}
    for at, value in samples:
        groups.setdefault(at // step * step, []).append((at, value))
    found = {at: folded(group, aggregate) for at, group in groups.items()}
    return {at: value for at, value in found.items() if value is not None}


def nearest_rank(values: Iterable[float]) -> float:
    """The 95th percentile by the nearest rank, of at least one value."""
    ordered = sorted(values)
    return ordered[max(1, math.floor(len(ordered) * PERCENTILE + 0.5)) - 1]


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


_FOLDS: Final[Mapping[Aggregate, Callable[[list[float]], float]]] = {
    Aggregate.MEAN: _mean,
    Aggregate.MAX: max,
    Aggregate.MIN: min,
    Aggregate.P95: nearest_rank,
}
