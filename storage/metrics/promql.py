"""Questions in PromQL, as VictoriaMetrics understands it.

A field of a measurement is a metric of its own: `interface_in_bps`. What comes from outside stands in quotes. A window
`[5m]` reaches back from its moment and holds that moment, but not its beginning; steps of a series hold their beginning
but not their end. `offset 1ms` turns the one into the other, since instants are whole milliseconds.
"""

from collections.abc import Mapping
from typing import Final

from storage.metrics.line_protocol import tag_text
from storage.metrics.store import FIELDS, TAGS, Aggregate, Measurement

FUNCTIONS: Final[Mapping[Aggregate, str]] = {
    Aggregate.MAX: "max",
    Aggregate.MIN: "min",
}


def metric(measurement: Measurement, column: str) -> str:
    """The metric's name."""
    return f"{measurement}_{column}"


def selector(measurement: Measurement, column: str, database: str, tags: Mapping[str, str]) -> str:
    """All series of a field that have these tags."""
    wanted = {"db": tag_text(database), **{tag: tag_text(value) for tag, value in tags.items()}}
    return metric(measurement, column) + "{" + ",".join(f"{tag}={literal(text)}" for tag, text in wanted.items()) + "}"


def any_field(database: str) -> str:
    """All series of all fields of all measurements."""
    names = "|".join(metric(measurement, field) for measurement in Measurement for field in FIELDS[measurement])
    return "{" + f"__name__=~{literal(names)},db={literal(tag_text(database))}" + "}"


def oldest(samples: str) -> str:
    """The moment of the oldest of some samples, in seconds."""
    return f"min(tfirst_over_time({samples}))"


def newest(samples: str) -> str:
    """The moment of the newest of some samples, in seconds."""
    return f"max(tlast_over_time({samples}))"


def literal(text: str) -> str:
    """A text in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def window(chosen: str, length: int) -> str:
    """The samples of [moment - length, moment), both in milliseconds."""
    return f"{chosen}[{length}ms] offset 1ms"


def steps(aggregate: Aggregate, chosen: str, step: int) -> str:
    """Mean, highest or lowest of a step over all series of an object, at the step's end."""
    samples = window(chosen, step)
    if aggregate is Aggregate.MEAN:
        return f"sum(sum_over_time({samples})) / sum(count_over_time({samples}))"
    name = FUNCTIONS[aggregate]
    return f"{name}({name}_over_time({samples}))"


def objects(measurement: Measurement, aggregate: Aggregate, chosen: str, length: int) -> str:
    """Mean, highest, lowest or last value of each object."""
    samples = window(chosen, length)
    by = f"by ({', '.join(TAGS[measurement])})"
    if aggregate is Aggregate.MEAN:
        return f"sum(sum_over_time({samples})) {by} / sum(count_over_time({samples})) {by}"
    if aggregate is Aggregate.LAST:
        return f"max(last_over_time({samples})) {by}"
    name = FUNCTIONS[aggregate]
    return f"{name}({name}_over_time({samples})) {by}"


def means(chosen: str, step: int) -> str:
    """The mean of each series over [moment - step, moment)."""
    return f"avg_over_time({window(chosen, step)})"


def counts(samples: str) -> str:
    """How many samples each series has in a window."""
    return f"count_over_time({samples})"


def rank_of(count: int, share: float) -> float:
    """The quantile that of `count` values gives the one of nearest rank, without going between two."""
    if count < 2:
        return 0.0
    return (max(1, int(count * share + 0.5)) - 1) / (count - 1)


def quantile(share: float, samples: str) -> str:
    """That quantile of the samples in a window."""
    return f"quantile_over_time({share!r}, {samples})"
