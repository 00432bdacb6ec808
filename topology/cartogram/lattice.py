"""Chooses the cells: as many equal hexagons as there are agencies, filling the outline in one connected piece."""

import math
from bisect import bisect
from dataclasses import dataclass
from typing import Final

from topology.cartogram.hexagons import Cell, Point, centre, components, may_leave, neighbours
from topology.cartogram.outline import Frame

_LARGEST_RADIUS: Final = 40.0
_SEARCH_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class Lattice:
    """The cells in use, and where they stand: a cell's centre is origin + radius × `hexagons.centre`."""

    cells: frozenset[Cell]
    radius: float
    origin: Point

    def point(self, cell: Cell) -> Point:
        """A cell's centre in SVG units."""
        x, y = centre(cell)
        return self.origin[0] + self.radius * x, self.origin[1] + self.radius * y


def choose_lattice(frame: Frame, count: int) -> Lattice:
    """`count` connected cells: the largest hexagons of which so many fit inside the outline."""
    origin = frame.width / 2, frame.height / 2
    small, large = 0.0, _LARGEST_RADIUS
    radius, inside = large, _inside(frame, large, origin)
    if len(inside) < count:
        for _ in range(_SEARCH_STEPS):
            middle = (small + large) / 2 or large / 2
            found = _inside(frame, middle, origin)
            if len(found) >= count:
                small, radius, inside = middle, middle, found
                if len(found) == count:
                    break
            else:
                large = middle
        while len(inside) < count:
            # The search ended above every size that fits: halve until one does.
            radius /= 2
            inside = _inside(frame, radius, origin)
    lattice = Lattice(frozenset(inside), radius, origin)
    cells = _trimmed(lattice, frame, len(inside) - count)
    return Lattice(frozenset(_polished(cells, lattice, frame)), radius, origin)


def _inside(frame: Frame, radius: float, origin: Point) -> set[Cell]:
    """The largest connected part of the cells whose centres lie inside the outline."""
    lattice = Lattice(frozenset(), radius, origin)
    rows = math.ceil(frame.height / (3 * radius)) + 1
    columns = math.ceil(frame.width / (2 * math.sqrt(3) * radius)) + 1
    cells = set()
    for row in range(-rows, rows + 1):
        crossings = frame.crossings(lattice.point((0, row))[1])
        first = -columns - (row - (row & 1)) // 2
        for cell in ((q, row) for q in range(first, first + 2 * columns + 1)) if crossings else ():
            if bisect(crossings, lattice.point(cell)[0]) % 2 == 1:
                cells.add(cell)
    return max(components(cells), key=lambda part: (len(part), min(part)), default=set())


def _trimmed(lattice: Lattice, frame: Frame, surplus: int) -> set[Cell]:
    """Without so many cells, those that stand out most and are nearest to the outline first."""
    cells = set(lattice.cells)
    if surplus <= 0:
        return cells
    margins = {cell: frame.margin(lattice.point(cell)) for cell in cells}
    for _ in range(surplus):
        rim = sorted(
            (cell for cell in cells if _degree(cell, cells) < 6),
            key=lambda cell: (min(_degree(cell, cells), 3), margins[cell], cell),
        )
        cells.discard(next(cell for cell in rim if may_leave(cell, cells)))
    return cells


def _polished(cells: set[Cell], lattice: Lattice, frame: Frame) -> set[Cell]:
    """Lone spikes moved into notches: a calmer rim of the same number of cells."""
    cells = set(cells)
    for _ in range(len(cells)):
        spikes = [cell for cell in sorted(cells) if _degree(cell, cells) <= 2 and may_leave(cell, cells)]
        notches = {other for cell in cells for other in neighbours(cell) if other not in cells}
        deep = [(-_degree(cell, cells), cell) for cell in notches if _degree(cell, cells) >= 4]
        if not spikes or not deep:
            break
        spike = min(spikes, key=lambda cell: (_degree(cell, cells), frame.margin(lattice.point(cell)), cell))
        notch = min(deep)[1]
        if _degree(notch, cells - {spike}) < 4:
            break
        cells.discard(spike)
        cells.add(notch)
    return cells


def _degree(cell: Cell, cells: set[Cell]) -> int:
    return sum(other in cells for other in neighbours(cell))
