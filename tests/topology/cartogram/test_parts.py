"""The parts the cartogram is made of, each against a slow way to the same answer."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.cartogram.assignment import assign
from topology.cartogram.blocks import Blocks
from topology.cartogram.borders import draw_borders, join
from topology.cartogram.hexagons import (
    DIRECTIONS,
    Cell,
    components,
    is_connected,
    may_leave,
    neighbours,
    side,
)
from topology.cartogram.labels import label_spot
from topology.cartogram.lattice import choose_lattice
from topology.cartogram.outline import frame
from topology.cartogram.places import squared

cells = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
blocks = st.sets(cells, min_size=1, max_size=20)
SQUARE = [(100.0, 24.0), (104.0, 24.0), (104.0, 28.0), (100.0, 28.0)]


@given(cells)
def test_neighbours_are_mutual_and_share_the_side_between_them(cell: Cell) -> None:
    for direction, other in enumerate(neighbours(cell)):
        assert other == (cell[0] + DIRECTIONS[direction][0], cell[1] + DIRECTIONS[direction][1])
        assert cell in neighbours(other)
        assert set(side(cell, direction)) == set(side(other, (direction + 3) % 6))


@settings(max_examples=40, deadline=None)
@given(blocks)
def test_components_split_a_set_into_its_connected_parts(block: set[Cell]) -> None:
    parts = list(components(block))
    assert set().union(*parts) == block
    assert sum(map(len, parts)) == len(block)
    assert all(is_connected(part) for part in parts)
    for part in parts:
        assert all(other in part for cell in part for other in neighbours(cell) if other in block)


@settings(max_examples=40, deadline=None)
@given(blocks)
def test_a_cell_may_leave_when_the_rest_stays_one_block(block: set[Cell]) -> None:
    part = next(components(block))
    for cell in part:
        assert may_leave(cell, part) == is_connected(part - {cell})


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_cells_are_shared_out_at_the_least_cost(data: st.DataObject) -> None:
    capacities = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3).filter(lambda sizes: sum(sizes) <= 6))
    count = sum(capacities)
    row = st.lists(st.integers(0, 20), min_size=len(capacities), max_size=len(capacities))
    costs = data.draw(st.lists(row, min_size=count, max_size=count))
    owners = assign(costs, capacities)
    assert [owners.count(site) for site in range(len(capacities))] == capacities
    seats = [site for site, size in enumerate(capacities) for _ in range(size)]
    least = min(sum(costs[cell][site] for cell, site in enumerate(order)) for order in set(permutations(seats)))
    assert sum(costs[cell][site] for cell, site in enumerate(owners)) == least


def test_capacities_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        assign([[1.0, 2.0]], [1, 1])


def test_torn_blocks_are_joined_and_brought_to_their_sizes() -> None:
    """Two sites own the cells of a row by turns: each gets one end of it."""
    strip = {(q, r): (q + r) % 2 for q in range(6) for r in range(2)}
    wanted = Blocks(strip, [4, 8], lambda cell, site: squared(cell, (0.0, 0.0) if site == 0 else (5.0, 1.0)))
    wanted.repair()
    assert [len(members) for members in wanted.members] == [4, 8]
    assert all(is_connected(members) for members in wanted.members)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(1, 400))
def test_the_lattice_has_exactly_as_many_cells_as_asked_for_in_one_piece(count: int) -> None:
    lattice = choose_lattice(frame(SQUARE), count)
    assert len(lattice.cells) == count
    assert is_connected(lattice.cells)


def test_the_cells_fill_the_outline() -> None:
    square = frame(SQUARE)
    lattice = choose_lattice(square, 500)
    area = 500 * 3 * 3**0.5 / 2 * lattice.radius**2
    assert area == pytest.approx(square.width * square.height, rel=0.03)


def test_a_point_is_inside_by_the_margin_to_the_nearest_side() -> None:
    square = frame(SQUARE)
    middle = square.place(102.0, 26.0)
    assert square.contains(middle)
    assert square.margin(middle) == pytest.approx(min(square.width, square.height) / 2)
    assert not square.contains(square.place(99.0, 26.0))
    assert square.margin(square.place(99.0, 26.0)) < 0


@settings(max_examples=30, deadline=None)
@given(blocks, st.data())
def test_borders_hold_every_side_between_different_owners_once(block: set[Cell], data: st.DataObject) -> None:
    owners = {cell: data.draw(st.sampled_from(("110", "120", "210"))) for cell in sorted(block)}
    sides = [
        side(cell, direction)
        for cell in owners
        for direction, other in enumerate(neighbours(cell))
        if direction < 3 and other in owners and owners[other] != owners[cell]
    ]
    lines = join(sides)
    drawn = [frozenset(pair) for line in lines for pair in pairwise(line)]
    assert sorted(map(sorted, drawn)) == sorted(map(sorted, (frozenset(pair) for pair in sides)))


def test_the_outline_of_a_ring_of_cells_is_two_closed_lines() -> None:
    ring = dict.fromkeys(neighbours((0, 0)), "110")
    borders = draw_borders(ring, lambda county: county[0], 10.0, (0.0, 0.0))
    assert borders.outline.count("M") == borders.outline.count("Z") == 2
    assert borders.prefectures == borders.counties == ""


def test_seams_and_prefecture_borders_are_told_apart() -> None:
    row = {(0, 0): "110", (1, 0): "120", (2, 0): "210"}
    borders = draw_borders(row, lambda county: county[0], 10.0, (0.0, 0.0))
    assert borders.counties == "M8.7 -5L8.7 5"
    assert borders.prefectures == "M26 -5L26 5"


def test_a_wide_name_stands_where_its_block_is_wide() -> None:
    """A block like a T: a narrow stem and a wide bar."""
    bar = [(q, r) for r in range(5) for q in range(-6 - r // 2, 7 - r // 2)]
    stem = [(q - r // 2, r) for r in range(5, 18) for q in range(-1, 4)]
    block = [*bar, *stem]
    points = {cell: (2.0 * cell[0] + cell[1], 1.7 * cell[1]) for cell in block}
    spot = label_spot(block, points, 4)
    assert spot in {points[cell] for cell in bar}
