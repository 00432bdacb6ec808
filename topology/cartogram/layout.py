"""Lays the whole cartogram out: which agency is which cell.

Cells are shared out among the prefectures, then each prefecture's among its counties, then each county's among its
agencies. Every step is deterministic. It takes seconds for a province, so it is done once and kept; later changes are
made by `topology.cartogram.changes` without moving what people have learnt to find.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from topology.cartogram.assignment import assign
from topology.cartogram.blocks import Blocks, BlocksError
from topology.cartogram.hexagons import Cell, Point
from topology.cartogram.lattice import Lattice, choose_lattice
from topology.cartogram.outline import Frame, frame_of
from topology.cartogram.places import fitted, mean, squared
from topology.network import Network

_RELAXATIONS: Final = 4
_ROOM: Final = 2.5
"""Radii left free around the cells: space for agencies still to come."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cells there are and whose each is."""

    width: float
    height: float
    radius: float
    origin: Point
    cells: Mapping[str, Cell]
    """Agency id to cell."""
    counties: Mapping[Cell, str]
    """Cell to county code; cells no agency has (any more) belong to their county too."""

    def point(self, cell: Cell) -> Point:
        """A cell's centre in SVG units."""
        return Lattice(frozenset(), self.radius, self.origin).point(cell)


def lay_out(network: Network) -> Layout:
    """The layout of a network from nothing."""
    agencies = by_county(network)
    frame = frame_of(network)
    if not agencies:
        return Layout(frame.width, frame.height, 1.0, (0.0, 0.0), {}, {})
    lattice = choose_lattice(frame, sum(len(members) for members in agencies.values()))
    try:
        counties = _share_out(network, agencies, frame, lattice)
    except BlocksError:
        lattice, counties = _ribbon(agencies, frame)
    cells: dict[str, Cell] = {}
    blocks: dict[str, list[Cell]] = {}
    for cell, county in counties.items():
        blocks.setdefault(county, []).append(cell)
    for county, members in agencies.items():
        cells.update(zip(members, seat_order(blocks[county]), strict=True))
    return _framed(lattice, cells, counties)


def _framed(lattice: Lattice, cells: Mapping[str, Cell], counties: Mapping[Cell, str]) -> Layout:
    """The layout moved so that its cells, with room for some more around them, begin at the upper left corner."""
    room = _ROOM * lattice.radius
    points = [lattice.point(cell) for cell in counties]
    left, top = min(x for x, _ in points) - room, min(y for _, y in points) - room
    width, height = max(x for x, _ in points) + room - left, max(y for _, y in points) + room - top
    origin = lattice.origin[0] - left, lattice.origin[1] - top
    # Rounded, so that a layout read back from its cache is the same one.
    return Layout(
        round(width, 2),
        round(height, 2),
        round(lattice.radius, 4),
        (round(origin[0], 2), round(origin[1], 2)),
        cells,
        counties,
    )


def by_county(network: Network) -> dict[str, list[str]]:
    """Agencies by county, the counties grouped by prefecture and in the order of their codes."""
    found: dict[str, list[str]] = {}
    for agency in network.agencies.values():
        found.setdefault(agency.county, []).append(agency.id)
    order = sorted(found, key=lambda county: (network.prefecture_of(county) or "", county))
    return {county: found[county] for county in order}


def seat_order(cells: Sequence[Cell]) -> list[Cell]:
    """A county's cells as a page is read: from the north, and from west to east."""
    return sorted(cells, key=lambda cell: (cell[1], cell[0]))


def _share_out(
    network: Network, agencies: Mapping[str, Sequence[str]], frame: Frame, lattice: Lattice
) -> dict[Cell, str]:
    """The county of each cell."""
    groups: dict[str, list[str]] = {}
    for county in agencies:
        groups.setdefault(network.prefecture_of(county) or "", []).append(county)
    seats = {
        county: frame.place(network.divisions[county].longitude, network.divisions[county].latitude)
        for county in agencies
    }
    points = {cell: lattice.point(cell) for cell in sorted(lattice.cells)}
    sites = [mean([seats[county] for county in counties]) for counties in groups.values()]
    sizes = [sum(len(agencies[county]) for county in counties) for counties in groups.values()]
    prefectures = partition(points, sites, sizes, relaxations=1)
    result: dict[Cell, str] = {}
    for index, counties in enumerate(groups.values()):
        own = {cell: points[cell] for cell, owner in prefectures.items() if owner == index}
        places = fitted([seats[county] for county in counties], list(own.values()))
        shares = partition(own, places, [len(agencies[county]) for county in counties], relaxations=_RELAXATIONS)
        result.update((cell, counties[owner]) for cell, owner in shares.items())
    return result


def partition(
    points: Mapping[Cell, Point], sites: Sequence[Point], sizes: Sequence[int], *, relaxations: int
) -> dict[Cell, int]:
    """Cells shared out among sites: contiguous blocks of exactly these sizes, near their sites, with short borders.

    Each relaxation moves the sites half-way to the middles of their blocks, which rounds them.
    """
    cells = list(points)
    current = list(sites)
    for step in range(relaxations + 1):
        costs = [[squared(points[cell], site) for site in current] for cell in cells]
        owners = assign(costs, sizes)
        if step < relaxations:
            for index, site in enumerate(current):
                middle = mean([points[cell] for cell, owner in zip(cells, owners, strict=True) if owner == index])
                current[index] = (site[0] + middle[0]) / 2, (site[1] + middle[1]) / 2
    final = current
    blocks = Blocks(dict(zip(cells, owners, strict=True)), sizes, lambda cell, site: squared(points[cell], final[site]))
    blocks.repair()
    blocks.smooth()
    return blocks.owner


def _ribbon(agencies: Mapping[str, Sequence[str]], frame: Frame) -> tuple[Lattice, dict[Cell, str]]:
    """Cells in rows, taken to and fro: not pretty, but every county and prefecture is one block, always."""
    count = sum(len(members) for members in agencies.values())
    columns = max(1, round((count * 0.87) ** 0.5))
    rows = -(-count // columns)
    radius = min(frame.width / (1.8 * (columns + 1)), frame.height / (1.5 * (rows + 1)))
    walk = [
        (column - row // 2, row)
        for row in range(rows)
        for column in (range(columns) if row % 2 == 0 else reversed(range(columns)))
    ]
    owners = [county for county, members in agencies.items() for _ in members]
    counties = dict(zip(walk[:count], owners, strict=True))
    return Lattice(frozenset(counties), radius, (radius, radius)), counties
