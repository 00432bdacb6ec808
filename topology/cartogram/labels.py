"""Finds a good spot for each prefecture's name: well inside its block, where a wide label has room."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Final

from topology.cartogram.hexagons import Cell, Point, neighbours
from topology.cartogram.places import mean

_FLATTENING: Final = 1.7
"""How much wider than high a label is."""


def label_spots(blocks: Mapping[str, Sequence[Cell]], points: Mapping[Cell, Point]) -> dict[str, Point]:
    """The spot of each block: the cell farthest from the block's edge, seen through a label's shape.

    Of equally good cells the one nearest to the block's middle is taken.
    """
    return {name: _spot(cells, points) for name, cells in blocks.items()}


def _spot(cells: Sequence[Cell], points: Mapping[Cell, Point]) -> Point:
    block = set(cells)
    edge = [points[cell] for cell in cells if any(other not in block for other in neighbours(cell))]
    middle = mean([points[cell] for cell in cells])

    def rank(cell: Cell) -> tuple[float, float, Cell]:
        x, y = points[cell]
        room = min((((x - ex) / _FLATTENING) ** 2 + (y - ey) ** 2 for ex, ey in edge), default=inf)
        away = (x - middle[0]) ** 2 + (y - middle[1]) ** 2
        # Room counts in full; of spots with about the same room the central one reads best.
        return away / 6 - room, away, cell

    return points[min(cells, key=rank)]
