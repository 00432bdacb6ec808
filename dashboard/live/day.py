"""Availability since local midnight, for each prefecture and the province, kept as changes come.

Availability = (due − lost) ÷ due. Lost is the time that agencies were down or cut off; maintenance and unobserved time
is not due. Only time that is not `up` is added anywhere, so a quiet day costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from foundation.clock import Instant
from foundation.messages import State

SLOTS: Final = 48
"""Half hours in the strip of the day."""

RED_SHARE: Final = 0.01
"""From this share of a half hour's due time lost on, its mark is red; below, amber."""


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One group's day so far."""

    availability: float | None
    """0 to 1; None when nothing was due."""
    strip: str
    """One character a half hour: `0` whole, `1` something lost, `2` much lost, `-` not observed, `.` to come."""


class DayLedger:
    """Lost and not-due milliseconds of groups of agencies, by half hours of one day."""

    def __init__(self, groups: Sequence[int], group_count: int, start: Instant, end: Instant) -> None:
        self.start = start
        self.end = end
        self._groups = groups
        self._sizes = [0] * group_count
        for group in groups:
            self._sizes[group] += 1
        self._lost = [[0] * SLOTS for _ in range(group_count)]
        self._undue = [[0] * SLOTS for _ in range(group_count)]
        self._open: dict[int, tuple[State, Instant]] = {}

    def enter(self, agency: int, state: State, at: Instant) -> None:
        """An agency (by its position) entered a state. An instant before its present state began is that beginning."""
        present = self._open.pop(agency, None)
        if present is not None:
            at = max(at, present[1])
            self._add(self._lost, self._undue, self._groups[agency], present[0], present[1], at)
        if not state.is_served:
            self._open[agency] = (state, max(at, self.start))

    def figures(self, now: Instant) -> tuple[DayFigure, list[DayFigure]]:
        """The whole, and each group, as of `now`."""
        now = min(max(now, self.start), self.end)
        lost = [row.copy() for row in self._lost]
        undue = [row.copy() for row in self._undue]
        for agency, (state, since) in self._open.items():
            self._add(lost, undue, self._groups[agency], state, since, now)
        edges = [self._edge(slot) for slot in range(SLOTS + 1)]
        elapsed = [min(max(now - start, 0), end - start) for start, end in pairwise(edges)]
        groups = [_figure(lost[group], undue[group], elapsed, size) for group, size in enumerate(self._sizes)]
        whole = _figure(
            [sum(row[slot] for row in lost) for slot in range(SLOTS)],
            [sum(row[slot] for row in undue) for slot in range(SLOTS)],
            elapsed,
            len(self._groups),
        )
        return whole, groups

    def _edge(self, slot: int) -> Instant:
        return self.start + (self.end - self.start) * slot // SLOTS

    def _add(
        self, lost: list[list[int]], undue: list[list[int]], group: int, state: State, start: Instant, end: Instant
    ) -> None:
        if state.is_served:
            return
        row = lost[group] if state in {State.DOWN, State.UNREACHABLE} else undue[group]
        start, end = max(start, self.start), min(end, self.end)
        width = (self.end - self.start) // SLOTS
        while start < end:
            slot = min((start - self.start) // width, SLOTS - 1)
            stop = min(end, self._edge(slot + 1))
            row[slot] += stop - start
            start = stop


def _figure(lost: list[int], undue: list[int], elapsed: list[int], size: int) -> DayFigure:
    due = sum(elapsed) * size - sum(undue)
    marks = []
    for slot in range(SLOTS):
        slot_due = elapsed[slot] * size - undue[slot]
        if elapsed[slot] == 0:
            marks.append(".")
        elif lost[slot] > 0:
            marks.append("2" if lost[slot] >= RED_SHARE * max(slot_due, 1) else "1")
        elif undue[slot] * 2 > elapsed[slot] * size:
            marks.append("-")
        else:
            marks.append("0")
    return DayFigure((due - sum(lost)) / due if due > 0 else None, "".join(marks))
