"""Questions in InfluxQL, the query language that all generations of InfluxDB share.

Whatever comes from outside stands in quotes, with quotes and backslashes escaped, so that it is never anything but a
name or a text. Fields and tags are known names, checked before they come here.
"""

# Names in the queries below are known ones; values are always quoted.
# ruff: noqa: S608

from collections.abc import Mapping
from typing import Final

from foundation.clock import Instant
from storage.metrics.line_protocol import tag_text
from storage.metrics.store import TAGS, Aggregate, RankQuery, SeriesQuery

FUNCTIONS: Final[Mapping[Aggregate, str]] = {
    Aggregate.MEAN: "mean",
    Aggregate.MAX: "max",
    Aggregate.MIN: "min",
    Aggregate.LAST: "last",
}


def identifier(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def literal(text: str) -> str:
    """A text in single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def series(query: SeriesQuery) -> str:
    """A value for each step that has one."""
    return (
        f"SELECT {FUNCTIONS[query.aggregate]}({identifier(query.column)}) FROM {identifier(query.measurement)} "
        f"WHERE {_within(query.start, query.end)}{_tagged(query.tags)} GROUP BY time({query.step}ms) fill(none)"
    )


def rank(query: RankQuery) -> str:
    """One value for each object; the highest are picked by who asks, since servers differ in how they break ties."""
    tags = ", ".join(identifier(tag) for tag in TAGS[query.measurement])
    return (
        f"SELECT {FUNCTIONS[query.aggregate]}({identifier(query.column)}) FROM {identifier(query.measurement)} "
        f"WHERE {_within(query.start, query.end)}{_tagged(query.where)} GROUP BY {tags}"
    )


def create_database(name: str) -> str:
    """Does nothing when it is there."""
    return f"CREATE DATABASE {identifier(name)}"


def _within(start: Instant, end: Instant) -> str:
    return f"time >= {start}ms AND time < {end}ms"


def _tagged(tags: Mapping[str, str]) -> str:
    return "".join(f" AND {identifier(tag)} = {literal(tag_text(value))}" for tag, value in tags.items())
