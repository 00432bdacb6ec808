"""What every metric store can do.

A row is one object at one moment. Two measurements, with these tags and fields, on every engine alike:

- `interface`: tags device, ifname, site, tier; fields in_bps, out_bps, in_util, out_util, in_errors, out_errors,
  in_discards, out_discards, oper, admin, verdict (why there are rates or not: `storage.metrics.verdicts`)
- `device`: tags device, site, tier; fields rtt_ms, loss, cpu, memory, temperature, uptime_s, poll_ms
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from foundation.clock import Instant


class Measurement(StrEnum):
    """What a row describes."""

    INTERFACE = "interface"
    DEVICE = "device"


TAGS: Final[Mapping[Measurement, tuple[str, ...]]] = {
    Measurement.INTERFACE: ("device", "ifname", "site", "tier"),
    Measurement.DEVICE: ("device", "site", "tier"),
}
FIELDS: Final[Mapping[Measurement, tuple[str, ...]]] = {
    Measurement.INTERFACE: (
        "in_bps", "out_bps", "in_util", "out_util",
        "in_errors", "out_errors", "in_discards", "out_discards", "oper", "admin", "verdict",
    ),
    Measurement.DEVICE: ("rtt_ms", "loss", "cpu", "memory", "temperature", "uptime_s", "poll_ms"),
}  # fmt: skip

DECIMALS: Final[Mapping[str, int]] = {
    "in_bps": 0, "out_bps": 0, "in_util": 3, "out_util": 3,
    "in_errors": 3, "out_errors": 3, "in_discards": 3, "out_discards": 3, "oper": 0, "admin": 0, "verdict": 0,
    "rtt_ms": 3, "loss": 2, "cpu": 2, "memory": 2, "temperature": 2, "uptime_s": 0, "poll_ms": 1,
}  # fmt: skip
"""How many decimals of a field mean anything: a store may round to them. It halves the space that rates take."""


@dataclass(slots=True)
class Columns:
    """Rows of one measurement, column by column, all lists of equal length."""

    at: list[Instant]
    tags: dict[str, list[str]]
    fields: dict[str, list[float | None]]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.at)


@dataclass(slots=True)
class MetricBatch:
    """What one write carries."""

    columns: dict[Measurement, Columns]

    @property
    def rows(self) -> int:
        """Rows of all measurements together."""
        return sum(len(columns) for columns in self.columns.values())


class Aggregate(StrEnum):
    """How the values of one step become one."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"
    LAST = "last"
    P95 = "p95"
    """The 95th percentile by the nearest rank: of n values in order, number floor(0.95 n + 0.5). Over more than
    `questions.ROWS_FOR_P95` it is taken of 5-minute means, as traffic is billed, where the store keeps such."""


PERCENTILE: Final = 0.95


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """One field of one object over [start, end), a value for each step."""

    measurement: Measurement
    tags: Mapping[str, str]
    """At least `device`; for an interface `ifname` too."""
    column: str
    """The field asked for."""
    start: Instant
    end: Instant
    step: int
    """Milliseconds; steps are aligned to multiples of it."""
    aggregate: Aggregate = Aggregate.MEAN


@dataclass(frozen=True, slots=True)
class Series:
    """The answer: `values[i]` belongs to [at[i], at[i] + step). A gap stays a gap: None."""

    at: Sequence[Instant]
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class RankQuery:
    """The objects with the highest value of a field over [start, end)."""

    measurement: Measurement
    column: str
    """The field ranked by."""
    start: Instant
    end: Instant
    aggregate: Aggregate = Aggregate.MEAN
    where: Mapping[str, str] = field(default_factory=dict)
    """Tags that must be equal."""
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranking."""

    tags: Mapping[str, str]
    value: float


class MetricStoreError(Exception):
    """The store can't be reached, or can't work now: one sentence for the operator. The rows stay the caller's."""


class MetricRefusedError(MetricStoreError):
    """The store refuses these very rows or this very question: trying it again as it is can't help."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Lines that a store does not take, and its reason."""

    lines: tuple[str, ...]
    """Line protocol."""
    reason: str


class PartlyRefusedError(MetricRefusedError):
    """The store refuses some rows and has taken all the others."""

    def __init__(self, message: str, refused: Sequence[Refusal]) -> None:
        super().__init__(message)
        self.refused = refused

    @property
    def rows(self) -> int:
        """How many were refused."""
        return sum(len(refusal.lines) for refusal in self.refused)


class MetricStore(Protocol):
    """A place for metrics. Methods may be called from any thread; each raises MetricStoreError."""

    def write(self, batch: MetricBatch) -> None:
        """Keep all rows of a batch, or raise and keep none of which the caller could not write again."""
        ...

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step."""
        ...

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first."""
        ...

    def maintain(self, now: Instant) -> None:
        """Roll up, sort and drop what is past its retention; called once in a while by the scheduler."""
        ...

    def close(self) -> None:
        """Flush and let go; calling it twice is harmless."""
        ...
