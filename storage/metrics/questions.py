"""Checks what a metric store is given and asked before any engine sees it, and lays out a series' steps.

Names of fields and tags become part of queries, so they are taken from the known ones only.
"""

from collections.abc import Mapping
from typing import Final

from foundation.clock import DAY, MINUTE, Instant
from foundation.problems import did_you_mean
from storage.metrics.store import (
    FIELDS,
    TAGS,
    Aggregate,
    Measurement,
    MetricBatch,
    MetricRefusedError,
    RankQuery,
    Series,
    SeriesQuery,
)

MOST_STEPS: Final = 100_000
"""Steps that one series may have: a year of 5-minute values fits."""
BILLING_STEP: Final = 5 * MINUTE
"""Means over this are what a 95th percentile over a long time is taken of."""
ROWS_FOR_P95: Final = 2 * DAY
"""Up to this length of time a 95th percentile is taken of single rows."""


def check_batch(batch: MetricBatch) -> None:
    """Refuse a batch whose columns are not those of its measurements, or not of one length.

    Raises MetricRefusedError that names what is wrong.
    """
    for measurement, columns in batch.columns.items():
        if columns.tags.keys() != set(TAGS[measurement]) or columns.fields.keys() != set(FIELDS[measurement]):
            raise MetricRefusedError(f'Rows of "{measurement}" do not have exactly its tags and fields.')
        rows = len(columns)
        if any(len(tag) != rows for tag in columns.tags.values()) or any(
            len(field) != rows for field in columns.fields.values()
        ):
            raise MetricRefusedError(f'Rows of "{measurement}" have columns of different lengths.')


def check_series(query: SeriesQuery) -> None:
    """Refuse a series query that no store can answer.

    Raises MetricRefusedError that names what is wrong.
    """
    _check_column(query.measurement, query.column)
    _check_tags(query.measurement, query.tags)
    needed = ("device", "ifname") if query.measurement is Measurement.INTERFACE else ("device",)
    for tag in needed:
        if tag not in query.tags:
            raise MetricRefusedError(f'A series of "{query.measurement}" is asked for by {" and ".join(needed)}.')
    if query.step <= 0:
        raise MetricRefusedError("The step of a series must be at least one millisecond.")
    if (query.end - query.start) // query.step > MOST_STEPS:
        raise MetricRefusedError(f"A series has at most {MOST_STEPS:,} steps. Ask for a longer step or a shorter time.")


def check_rank(query: RankQuery) -> None:
    """Refuse a ranking that no store can answer.

    Raises MetricRefusedError that names what is wrong.
    """
    _check_column(query.measurement, query.column)
    _check_tags(query.measurement, query.where)
    if query.limit < 1:
        raise MetricRefusedError("A ranking has at least one row.")


def is_percentile_of_means(query: SeriesQuery | RankQuery) -> bool:
    """Whether a question is for the 95th percentile over so long a time that it is taken of 5-minute means."""
    if query.aggregate is not Aggregate.P95 or query.end - query.start <= ROWS_FOR_P95:
        return False
    return isinstance(query, RankQuery) or query.step % BILLING_STEP == 0


def steps(query: SeriesQuery) -> range:
    """The first instant of every step that [start, end) touches, aligned to multiples of the step."""
    if query.end <= query.start:
        return range(0)
    return range(query.start // query.step * query.step, query.end, query.step)


def with_gaps(query: SeriesQuery, found: Mapping[Instant, float]) -> Series:
    """The found values laid on their steps; a step without one stays None."""
    at = steps(query)
    return Series(at, [found.get(moment) for moment in at])


def _check_column(measurement: Measurement, column: str) -> None:
    if column not in FIELDS[measurement]:
        hint = did_you_mean(column, FIELDS[measurement])
        raise MetricRefusedError(f'"{measurement}" has no field "{column}". {hint}'.rstrip())


def _check_tags(measurement: Measurement, tags: Mapping[str, str]) -> None:
    for tag in tags:
        if tag not in TAGS[measurement]:
            raise MetricRefusedError(
                f'"{measurement}" has no tag "{tag}". {did_you_mean(tag, TAGS[measurement])}'.rstrip()
            )
