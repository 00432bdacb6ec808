"""Lines between cells as SVG path data, their sides joined to long polylines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from topology.cartogram.hexagons import Cell, Corner, Point, corner_point, neighbours, side

Side = tuple[Corner, Corner]


@dataclass(frozen=True, slots=True)
class Borders:
    """Three kinds of lines; no side is in two of them."""

    outline: str
    prefectures: str
    counties: str


def draw_borders(
    counties: Mapping[Cell, str], prefecture_of: Callable[[str], str | None], radius: float, origin: Point
) -> Borders:
    """The outer outline, the borders between prefectures, and the seams between counties of one prefecture."""
    outer: list[Side] = []
    between: list[Side] = []
    seams: list[Side] = []
    prefectures = {county: prefecture_of(county) for county in set(counties.values())}
    for cell in sorted(counties):
        own = counties[cell]
        for direction, other in enumerate(neighbours(cell)):
            neighbour = counties.get(other)
            if neighbour is None:
                outer.append(side(cell, direction))
            elif direction < 3 and neighbour != own:
                lines = seams if prefectures[own] == prefectures[neighbour] else between
                lines.append(side(cell, direction))
    return Borders(*(_path(sides, radius, origin) for sides in (outer, between, seams)))


def join(sides: Iterable[Side]) -> list[list[Corner]]:
    """Sides joined end to end: first the lines that begin at a fork or a loose end, then the closed rings.

    Each side is used once; a ring ends on the corner where it begins.
    """
    ties: dict[Corner, set[Corner]] = {}
    for one, other in sides:
        ties.setdefault(one, set()).add(other)
        ties.setdefault(other, set()).add(one)
    lines: list[list[Corner]] = []
    forks = [corner for corner in sorted(ties) if len(ties[corner]) != 2]
    for start in [*forks, *sorted(ties)]:
        while ties[start]:
            line = [start]
            while ties[line[-1]]:
                corner = line[-1]
                following = min(ties[corner])
                ties[corner].discard(following)
                ties[following].discard(corner)
                line.append(following)
                # A line goes on through a corner with one way on, and ends at a fork.
                if following == start or len(ties[following]) != 1 or following in forks:
                    break
            lines.append(line)
    return lines


def _path(sides: Iterable[Side], radius: float, origin: Point) -> str:
    parts = []
    for line in join(sides):
        closed = len(line) > 2 and line[0] == line[-1]
        points = [_text(corner, radius, origin) for corner in (line[:-1] if closed else line)]
        parts.append("M" + "L".join(points) + ("Z" if closed else ""))
    return "".join(parts)


def _text(corner: Corner, radius: float, origin: Point) -> str:
    x, y = corner_point(corner)
    return f"{round(origin[0] + radius * x, 1):g} {round(origin[1] + radius * y, 1):g}"
