"""A table as data: columns with a header in both languages, a kind of value and the way to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from reports.rows import Name

R = TypeVar("R")


class Kind(Enum):
    """What a cell holds, and so how it is written and aligned."""

    TEXT = auto()
    COUNT = auto()
    """A whole number."""
    SHARE = auto()
    """A `Share`: written as its cut-off percentage, empty for a share of nothing."""
    LENGTH = auto()
    """Milliseconds: written as hours, minutes and seconds."""
    MOMENT = auto()
    """An instant: written as local date and time."""
    RATE = auto()
    """Bits a second: written as Mbit/s."""
    LOAD = auto()
    """A percentage as a number, to one decimal."""
    PERCENT = auto()
    """A percentage as a decimal number, such as a target."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. A value of None leaves the cell empty."""

    word: str
    """The Chinese header, a key of `reports.words.ENGLISH`."""
    kind: Kind
    value: Callable[[R], Any]
    width: float = 12
    """In characters."""


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """Columns and rows, under a caption where several share a sheet."""

    columns: Sequence[Column[R]]
    rows: Sequence[R]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: a single table (with filter and frozen header), or several, one below the other."""

    title: Name
    tables: Sequence[Table[Any]]
    notes: Sequence[str] = field(default=())
    """Lines of text below the tables."""
