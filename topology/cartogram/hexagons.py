"""Pointy-top hexagons on a lattice, in axial coordinates.

A cell is (q, r): q steps to the east, r steps to the south-east. Corners are whole numbers in units of half a width and
half a radius, so two cells share a corner exactly when the numbers are equal. Formulas: Red Blob Games, "Hexagonal
Grids".
"""

import math
from collections.abc import Collection, Iterator
from typing import Final

Cell = tuple[int, int]
Corner = tuple[int, int]
Point = tuple[float, float]

# Clockwise from the east; the side between a cell and its n-th neighbour runs from its n-th corner to the next.
DIRECTIONS: Final[tuple[Cell, ...]] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
_CORNERS: Final[tuple[Corner, ...]] = ((1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2))
_HALF_WIDTH: Final = math.sqrt(3) / 2


def neighbours(cell: Cell) -> tuple[Cell, ...]:
    """The six cells around one, clockwise from the east."""
    q, r = cell
    return ((q + 1, r), (q, r + 1), (q - 1, r + 1), (q - 1, r), (q, r - 1), (q + 1, r - 1))


def centre(cell: Cell) -> Point:
    """Its centre for hexagons of radius 1."""
    return (2 * cell[0] + cell[1]) * _HALF_WIDTH, 1.5 * cell[1]


def side(cell: Cell, direction: int) -> tuple[Corner, Corner]:
    """The two corners of the side towards the n-th neighbour, clockwise."""
    x, y = 2 * cell[0] + cell[1], 3 * cell[1]
    first, second = _CORNERS[direction], _CORNERS[(direction + 1) % 6]
    return (x + first[0], y + first[1]), (x + second[0], y + second[1])


def corner_point(corner: Corner) -> Point:
    """A corner's place for hexagons of radius 1."""
    return corner[0] * _HALF_WIDTH, corner[1] / 2


def components(cells: Collection[Cell]) -> Iterator[set[Cell]]:
    """The connected parts of a set of cells, deterministic in their order."""
    left = set(cells)
    for start in sorted(cells):
        if start not in left:
            continue
        left.discard(start)
        part = {start}
        frontier = [start]
        while frontier:
            for other in neighbours(frontier.pop()):
                if other in left:
                    left.discard(other)
                    part.add(other)
                    frontier.append(other)
        yield part


def is_connected(cells: Collection[Cell]) -> bool:
    """Whether the cells are one block; no cells are one too."""
    return next(components(cells), set()) == set(cells)


def may_leave(cell: Cell, block: Collection[Cell]) -> bool:
    """Whether a block stays one block without one of its cells."""
    if len(block) <= 2:
        return True
    around = [other in block for other in neighbours(cell)]
    arcs = sum(around[index] and not around[index - 1] for index in range(6))
    if arcs <= 1:
        return any(around)
    rest = set(block)
    rest.discard(cell)
    return is_connected(rest)
