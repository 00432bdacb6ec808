"""Carries a layout over to a changed network without moving what people have learnt to find.

An agency that stays keeps its cell. One that goes leaves its cell free; one that comes takes a free cell of its county,
else an empty place beside it. A county closed in on all sides gets a cell from its neighbour, which gets one from the
next, until a free cell or the rim is reached: one agency moves for each step, all others stay.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

from topology.cartogram.hexagons import Cell, Point, is_connected, may_leave, neighbours
from topology.cartogram.layout import Layout, by_county
from topology.cartogram.outline import frame_of
from topology.cartogram.places import mean, squared
from topology.network import Network

_ATTEMPTS: Final = 60
_KEPT_AT_LEAST: Final = 0.5


def carry_over(layout: Layout, network: Network) -> Layout | None:
    """The layout of a changed network; None when only a new one will do.

    That is when most agencies are others than before, or when counties or prefectures could not stay whole.
    """
    kept = {
        agency: cell
        for agency, cell in layout.cells.items()
        if agency in network.agencies and layout.counties[cell] == network.agencies[agency].county
    }
    if len(kept) < _KEPT_AT_LEAST * max(len(network.agencies), len(layout.cells)):
        return None
    board = _Board(layout, network, kept)
    for county, agencies in by_county(network).items():
        for agency in agencies:
            if agency not in kept and not board.add(agency, county):
                return None
    return board.layout() if board.is_whole() else None


class _Board:
    """The cells while a layout is carried over."""

    def __init__(self, layout: Layout, network: Network, kept: dict[str, Cell]) -> None:
        self._layout = layout
        self._network = network
        self._agencies = {cell: agency for agency, cell in kept.items()}
        self._counties = {cell: code for cell, code in layout.counties.items() if code in network.divisions}
        self._blocks: dict[str, set[Cell]] = {}
        for cell, code in self._counties.items():
            self._blocks.setdefault(code, set()).add(cell)
        self._prefectures: dict[str, set[Cell]] = {}
        for code, block in self._blocks.items():
            self._prefectures.setdefault(self._prefecture(code), set()).update(block)

    def layout(self) -> Layout:
        """As it stands now."""
        old = self._layout
        room = 2 * old.radius
        points = [old.point(cell) for cell in self._counties]
        width = max(old.width, round(max((x for x, _ in points), default=0) + room, 2))
        height = max(old.height, round(max((y for _, y in points), default=0) + room, 2))
        # In the network's order, as a new layout would be.
        cells = {agency: cell for cell, agency in self._agencies.items()}
        ordered = {agency: cells[agency] for agency in self._network.agencies}
        return Layout(width, height, old.radius, old.origin, ordered, self._counties)

    def is_whole(self) -> bool:
        """Whether every county and every prefecture is one block."""
        return all(is_connected(block) for block in (*self._blocks.values(), *self._prefectures.values()))

    def add(self, agency: str, county: str) -> bool:
        """Find a cell for an agency; False when there is no way."""
        cell = self._free_cell(county)
        if cell is None:
            grown = self._grow(county) if self._blocks.get(county) else self._found(county)
            cell = self._free_cell(county) if grown else None
        if cell is None:
            return False
        self._agencies[cell] = agency
        return True

    def _prefecture(self, county: str) -> str:
        return self._network.prefecture_of(county) or ""

    def _free_cell(self, county: str) -> Cell | None:
        free = [cell for cell in self._blocks.get(county, ()) if cell not in self._agencies]
        return min(free, key=lambda cell: (cell[1], cell[0]), default=None)

    def _take(self, cell: Cell, county: str) -> None:
        """Give a cell to a county, from another one or from outside."""
        before = self._counties.get(cell)
        if before is not None:
            self._blocks[before].discard(cell)
            self._prefectures[self._prefecture(before)].discard(cell)
        self._counties[cell] = county
        self._blocks.setdefault(county, set()).add(cell)
        self._prefectures.setdefault(self._prefecture(county), set()).add(cell)

    def _grow(self, county: str) -> bool:
        """Give a county one more cell, free, over the shortest way to a free cell or to the rim."""
        barred: set[tuple[str, str]] = set()
        for _ in range(_ATTEMPTS):
            path = self._way_out(county, barred)
            if path is None:
                return False
            torn = self._pass_on(path)
            if torn is None:
                return True
            barred.add(torn)
        return False

    def _way_out(self, county: str, barred: set[tuple[str, str]]) -> list[str] | None:
        """Counties from this one to the nearest with a free cell or an empty place beside it."""
        before: dict[str, str | None] = {county: None}
        queue = deque([county])
        while queue:
            code = queue.popleft()
            if self._free_cell(code) is not None or self._best_place(code) is not None:
                path = [code]
                step = before[code]
                while step is not None:
                    path.append(step)
                    step = before[step]
                return path[::-1]
            for other in self._adjacent(code):
                if other not in before and (other, code) not in barred:
                    before[other] = code
                    queue.append(other)
        return None

    def _pass_on(self, path: list[str]) -> tuple[str, str] | None:
        """Hand a free cell down the way, from its end to its beginning; the pair that can't, or None when done."""
        last = path[-1]
        if self._free_cell(last) is None:
            place = self._best_place(last)
            if place is not None:
                self._take(place, last)
        for giver, taker in zip(path[:0:-1], path[-2::-1], strict=True):
            cell = self._giveable(giver, taker)
            refuge = self._free_cell(giver)
            if cell is None or refuge is None:
                return giver, taker
            if cell in self._agencies:
                self._agencies[refuge] = self._agencies.pop(cell)
            self._take(cell, taker)
        return None

    def _giveable(self, giver: str, taker: str) -> Cell | None:
        block = self._blocks[giver]
        home, other_home = self._prefecture(giver), self._prefecture(taker)
        middle = mean([self._layout.point(cell) for cell in self._blocks[taker]])
        edge = sorted(
            (
                cell
                for cell in block
                if len(block) > 1 and any(self._counties.get(other) == taker for other in neighbours(cell))
            ),
            key=lambda cell: (squared(self._layout.point(cell), middle), cell),
        )
        for cell in edge:
            if may_leave(cell, block) and (home == other_home or may_leave(cell, self._prefectures[home])):
                return cell
        return None

    def _adjacent(self, county: str) -> list[str]:
        found = {self._counties.get(other, county) for cell in self._blocks[county] for other in neighbours(cell)}
        return sorted(found - {county})

    def _places(self, block: set[Cell]) -> Iterator[Cell]:
        """Empty places beside a block, within the picture."""
        for cell in block:
            for other in neighbours(cell):
                x, y = self._layout.point(other)
                if other not in self._counties and x >= self._layout.radius and y >= self._layout.radius:
                    yield other

    def _best_place(self, county: str) -> Cell | None:
        """The empty place beside a county that is most closed in, then the one nearest its middle."""
        block = self._blocks[county]
        middle = mean([self._layout.point(cell) for cell in block])
        return self._nearest(set(self._places(block)), middle)

    def _nearest(self, places: set[Cell], target: Point) -> Cell | None:
        return min(
            places,
            key=lambda place: (
                -min(3, sum(other in self._counties for other in neighbours(place))),
                squared(self._layout.point(place), target),
                place,
            ),
            default=None,
        )

    def _found(self, county: str) -> bool:
        """The first cell of a county that has none: at the rim of its prefecture, or out of the nearest neighbour."""
        home = self._prefecture(county)
        division = self._network.divisions[county]
        seat = frame_of(self._network).place(division.longitude, division.latitude)
        block = self._prefectures.get(home) or set(self._counties)
        place = self._nearest(set(self._places(block)), seat)
        if place is not None:
            self._take(place, county)
            return True
        for cell in sorted(block, key=lambda cell: (squared(self._layout.point(cell), seat), cell)):
            giver = self._counties[cell]
            if len(self._blocks[giver]) > 1 and may_leave(cell, self._blocks[giver]) and self._grow(giver):
                refuge = self._free_cell(giver)
                if refuge is None or not may_leave(cell, self._blocks[giver]):
                    return False
                if refuge != cell and cell in self._agencies:
                    self._agencies[refuge] = self._agencies.pop(cell)
                self._take(cell, county)
                return True
        return False
