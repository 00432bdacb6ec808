"""Finds a good spot for each prefecture's name: well inside its block, where a wide label has room."""

from collections.abc import Mapping, Sequence
from math import inf

from topology.cartogram.hexagons import Cell, Point, neighbours
from topology.cartogram.places import mean


def label_spot(cells: Sequence[Cell], points: Mapping[Cell, Point], characters: int) -> Point:
    """The spot for a name of so many characters in a block: the cell farthest from the block's edge, seen through the
    label's shape. Of about equally good cells the one nearest to the block's middle is taken.
    """
    block = set(cells)
    edge = [points[cell] for cell in cells if any(other not in block for other in neighbours(cell))]
    middle = mean([points[cell] for cell in cells])
    # A Chinese character is as wide as high.
    flattening = max(1.0, 0.85 * characters)

    def rank(cell: Cell) -> tuple[float, float, Cell]:
        x, y = points[cell]
        room = min((((x - ex) / flattening) ** 2 + (y - ey) ** 2 for ex, ey in edge), default=inf)
        away = (x - middle[0]) ** 2 + (y - middle[1]) ** 2
        return away / 6 - room, away, cell

    return points[min(cells, key=rank)]
