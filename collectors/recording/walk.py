"""Where a walk over a device's whole MIB stands, and what it asks next: also after an agent went wrong. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from collectors.recording.records import Oid, Record, oid_of

ROOTS: Final = tuple(map(oid_of, ("1.0.8802", "1.3.6.1.2.1", "1.3.6.1.4.1", "1.3.111")))
"""LLDP-MIB (IEEE 802.1AB), mib-2, enterprises, and the IEEE 802 MIBs of later years, in the agents' order."""

MOST_STEPS: Final = 40
"""Attempts to get behind one place before all the rest of its root is given up."""


class Walk:
    """A walk over some roots, in lexicographic order, that always comes to an end with an agent that ends.

    An agent that answers out of order would lead it in circles, and some objects make an agent fall silent. Either is
    stepped over: first the object, then the rest of its column, then of its table, until objects come again.
    """

    def __init__(self, roots: Iterable[Oid] = ROOTS, last: Oid | None = None) -> None:
        """`last` is the last object that a former walk over the same roots got."""
        self._roots = _without_nested(roots)
        self._number = 0
        self._after: Oid = self._roots[0] if self._roots else ()
        self._last: Oid = self._after
        self._steps = 0
        self.skipped: list[Oid] = []
        """After which objects something was stepped over."""
        if last is not None:
            self._resume(last)

    @property
    def asks(self) -> Oid | None:
        """What follows this object is to be asked next; None at the end."""
        return None if self._root is None else self._after

    def took(self, records: Sequence[Record], ended: bool) -> list[Record]:
        """What came: the records to keep. `ended` says that the agent has nothing more at all."""
        kept: list[Record] = []
        for record in records:
            if record.oid <= self._after:
                self.step_over()
                return kept
            while (root := self._root) is not None and record.oid[: len(root)] != root and root < record.oid:
                # What follows one root's end is the next one's beginning, or lies between them.
                self._next_root()
            if root is None or record.oid[: len(root)] != root:
                return kept
            kept.append(record)
            self._after = self._last = record.oid
            self._steps = 0
        if ended or not records:
            self._next_root()
        return kept

    def step_over(self) -> None:
        """Nothing usable follows: go on behind it, further each time."""
        root = self._root
        if root is None:
            return
        if self._steps == 0:
            self.skipped.append(self._last)
        self._steps += 1
        # Object, column, table … and at last one after another of what lies directly below the root.
        length = max(len(self._last) - self._steps + 1, len(root) + 1)
        further = self._steps - (len(self._last) - length)
        stem = self._last[:length]
        if self._steps > MOST_STEPS or len(stem) < length or stem[-1] + further >= 2**32:
            self._next_root()
        else:
            self._after = (*stem[:-1], stem[-1] + further)

    @property
    def _root(self) -> Oid | None:
        return self._roots[self._number] if self._number < len(self._roots) else None

    def _next_root(self) -> None:
        self._number += 1
        self._steps = 0
        if self._number < len(self._roots):
            self._after = self._last = self._roots[self._number]

    def _resume(self, last: Oid) -> None:
        while self._number < len(self._roots):
            root = self._roots[self._number]
            if last[: len(root)] == root:
                self._after = self._last = last
                return
            if root > last:
                return
            self._next_root()


def _without_nested(roots: Iterable[Oid]) -> tuple[Oid, ...]:
    found: list[Oid] = []
    for root in sorted(set(roots)):
        if not found or root[: len(found[-1])] != found[-1]:
            found.append(root)
    return tuple(found)
