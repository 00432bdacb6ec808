"""The SQL that reads one field from whatever resolutions still hold it.

Each stretch of time is read from the finest resolution that is still kept: single rows, else 5-minute roll-ups, else
hourly ones. All come in one shape: series, moment, value, low, high, samples.
"""

# Names in the SQL below are those of FIELDS and TAGS, checked before they come here; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foundation.clock import Instant
from storage.metrics.duckdb_schema import FIVE_MINUTES, HOURLY, RAW, RollUp, recent_table, sorted_table
from storage.metrics.store import Aggregate, Measurement

AGGREGATES: Final[Mapping[Aggregate, str]] = {
    Aggregate.MEAN: "sum(value * samples) / sum(samples) FILTER (value IS NOT NULL)",
    Aggregate.MAX: "max(high)",
    Aggregate.MIN: "min(low)",
    Aggregate.LAST: "arg_max(value, moment)",
}
"""Each aggregate over rows of the shape above. Of a roll-up, LAST knows the mean of its last step."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of the time asked for, and the roll-up that answers for it (None: the single rows)."""

    roll_up: RollUp | None
    start: Instant
    end: Instant


def stretches(start: Instant, end: Instant, kept: Mapping[str, Instant]) -> list[Stretch]:
    """[start, end) cut by resolution; `kept` holds the first moment still kept of each resolution that was dropped."""
    raw_from = kept.get(RAW, start)
    five_from = min(raw_from, kept.get(FIVE_MINUTES.name, start))
    cuts = [
        Stretch(HOURLY, start, min(end, five_from)),
        Stretch(FIVE_MINUTES, max(start, five_from), min(end, raw_from)),
        Stretch(None, max(start, raw_from), end),
    ]
    return [cut for cut in cuts if cut.start < cut.end]


def source(
    measurement: Measurement, column: str, where: str, values: list[str], parts: list[Stretch]
) -> tuple[str, list[int | str]]:
    """The rows of these stretches for which `where` holds, as a query and its parameters."""
    queries: list[str] = []
    parameters: list[int | str] = []
    for part in parts:
        tables = [recent_table(measurement), sorted_table(measurement)]
        shape = f"series, moment, {column} AS value, {column} AS low, {column} AS high, 1 AS samples"
        if part.roll_up is not None:
            tables = [part.roll_up.table(measurement)]
            shape = f"series, moment, {column}_mean AS value, {column}_low AS low, {column}_high AS high, samples"
        for table in tables:
            queries.append(f"SELECT {shape} FROM {table} WHERE moment >= ? AND moment < ? AND {where}")
            parameters += [part.start, part.end, *values]
    return " UNION ALL ".join(queries), parameters
