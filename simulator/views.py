"""What an agent shows: which object instances there are, in their order, and how each is read.

Two forms: `MibView` is computed from MIB columns over a router's rows; `simulator.recordings` replays a recording.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

from simulator.ber import OBJECT_IDENTIFIER, Oid, encode_oid, encode_steps, tlv
from simulator.curve import Moment
from simulator.messages import NO_SUCH_INSTANCE, NO_SUCH_OBJECT

Read = Callable[[Any, Moment], bytes]
"""Reads a row at a moment: the whole BER element of the value. The row's class is its family's."""


def fixed(element: bytes) -> Read:
    """A reading that gives the same element for every row."""
    return lambda _row, _moment: element


class Instance(NamedTuple):
    """One object instance that can be read."""

    oid: Oid
    name: bytes
    """The whole OBJECT IDENTIFIER element."""
    read: Read
    row: Any
    static: bool
    """The value stays the same until the view is rebuilt."""


class View(Protocol):
    """All object instances of one agent."""

    def at(self, oid: Oid) -> Instance | bytes:
        """The instance of exactly this name, or the exception that takes its value's place (RFC 3416 §4.2.1)."""
        ...

    def after(self, oid: Oid) -> Instance | None:
        """The first instance behind this name in lexicographic order, or None at the end of the view."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """One MIB object: the rows of `family` read by `read`. A scalar is a column whose only row is `.0`."""

    prefix: Oid
    family: str
    read: Read
    static: bool = False


class Schema:
    """Columns in their order; made once and shared by all agents."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns: Final[Sequence[Column]] = tuple(sorted(columns, key=lambda column: column.prefix))
        self.prefixes: Final[Sequence[Oid]] = [column.prefix for column in self.columns]
        self.encoded: Final[Sequence[bytes]] = [encode_oid(prefix) for prefix in self.prefixes]
        for left, right in pairwise(self.prefixes):
            assert right[: len(left)] != left, f"the columns {left} and {right} overlap"


class Family:
    """The rows of one kind, sorted by their index."""

    __slots__ = ("encoded", "indices", "rows")

    def __init__(self, rows: Iterable[tuple[Oid, Any]]) -> None:
        ordered = sorted(rows, key=lambda row: row[0])
        self.indices: list[Oid] = [index for index, _ in ordered]
        self.rows: list[Any] = [row for _, row in ordered]
        self.encoded: list[bytes] = [encode_steps(index) for index in self.indices]


class MibView:
    """A router's object instances: the shared schema over its own families of rows."""

    def __init__(self, schema: Schema, families: Mapping[str, Family]) -> None:
        self._schema = schema
        self._families = families

    def at(self, oid: Oid) -> Instance | bytes:
        """See `View.at`: without a row of the kind the object itself is missing."""
        position = bisect_right(self._schema.prefixes, oid) - 1
        if position < 0:
            return NO_SUCH_OBJECT
        prefix = self._schema.prefixes[position]
        size = len(prefix)
        if oid[:size] != prefix:
            return NO_SUCH_OBJECT
        family = self._families[self._schema.columns[position].family]
        if not family.rows:
            return NO_SUCH_OBJECT
        index = oid[size:]
        row = bisect_right(family.indices, index) - 1
        if row < 0 or family.indices[row] != index:
            return NO_SUCH_INSTANCE
        return self._instance(position, family, row)

    def after(self, oid: Oid) -> Instance | None:
        """See `View.after`."""
        prefixes = self._schema.prefixes
        position = bisect_right(prefixes, oid)
        if position:
            prefix = prefixes[position - 1]
            size = len(prefix)
            if oid[:size] == prefix:
                family = self._families[self._schema.columns[position - 1].family]
                row = bisect_right(family.indices, oid[size:])
                if row < len(family.rows):
                    return self._instance(position - 1, family, row)
        for following in range(position, len(prefixes)):
            family = self._families[self._schema.columns[following].family]
            if family.rows:
                return self._instance(following, family, 0)
        return None

    def _instance(self, position: int, family: Family, row: int) -> Instance:
        column = self._schema.columns[position]
        name = tlv(OBJECT_IDENTIFIER, self._schema.encoded[position] + family.encoded[row])
        return Instance(column.prefix + family.indices[row], name, column.read, family.rows[row], column.static)
