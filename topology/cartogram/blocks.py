"""Blocks of cells: makes each site's cells one contiguous block of exactly its size, changing as little as possible."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from topology.cartogram.hexagons import Cell, components, is_connected, may_leave, neighbours

Cost = Callable[[Cell, int], float]
"""What it costs that a cell belongs to a site."""


class BlocksError(Exception):
    """No contiguous blocks of the wanted sizes were found this way."""


class Blocks:
    """Which site owns each cell, changed one cell at a time with every block kept contiguous."""

    def __init__(self, owner: Mapping[Cell, int], sizes: Sequence[int], cost: Cost) -> None:
        self.owner = dict(owner)
        self.sizes = list(sizes)
        self.members: list[set[Cell]] = [set() for _ in sizes]
        for cell, site in owner.items():
            self.members[site].add(cell)
        self._cost = cost

    def repair(self) -> None:
        """Make every block contiguous, then of its size.

        Raises BlocksError when that fails.
        """
        self._join()
        self.balance()

    def balance(self) -> None:
        """Hand cells on from neighbour to neighbour until each block has its size.

        Raises BlocksError when no way is found.
        """
        barred: set[tuple[int, int]] = set()
        for _ in range(50 * len(self.owner) + 50):
            path = self._path(barred)
            if path is None:
                if all(len(members) == size for members, size in zip(self.members, self.sizes, strict=True)):
                    return
                raise BlocksError("cells can't be handed on without tearing a block")
            for giver, taker in pairwise(path):
                cell = self._giveable(giver, taker)
                if cell is None:
                    barred.add((giver, taker))
                    break
                self.move(cell, taker)
                # What could not be given before may be giveable now.
                barred = {pair for pair in barred if giver not in pair and taker not in pair}
        raise BlocksError("handing cells on does not come to an end")

    def smooth(self, rounds: int = 12) -> None:
        """Swap cells between neighbouring blocks where that shortens their border."""
        for _ in range(rounds):
            changed = False
            for one, other in self._adjacent_pairs():
                changed = self._smooth_pair(one, other) or changed
            if not changed:
                return

    def move(self, cell: Cell, taker: int) -> None:
        """Give a cell to another site."""
        self.members[self.owner[cell]].discard(cell)
        self.members[taker].add(cell)
        self.owner[cell] = taker

    def _join(self) -> None:
        loose: set[Cell] = set()
        for members in self.members:
            parts = sorted(components(members), key=lambda part: (-len(part), min(part)))
            for part in parts[1:]:
                loose |= part
        for cell in loose:
            self.members[self.owner.pop(cell)].discard(cell)
        while loose:
            offers = [
                (self._cost(cell, self.owner[other]), cell, self.owner[other])
                for cell in loose
                for other in neighbours(cell)
                if other in self.owner
            ]
            if not offers:
                raise BlocksError("the cells themselves are not one block")
            _, cell, site = min(offers)
            self.owner[cell] = site
            self.members[site].add(cell)
            loose.discard(cell)

    def _path(self, barred: set[tuple[int, int]]) -> list[int] | None:
        """The shortest way over touching blocks from one that is too large to one that is too small."""
        large = [site for site, size in enumerate(self.sizes) if len(self.members[site]) > size]
        touching: dict[int, set[int]] = {}
        for one, other in self._adjacent_pairs():
            touching.setdefault(one, set()).add(other)
            touching.setdefault(other, set()).add(one)
        before: dict[int, int | None] = dict.fromkeys(large)
        queue = deque(large)
        while queue:
            site = queue.popleft()
            if len(self.members[site]) < self.sizes[site]:
                path = [site]
                step = before[site]
                while step is not None:
                    path.append(step)
                    step = before[step]
                return path[::-1]
            for other in sorted(touching.get(site, ())):
                if other not in before and (site, other) not in barred:
                    before[other] = site
                    queue.append(other)
        return None

    def _giveable(self, giver: int, taker: int) -> Cell | None:
        """The cell that a block gives to a touching one at the least cost without falling apart."""
        block = self.members[giver]
        if len(block) <= 1:
            return None
        edge = [cell for cell in block if any(self.owner.get(other) == taker for other in neighbours(cell))]
        edge.sort(key=lambda cell: (self._cost(cell, taker) - self._cost(cell, giver), cell))
        return next((cell for cell in edge if may_leave(cell, block)), None)

    def _adjacent_pairs(self) -> list[tuple[int, int]]:
        pairs = set()
        for (q, r), site in self.owner.items():
            for other in ((q + 1, r), (q, r + 1), (q - 1, r + 1)):
                owner = self.owner.get(other, site)
                if owner != site:
                    pairs.add((min(site, owner), max(site, owner)))
        return sorted(pairs)

    def _gain(self, cell: Cell, giver: int, taker: int) -> int:
        """By how many sides the border between blocks shrinks when the cell changes hands."""
        owners = [self.owner.get(other) for other in neighbours(cell)]
        return owners.count(taker) - owners.count(giver)

    def _smooth_pair(self, one: int, other: int) -> bool:
        changed = False
        for _ in range(40):
            if not self._swap(one, other):
                break
            changed = True
        return changed

    def _swap(self, one: int, other: int) -> bool:
        give = self._candidates(one, other)
        take = self._candidates(other, one)
        for gain, cell in give[:6]:
            for back_gain, back in take[:6]:
                touching = 2 if back in neighbours(cell) else 0
                if gain + back_gain - touching <= 0:
                    continue
                self.move(cell, other)
                self.move(back, one)
                if is_connected(self.members[one]) and is_connected(self.members[other]):
                    return True
                self.move(cell, one)
                self.move(back, other)
        return False

    def _candidates(self, giver: int, taker: int) -> list[tuple[int, Cell]]:
        found = [
            (self._gain(cell, giver, taker), cell)
            for cell in self.members[giver]
            if any(self.owner.get(other) == taker for other in neighbours(cell))
        ]
        return sorted(found, key=lambda entry: (-entry[0], entry[1]))
