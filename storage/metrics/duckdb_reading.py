"""The SQL that reads one field from the tables that hold it.

Rows of hours not yet sorted are read as they are. For what has been sorted, each stretch of time is read from the
coarsest rows that still give the exact answer (so a month by the hour reads 720 rows and not 43,200), and where finer
ones are past their retention, from the finest that are left. All come in one shape: series, moment, value, total,
low, high, n.
"""

# Names in the SQL below are those of FIELDS and TAGS, checked before they come here; values are always parameters.
# ruff: noqa: S608

from collections.abc import Mapping
from typing import Final

from storage.metrics.duckdb_schema import recent_table, roll_up_table, sorted_table
from storage.metrics.duckdb_values import plain, unrolled
from storage.metrics.resolutions import Stretch
from storage.metrics.store import PERCENTILE, Aggregate, Measurement

AGGREGATES: Final[Mapping[Aggregate, str]] = {
    Aggregate.MEAN: "sum(total) / nullif(sum(n), 0)",
    Aggregate.MAX: "max(high)",
    Aggregate.MIN: "min(low)",
    Aggregate.LAST: "arg_max(value, moment)",
    Aggregate.P95: "list_sort(list(value) FILTER (value IS NOT NULL))"
    f"[greatest(1, CAST(floor(count(value) * {PERCENTILE} + 0.5) AS BIGINT))]",
}
"""Each aggregate over rows of the shape above. Of a roll-up, LAST and P95 know the means of its steps."""


def source(
    measurement: Measurement, column: str, where: str, values: list[str], parts: list[Stretch]
) -> tuple[str, list[int | str]]:
    """The rows of these stretches for which `where` holds, as a query and its parameters."""
    queries = []
    parameters: list[int | str] = []
    # Whatever is not sorted yet is in no roll-up either: it belongs to every stretch.
    plainly = f"{column} AS value, {column} AS total, {column} AS low, {column} AS high, {_one(column)} AS n"
    wanted = [(recent_table(measurement), plainly, parts[0].start, parts[-1].end)] if parts else []
    for part in parts:
        if part.roll_up is None:
            table = sorted_table(measurement)
            value = plain(measurement, column)
            shape = f"{value} AS value, {value} AS total, {value} AS low, {value} AS high, {_one(column)} AS n"
        else:
            table = roll_up_table(measurement, part.roll_up)
            found = unrolled(measurement, part.roll_up, column)
            shape = f"{found['total']} / nullif({found['n']}, 0) AS value, " + ", ".join(
                f"{sql} AS {name}" for name, sql in found.items()
            )
        wanted.append((table, shape, part.start, part.end))
    for table, shape, start, end in wanted:
        queries.append(f"SELECT series, moment, {shape} FROM {table} WHERE moment >= ? AND moment < ? AND {where}")
        parameters += [start, end, *values]
    return " UNION ALL ".join(queries), parameters


def _one(column: str) -> str:
    return f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END"
