"""Where on the plane the parts of the province are drawn towards."""

from collections.abc import Sequence
from math import sqrt

from topology.cartogram.hexagons import Point


def mean(points: Sequence[Point]) -> Point:
    """The middle of some points."""
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)


def spread(points: Sequence[Point], middle: Point) -> Point:
    """The standard deviation along both axes."""
    count = len(points)
    return (
        sqrt(sum((point[0] - middle[0]) ** 2 for point in points) / count),
        sqrt(sum((point[1] - middle[1]) ** 2 for point in points) / count),
    )


def fitted(points: Sequence[Point], onto: Sequence[Point]) -> list[Point]:
    """Points moved and stretched along both axes until they lie about as `onto` does.

    A block of the cartogram is neither where nor as large as its land is; this carries seats over into it.
    """
    source, target = mean(points), mean(onto)
    wide, high = spread(points, source)
    width, height = spread(onto, target)
    across = width / wide if wide > 1e-6 else 1.0
    down = height / high if high > 1e-6 else 1.0
    # Points on one line would be torn far apart along the other axis.
    across, down = min(across, 3 * down), min(down, 3 * across)
    return [(target[0] + (x - source[0]) * across, target[1] + (y - source[1]) * down) for x, y in points]


def squared(one: Point, other: Point) -> float:
    """The squared distance."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
