"""Questions in InfluxQL, the query language that all generations of InfluxDB share.

Whatever comes from outside stands in quotes, with quotes and backslashes escaped, so that it is never anything but a
name or a text. Fields and tags are known names, checked before they come here.
"""

# Names in the queries below are known ones; values are always quoted.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from typing import Final

from foundation.clock import HOUR, Instant
from storage.metrics.line_protocol import tag_text
from storage.metrics.resolutions import RollUp, Stretch
from storage.metrics.store import FIELDS, TAGS, Aggregate, Measurement

PARTS: Final = ("sum", "count", "min", "max")
"""What an answer to `parts` has for each step, in this order."""
KEPT: Final[Mapping[str, str]] = {"sum": "sum", "count": "count", "min": "low", "max": "high"}
"""What roll-ups call them."""
_COMBINED: Final[Mapping[str, str]] = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}
_WHOLE: Final[Mapping[Aggregate, str]] = {Aggregate.LAST: "last({})", Aggregate.P95: "percentile({}, 95)"}
"""What can't be put together from parts."""


def identifier(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def literal(text: str) -> str:
    """A text in single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def parts(measurement: Measurement, column: str, stretch: Stretch, tags: Mapping[str, str], by: str) -> str:
    """Sum, count, lowest and highest value of each group, from single rows or from a roll-up."""
    wanted = ", ".join(_part(column, part, stretch) for part in PARTS)
    return f"SELECT {wanted}{_from(measurement, stretch, tags)} {by}"


def whole(
    aggregate: Aggregate, measurement: Measurement, column: str, stretch: Stretch, tags: Mapping[str, str], by: str
) -> str:
    """The last value, or the 95th percentile, of each group: of single rows, or of a roll-up's means."""
    if stretch.roll_up is None:
        value = _WHOLE[aggregate].format(identifier(column))
        return f"SELECT {value}{_from(measurement, stretch, tags)} {by}"
    return (
        f"SELECT {_WHOLE[aggregate].format(identifier('mean'))} FROM ({means(measurement, column, stretch, tags)} "
        f"GROUP BY *) {_within(stretch)} {by}"
    )


def means(measurement: Measurement, column: str, stretch: Stretch, tags: Mapping[str, str]) -> str:
    """The mean of each step of a roll-up."""
    mean = f"{identifier(f'{column}_sum')} / {identifier(f'{column}_count')}"
    return f'SELECT {mean} AS "mean"{_from(measurement, stretch, tags)}'


def by_step(step: int) -> str:
    """A group for each step that has values, over all series."""
    return f"GROUP BY time({step}ms) fill(none)"


def by_object(measurement: Measurement) -> str:
    """A group for each object; the highest are picked by who asks, since servers differ in how they break ties."""
    return "GROUP BY " + ", ".join(identifier(tag) for tag in TAGS[measurement])


def rolled(measurement: Measurement, roll_up: RollUp, source: Stretch) -> str:
    """Every field's sum, count, lowest and highest value over each step, for each object, from rows or a roll-up."""
    return f"SELECT {_summed(measurement, source)}{_from(measurement, source, {})} {_rolled(measurement, roll_up)}"


def roll(measurement: Measurement, roll_up: RollUp, source: Stretch, into: str) -> str:
    """The same, written by the server itself into another database: InfluxDB 1.x only."""
    target = f'{identifier(into)}."autogen".{identifier(measurement)}'
    summed = _summed(measurement, source)
    return f"SELECT {summed} INTO {target}{_from(measurement, source, {})} {_rolled(measurement, roll_up)}"


def rolled_fields(measurement: Measurement) -> list[str]:
    """The names of what `rolled` answers with, in its order."""
    return [f"{field}_{KEPT[part]}" for field in FIELDS[measurement] for part in PARTS]


def hourly_counts(measurement: Measurement, field: str, stretch: Stretch) -> str:
    """How many rows each hour has, or has been rolled up of."""
    counted = f"count({identifier(field)})" if stretch.roll_up is None else f"sum({identifier(f'{field}_count')})"
    return f"SELECT {counted}{_from(measurement, stretch, {})} {by_step(HOUR)}"


def rows(measurement: Measurement, names: Sequence[str], start: Instant, end: Instant) -> str:
    """All rows as they are, each object's by itself."""
    wanted = ", ".join(identifier(name) for name in names)
    return f"SELECT {wanted}{_from(measurement, Stretch(None, start, end), {})} {by_object(measurement)}"


def edge(measurement: Measurement, names: Sequence[str], *, newest: bool) -> str:
    """The oldest row that has any of these fields, or the newest."""
    wanted = ", ".join(identifier(name) for name in names)
    return f"SELECT {wanted} FROM {identifier(measurement)} ORDER BY time {'DESC' if newest else 'ASC'} LIMIT 1"


def create_database(name: str, retention: int) -> str:
    """Does nothing when it is there with the same retention; in whole hours, since a server knows no less."""
    return f'CREATE DATABASE {identifier(name)} WITH DURATION {retention // HOUR}h REPLICATION 1 NAME "autogen"'


def show_retention(name: str) -> str:
    """The retention policies of a database."""
    return f"SHOW RETENTION POLICIES ON {identifier(name)}"


def _summed(measurement: Measurement, source: Stretch) -> str:
    return ", ".join(
        f"{_part(field, part, source)} AS {identifier(f'{field}_{KEPT[part]}')}"
        for field in FIELDS[measurement]
        for part in PARTS
    )


def _part(field: str, part: str, source: Stretch) -> str:
    if source.roll_up is None:
        return f"{part}({identifier(field)})"
    return f"{_COMBINED[part]}({identifier(f'{field}_{KEPT[part]}')})"


def _rolled(measurement: Measurement, roll_up: RollUp) -> str:
    tags = ", ".join(identifier(tag) for tag in TAGS[measurement])
    return f"GROUP BY time({roll_up.step}ms), {tags} fill(none)"


def _from(measurement: Measurement, stretch: Stretch, tags: Mapping[str, str]) -> str:
    wanted = "".join(f" AND {identifier(tag)} = {literal(tag_text(value))}" for tag, value in tags.items())
    return f" FROM {identifier(measurement)} {_within(stretch)}{wanted}"


def _within(stretch: Stretch) -> str:
    return f"WHERE time >= {stretch.start}ms AND time < {stretch.end}ms"
