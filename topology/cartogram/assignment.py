"""Shares cells out among sites, each site getting exactly its number, with the least total cost.

With the squared distance for cost this is a capacity-constrained power diagram (Aurenhammer, Hoffmann, Aronov 1998):
the weights are the dual of the assignment. It is found by successive shortest paths over the few sites instead of by
adjusting weights, so it is exact and needs no tolerance.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf


def assign(costs: Sequence[Sequence[float]], capacities: Sequence[int]) -> list[int]:
    """The site of each cell. `costs[cell][site]`; the capacities add up to the number of cells.

    Raises ValueError when they don't.
    """
    if sum(capacities) != len(costs):
        raise ValueError("the capacities must add up to the number of cells")
    sites = range(len(capacities))
    owner = [min(sites, key=row.__getitem__) for row in costs]
    members: list[set[int]] = [set() for _ in sites]
    for cell, site in enumerate(owner):
        members[site].add(cell)
    moves = [_cheapest_moves(site, members[site], costs, len(capacities)) for site in sites]
    while any(len(members[site]) > capacities[site] for site in sites):
        path = _cheapest_path(moves, members, capacities)
        for giver, taker in pairwise(path):
            cell = moves[giver][taker][1]
            members[giver].discard(cell)
            members[taker].add(cell)
            owner[cell] = taker
        for site in path:
            moves[site] = _cheapest_moves(site, members[site], costs, len(capacities))
    return owner


def _cheapest_moves(
    site: int, members: set[int], costs: Sequence[Sequence[float]], count: int
) -> list[tuple[float, int]]:
    """For each other site the cell that goes there at the least extra cost, and that cost."""
    best = [(inf, -1)] * count
    limits = [inf] * len(best)
    for cell in members:
        row = costs[cell]
        own = row[site]
        for other, cost in enumerate(row):
            extra = cost - own
            if extra < limits[other] or (extra == limits[other] and cell < best[other][1]):
                limits[other] = extra
                best[other] = (extra, cell)
    return best


def _cheapest_path(
    moves: Sequence[Sequence[tuple[float, int]]], members: Sequence[set[int]], capacities: Sequence[int]
) -> list[int]:
    """The cheapest way from a site with too many cells to one with too few (Bellman–Ford: moves may gain)."""
    sites = range(len(capacities))
    distance = [0.0 if len(members[site]) > capacities[site] else inf for site in sites]
    before = [-1] * len(capacities)
    for _ in sites:
        changed = False
        for giver in sites:
            base = distance[giver]
            if base == inf:
                continue
            for taker in sites:
                # The slack keeps rounding from turning a circle of no gain into an endless one.
                if taker != giver and base + moves[giver][taker][0] < distance[taker] - 1e-9:
                    distance[taker] = base + moves[giver][taker][0]
                    before[taker] = giver
                    changed = True
        if not changed:
            break
    short = [site for site in sites if len(members[site]) < capacities[site]]
    path = [min(short, key=distance.__getitem__)]
    while before[path[-1]] >= 0 and len(path) <= len(capacities):
        path.append(before[path[-1]])
    return path[::-1]
